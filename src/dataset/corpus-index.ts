import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../artifact/hash.ts';
import type { Sha256 } from '../contract/brand.ts';
import { CutoverError } from '../errors.ts';
import { readJsonl } from '../tables/jsonl.ts';
import { documentText } from './corpus.ts';

/** Ids and text hashes of a corpus, without its texts: 32 bytes a document beside its id. */
export interface CorpusIndex {
  readonly file: string;
  readonly size: number;
  ids(): Iterable<string>;
  /** null for an id that isn't there. */
  hashOf(id: string): Sha256 | null;
  /** Reads the file again and yields the texts of these ids, in its order. */
  texts(ids: ReadonlySet<string>): AsyncIterable<{ readonly id: string; readonly text: string }>;
}

/**
 * Reads a corpus.jsonl once, or that of a data set folder.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, JSON_MALFORMED, CORPUS_INVALID
 */
export async function openCorpus(path: string): Promise<CorpusIndex> {
  const file = (await stat(path).catch(() => null))?.isDirectory() === true ? join(path, 'corpus.jsonl') : path;
  const rows = new Map<string, number>();
  const hashes: Buffer[] = [];
  for await (const { id, text } of documentsOf(file)) {
    if (rows.has(id)) throw new CutoverError('CORPUS_INVALID', { file, reason: `the id "${id}" stands twice` });
    rows.set(id, hashes.length);
    hashes.push(Buffer.from(sha256(text), 'hex'));
  }
  return {
    file,
    size: rows.size,
    ids: () => rows.keys(),
    hashOf: (id) => {
      const row = rows.get(id);
      return row === undefined ? null : ((hashes[row] as Buffer).toString('hex') as Sha256);
    },
    texts: async function* (ids) {
      for await (const document of documentsOf(file)) if (ids.has(document.id)) yield document;
    },
  };
}

async function* documentsOf(file: string): AsyncGenerator<{ id: string; text: string }> {
  const malformed = (line: number, reason: string): never => {
    throw new CutoverError('JSON_MALFORMED', { where: `${file}:${line}`, reason });
  };
  for await (const { line, value } of readJsonl(file, malformed)) {
    const record = value as Readonly<Record<string, unknown>> | null;
    const id = record?._id ?? record?.id;
    if (typeof id !== 'string' || id === '') throw new CutoverError('CORPUS_INVALID', { file: `${file}:${line}`, reason: 'it has no id' });
    const part = (key: string) => (typeof record?.[key] === 'string' ? (record[key] as string) : '');
    yield { id, text: documentText({ id, title: part('title'), text: part('text') }) };
  }
}
