import { stat } from 'node:fs/promises';
import { extname, posix, resolve } from 'node:path';
import { CutoverError } from '../../errors.ts';
import type { Asking, DatasetAnswer, DatasetPart } from './answers.ts';
import { guessColumns, kindColumns, REQUIRED, type TableRole } from './columns.ts';
import { lookAt, type Surroundings } from './look.ts';
import { readTableFile, type TableFile } from './table-file.ts';

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

/** What lies in a folder that was named, with paths from where the configuration stands. */
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
  const options = beir.map(({ path, judged }) => ({ path, hint: judged ? 'with judgements' : 'without judgements' }));
  const path = await choose(asking, 'Which data set?', 'data sets in BEIR layout', 'dataset', options);
  const chosen = beir.find((one) => one.path === path);
  return { layout: 'beir', path: path ?? '.', judged: chosen?.judged ?? false, sliced: chosen?.sliced ?? false };
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
  if (role === 'corpus' && (await stat(resolve(asking.folder, path)).catch(() => null))?.isDirectory() === true && extname(path) === '')
    return { path, columns: {}, kinds: [] };
  const table = seen.tables.find((one) => one.path === path) ?? (await readTableFile(asking.folder, path));
  const columns = await columnAnswers(asking, role, table);
  return { path, columns, kinds: role === 'qrels' ? [] : kindColumns(table.columns, columns) };
}

/** The usual names, corrected by `--columns`, the rest asked for. */
async function columnAnswers(asking: Asking, role: TableRole, { path, columns }: TableFile): Promise<Readonly<Record<string, string>>> {
  const told = asking.flags.columns.flatMap((text) => {
    const [, key, column] = new RegExp(`^${role}\\.(\\w+)=(.+)$`).exec(text) ?? [];
    return key === undefined || column === undefined ? [] : [[key, column] as const];
  });
  const found: Record<string, string> = { ...guessColumns(role, columns), ...Object.fromEntries(told) };
  for (const key of REQUIRED[role]) {
    const column = found[key];
    if (column !== undefined && columns.includes(column)) continue;
    const known = columns.join(', ') || 'none';
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
