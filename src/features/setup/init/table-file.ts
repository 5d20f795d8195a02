import { type FileHandle, open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { CutoverError, reasonOf, unreadable } from '../../../core/errors.ts';
import { arrowNames } from '../../../formats/arrow-rows.ts';
import { readCsv, readHeader, readTsv } from '../../../formats/delimited.ts';
import { endingOf } from '../../../formats/gzip.ts';
import { parquetNames } from '../../../formats/parquet.ts';
import { fits, type TableRole } from './columns.ts';

/** A file of rows and what it is called in the configuration. */
export interface TableFile {
  /** Relative to the folder that init looks at, with slashes. */
  readonly path: string;
  readonly columns: readonly string[];
  /** What its name and columns make it; null where they say nothing. */
  readonly role: TableRole | null;
}

export const TABLE_ENDINGS: ReadonlySet<string> = new Set(['.jsonl', '.csv', '.tsv', '.parquet', '.arrow']);

/** Only so much of a file is looked at: a first line that is longer is no table. */
const HEAD = 256 * 1024;

/**
 * Reads the names of a file's columns, and nothing further, however large it is.
 * @throws CutoverError DELIMITED_MALFORMED, JSON_MALFORMED, PARQUET_MALFORMED, ARROW_MALFORMED, FILE_*
 */
export async function readTableFile(folder: string, path: string): Promise<TableFile> {
  const columns = await columnsOf(resolve(folder, path), endingOf(path));
  return { path, columns, role: roleOf(path, columns) };
}

async function columnsOf(file: string, ending: string): Promise<readonly string[]> {
  if (ending === '.parquet') return parquetNames(file);
  if (ending === '.arrow') return arrowNames(file);
  if (ending === '.jsonl') return Object.keys(await firstRecord(file));
  await firstLine(file, (reason) => new CutoverError('DELIMITED_MALFORMED', { where: `${file}:1`, reason }));
  return readHeader(file, ending === '.csv' ? readCsv : readTsv);
}

/** The first object of a JSON Lines file. @throws CutoverError JSON_MALFORMED where its first line is none; FILE_* */
export async function firstRecord(file: string): Promise<object> {
  const malformed = (reason: string) => new CutoverError('JSON_MALFORMED', { where: `${file}:1`, reason });
  const line = await firstLine(file, malformed);
  let value: unknown = {};
  try {
    if (line !== '') value = JSON.parse(line);
  } catch (error) {
    throw malformed(reasonOf(error));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw malformed('expected a JSON object');
}

async function firstLine(file: string, malformed: (reason: string) => CutoverError): Promise<string> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    const text = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
    const lines = text.split('\n');
    if (lines.length === 1 && bytesRead === HEAD) throw malformed('the line is longer than 256 KB');
    return lines.find((line) => line.trim() !== '') ?? '';
  } catch (error) {
    throw error instanceof CutoverError ? error : unreadable(file, error);
  } finally {
    await handle?.close();
  }
}

function roleOf(path: string, columns: readonly string[]): TableRole | null {
  const name = basename(path).toLowerCase();
  if (/^(qrels|judg|relevance|labels|test\.|dev\.|train\.)/.test(name) || fits('qrels', columns))
    return fits('qrels', columns) ? 'qrels' : null;
  if (/quer|question|search|topic/.test(name)) return fits('queries', columns) ? 'queries' : null;
  return fits('corpus', columns) ? 'corpus' : null;
}
