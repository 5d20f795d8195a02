import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { readJsonl } from '../formats/lines.ts';
import type { DatasetMapping } from '../model/dataset.ts';
import { documentText } from './corpus.ts';
import { Problems } from './problems.ts';
import { textOfId } from './records.ts';
import { folderFiles } from './sources/folder.ts';
import { corpusSource } from './sources/mapped.ts';

/** Ids and text hashes of a corpus, without its texts: 32 bytes a document beside its id. */
export interface CorpusIndex {
  readonly file: string;
  readonly size: number;
  ids(): Iterable<string>;
  /** null for an id that isn't there. */
  hashOf(id: string): Sha256 | null;
  /** Reads the file again and yields the texts of these ids, in its order. */
  texts(ids: ReadonlySet<string>): AsyncIterable<IndexedText>;
}

/** A text as it is embedded, and what it is put together from. */
export interface IndexedText {
  readonly id: string;
  readonly text: string;
  readonly title: string;
  readonly body: string;
}

/**
 * Reads a corpus.jsonl once, or the corpus of a data set.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, JSON_MALFORMED, CORPUS_INVALID
 */
export async function openCorpus(source: string | Pick<DatasetMapping, 'corpus'>): Promise<CorpusIndex> {
  if (typeof source !== 'string') return indexOf(source.corpus.path, () => mappedDocuments(source));
  const path = source;
  const file = (await stat(path).catch(() => null))?.isDirectory() === true ? await corpusIn(path) : path;
  return typeof file === 'string' ? indexOf(file, () => documentsOf(file)) : openCorpus(file);
}

/** corpus.jsonl of a folder, or the mapping of what is there in its place. */
async function corpusIn(folder: string): Promise<string | Pick<DatasetMapping, 'corpus'>> {
  const { corpus } = await folderFiles(folder);
  return corpus === null ? join(folder, 'corpus.jsonl') : { corpus };
}

function indexed(id: string, title: string, body: string): IndexedText {
  return { id, text: documentText({ id, title, text: body }), title, body };
}

type Documents = () => AsyncGenerator<IndexedText>;

async function indexOf(file: string, read: Documents): Promise<CorpusIndex> {
  const rows = new Map<string, number>();
  const hashes: Buffer[] = [];
  for await (const { id, text } of read()) {
    if (rows.has(id)) throw new CutoverError('CORPUS_INVALID', { file, reason: `the id "${id}" is there twice` });
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
      for await (const document of read()) if (ids.has(document.id)) yield document;
    },
  };
}

/** @throws CutoverError DATASET_INVALID with every row that has no id or could not be read */
async function* mappedDocuments({ corpus }: Pick<DatasetMapping, 'corpus'>): AsyncGenerator<IndexedText> {
  const problems = new Problems();
  const { rows, file } = corpusSource(corpus, problems);
  for await (const { where, record } of rows) {
    const part = (key: string) => (typeof record[key] === 'string' ? record[key] : '');
    const id = textOfId(record._id);
    if (typeof id !== 'string' || id === '') problems.add(where, 'it has no id');
    else yield indexed(id, part('title'), part('text'));
  }
  problems.throwIfAny(file);
}

async function* documentsOf(file: string): AsyncGenerator<IndexedText> {
  const malformed = (line: number, reason: string): never => {
    throw new CutoverError('JSON_MALFORMED', { where: `${file}:${line}`, reason });
  };
  for await (const { line, value } of readJsonl(file, malformed)) {
    const record = value as Readonly<Record<string, unknown>> | null;
    const id = textOfId(record?._id ?? record?.id);
    if (typeof id !== 'string' || id === '') throw new CutoverError('CORPUS_INVALID', { file: `${file}:${line}`, reason: 'it has no id' });
    const part = (key: string) => (typeof record?.[key] === 'string' ? (record[key] as string) : '');
    yield indexed(id, part('title'), part('text'));
  }
}
