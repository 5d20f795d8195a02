import { stat } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { CutoverError, unreadable } from '../../../core/errors.ts';
import { nearest } from '../../../core/nearest.ts';
import { endingOf } from '../../../formats/gzip.ts';
import type { Asking, DatasetAnswer, DatasetPart, FileUse } from './answers.ts';
import { type Columns, guessColumns, keysOf, kindColumns, REQUIRED, type TableRole } from './columns.ts';
import { lookAt, type Surroundings } from './look.ts';
import { readTableFile, TABLE_ENDINGS, type TableFile } from './table-file.ts';

/**
 * Which data set is meant: what flags name, else the only one there is, else what a person chooses.
 * @throws CutoverError INIT_NOTHING_FOUND, INIT_AMBIGUOUS, INIT_COLUMN_UNKNOWN, and of reading the files named
 */
export async function datasetAnswer(asking: Asking, seen: Surroundings): Promise<DatasetAnswer> {
  const { flags, folder } = asking;
  const named = flags.corpus !== undefined || flags.queries !== undefined;
  const around = flags.dataset === undefined ? seen : await within(folder, flags.dataset);
  if (!named && around.beir.length > 0) return beirAnswer(asking, around);
  const corpus = await partAnswer(asking, 'corpus', around, flags.corpus);
  const queries = await partAnswer(asking, 'queries', around, flags.queries);
  if (corpus === null || queries === null) {
    const lacking = corpus === null ? (queries === null ? 'no data set' : 'queries, but no corpus') : 'a corpus, but no queries';
    throw new CutoverError('INIT_NOTHING_FOUND', { folder, lacking }, { details: around.leftOut.map((file) => `left out: ${file}`) });
  }
  return { layout: 'parts', corpus, queries, qrels: await partAnswer(asking, 'qrels', around, flags.qrels) };
}

/** What is in a folder that was named, with paths from where the configuration is. */
async function within(folder: string, path: string): Promise<Surroundings> {
  const seen = await lookAt(resolve(folder, path), {});
  const moved = (inner: string) => posix.join(path.replaceAll('\\', '/'), inner);
  return {
    ...seen,
    beir: seen.beir.map((beir) => ({ ...beir, path: moved(beir.path) })),
    tables: seen.tables.map((table) => ({ ...table, path: moved(table.path) })),
    markdown: seen.markdown.map(moved),
  };
}

async function beirAnswer(asking: Asking, { beir }: Surroundings): Promise<DatasetAnswer> {
  const options = beir.map(({ path, qrels }) => ({ path, hint: qrels === null ? 'without judgements' : 'with judgements' }));
  const path = await choose(asking, 'Which data set?', 'data sets in BEIR layout', 'dataset', options);
  const { qrels, sliced } = beir.find((one) => one.path === path) ?? { qrels: null, sliced: false };
  const byLooking = asking.flags.dataset === undefined && beir.length === 1;
  const files = [
    ['corpus', 'corpus.jsonl'] as const,
    ['queries', 'queries.jsonl'] as const,
    ...(qrels === null ? [] : [['qrels', qrels] as const]),
  ];
  asking.reads.push(...files.map(([part, file]) => ({ part, path: posix.join(path ?? '.', file), byLooking, columns: [] })));
  return { layout: 'beir', path: path ?? '.', judged: qrels !== null, sliced };
}

const WORDS: Readonly<Record<TableRole, string>> = { corpus: 'corpora', queries: 'files of queries', qrels: 'files of judgements' };
const QUESTIONS: Readonly<Record<TableRole, string>> = {
  corpus: 'Where are the documents?',
  queries: 'Where are the queries?',
  qrels: 'Where are the judgements?',
};

async function partAnswer(asking: Asking, role: TableRole, seen: Surroundings, flag: string | undefined): Promise<DatasetPart | null> {
  const candidates = seen.tables.filter((table) => table.role === role).map(({ path }) => ({ path, hint: '' }));
  if (role === 'corpus') candidates.push(...seen.markdown.map((path) => ({ path, hint: 'a folder of Markdown files' })));
  const path = flag?.replaceAll('\\', '/') ?? (await choose(asking, QUESTIONS[role], WORDS[role], role, candidates));
  if (path === null) return null;
  if (flag !== undefined) await requireThere(asking, role, path);
  const byLooking = flag === undefined && candidates.length === 1;
  const table = (await hasColumns(asking.folder, role, path))
    ? (seen.tables.find((one) => one.path === path) ?? (await readTableFile(asking.folder, path)))
    : { path, columns: [], role };
  const columns = table.columns.length === 0 && !isTable(path) ? {} : await columnAnswers(asking, role, table);
  const kinds = role === 'qrels' ? [] : kindColumns(table.columns, columns);
  asking.reads.push({ part: role, path, byLooking, columns: columnUses(role, table.columns, columns, kinds) });
  return { path, columns, kinds };
}

/** @throws CutoverError FILE_MISSING where a flag names what isn't there */
async function requireThere({ folder }: Asking, option: TableRole, path: string): Promise<void> {
  const file = resolve(folder, path);
  await stat(file).catch((error: unknown) => {
    throw unreadable(`--${option} ${path}: ${file}`, error);
  });
}

function isTable(path: string): boolean {
  return TABLE_ENDINGS.has(endingOf(path));
}

/** False for folders of Markdown, TREC topics and TREC judgements. @throws CutoverError OPTION_INVALID for what is none of them */
async function hasColumns(folder: string, role: TableRole, path: string): Promise<boolean> {
  if (isTable(path)) return true;
  const isFolder = (await stat(resolve(folder, path)).catch(() => null))?.isDirectory() === true;
  const plain = { corpus: /\.(md|markdown)$/i, queries: /\.(topics|xml|sgml)(\.gz)?$/i, qrels: /\.(txt|qrels)(\.gz)?$/i }[role];
  if (isFolder ? role === 'corpus' : plain.test(path)) return false;
  if (isFolder) throw new CutoverError('FILE_IS_FOLDER', { file: `--${role} ${path}` });
  const reason = `names ${path}, and "${endingOf(path)}" is no format known for it`;
  throw new CutoverError('OPTION_INVALID', { option: role, reason, example: `<file>, which ends in ${[...TABLE_ENDINGS].join(', ')}` });
}

function columnUses(role: TableRole, columns: readonly string[], used: Columns, kinds: readonly string[]): FileUse['columns'] {
  const kind = role === 'corpus' ? 'metadata' : 'slices';
  return columns.map((column) => {
    const keys = Object.keys(used).filter((key) => used[key] === column);
    return { column, use: keys.length > 0 ? keys.join(', ') : kinds.includes(column) ? kind : 'left out' };
  });
}

/** What `--columns` says of a file. @throws CutoverError OPTION_INVALID for a key that it has not */
function toldColumns({ flags }: Asking, role: TableRole): Columns {
  const told = flags.columns.map((text) => {
    const [, part = '', key = '', column = ''] = /^(\w+)\.(\w+)=(.+)$/.exec(text) ?? [];
    const keys = part in REQUIRED ? keysOf(part as TableRole) : [];
    const reason = `takes <file>.<key>=<column>, where the file is ${Object.keys(REQUIRED).join(', ')}${keys.length > 0 ? ` and a key of ${part} ${keys.join(', ')}` : ''}; not ${text}`;
    if (!keys.includes(key)) throw new CutoverError('OPTION_INVALID', { option: 'columns', reason, example: 'corpus.text=body' });
    return { part, key, column };
  });
  return Object.fromEntries(told.filter(({ part }) => part === role).map(({ key, column }) => [key, column]));
}

/** The usual names, corrected by `--columns`, the rest asked for. */
async function columnAnswers(asking: Asking, role: TableRole, { path, columns }: TableFile): Promise<Columns> {
  const told = toldColumns(asking, role);
  const known = columns.join(', ') || 'none';
  for (const [key, column] of Object.entries(told)) {
    // The first line of a JSON Lines file need not have every key.
    const isOptional = path.endsWith('.jsonl') && !(REQUIRED[role] as readonly string[]).includes(key);
    const near = nearest(column, columns) ?? columns[0] ?? '<column>';
    if (!columns.includes(column) && !isOptional)
      throw new CutoverError('INIT_COLUMN_MISSING', { file: path, role, key, column, known, near });
  }
  const taken = Object.values(told);
  const free = columns.filter((column) => !taken.includes(column));
  const found: Record<string, string> = { ...guessColumns(role, free), ...told };
  for (const key of REQUIRED[role]) {
    if (found[key] !== undefined) continue;
    if (asking.prompts === null || columns.length === 0) throw new CutoverError('INIT_COLUMN_UNKNOWN', { file: path, role, key, known });
    found[key] = await asking.prompts.select(
      `${path}: which column is the ${key}?`,
      columns.map((value) => ({ value, label: value })),
    );
  }
  return found;
}

/** The only candidate, or the one that a person picks; null where there is none. */
async function choose(
  { prompts, folder }: Asking,
  question: string,
  what: string,
  option: string,
  candidates: readonly { readonly path: string; readonly hint: string }[],
): Promise<string | null> {
  const [first] = candidates;
  if (first === undefined) return null;
  if (candidates.length === 1) return first.path;
  if (prompts !== null)
    return prompts.select(
      question,
      candidates.map(({ path, hint }) => ({ value: path, label: path, hint })),
    );
  const details = candidates.map(({ path }) => path);
  throw new CutoverError('INIT_AMBIGUOUS', { folder, count: candidates.length, what, option, example: first.path }, { details });
}
