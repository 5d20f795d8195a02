import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import { contentHashes, sealFacts } from '../../dataset/hashes.ts';
import {
  chained,
  headOf,
  JUDGEMENTS_FOLDER,
  type JudgingEntry,
  judgingFolder,
  judgingLogFile,
  readJudgingLog,
} from '../../dataset/judging-log.ts';
import { loadDataset } from '../../dataset/load.ts';
import { Problems } from '../../dataset/problems.ts';
import { judgedNeeds } from '../../gate/foresight.ts';
import type { Dataset, DatasetSource } from '../../model/dataset.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { agreements } from './agreement.ts';
import { mappedQrelsText, requireGradable } from './mapped-qrels.ts';
import { type Merge, mergeGrades } from './merge.ts';
import { type QrelsText, qrelsText, resealed } from './qrels.ts';
import { type JudgeRecords, judgeFile, judgeTsv, readJudge } from './records.ts';
import { type GradeFile, judgeIdProblem, readGrades } from './rows.ts';

export interface JudgeImportOptions {
  readonly dataset: DatasetSource;
  /** The filled-in sheet or JSON Lines, absolute. */
  readonly file: string;
  /** null where every line of the file names its judge. */
  readonly judge: string | null;
  readonly replace: boolean;
  readonly recordOnly: boolean;
  /** ISO date. */
  readonly asOf: string;
}

/** What an import did. */
export interface JudgeImportResult extends JudgingEntry {
  /** False where everything was there already, and nothing was written. */
  readonly isNews: boolean;
  /** Imports so far that changed the judgements, this one counted. */
  readonly imports: number;
  /** False where the file didn't say which data set it was made for, so that only ids could be checked. */
  readonly isMarked: boolean;
  /** Files written, absolute. */
  readonly files: readonly string[];
}

/** Contradictions told in words; the rest is counted. */
const SHOWN = 50;

/**
 * Takes grades into a data set: into its judgements, each judge's own file and the log, all checked before anything is
 * written. Each file is replaced as a whole; of a seal in dataset.json the judgements' hash and counts are renewed last, so
 * that a process killed in between leaves a data set that loading refuses, never one that silently changed.
 * @throws CutoverError OPTION_INVALID; DATASET_MAPPED; DATASET_INVALID with every bad row as file:line; JUDGEMENTS_FOREIGN, JUDGEMENTS_EMPTY,
 *   JUDGEMENTS_CONFLICT; JUDGING_ID_UNWRITABLE; FILE_MISSING, FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function judgeImport(options: JudgeImportOptions): Promise<JudgeImportResult> {
  const wrong = options.judge === null ? null : judgeIdProblem(options.judge);
  if (wrong !== null) throw new CutoverError('OPTION_INVALID', { option: 'judge', reason: wrong, example: 'alice' });
  requireGradable(options.dataset);
  const dataset = await loadDataset(options.dataset);
  const folder = judgingFolder(options.dataset) ?? dataset.folder;
  const problems = new Problems();
  const graded = await readGrades(options.file, dataset, options.judge, problems);
  problems.throwIfAny(options.file);
  if (graded.rows.length === 0) throw new CutoverError('JUDGEMENTS_EMPTY', { file: options.file, unfilled: graded.unfilled });
  const judges = await allJudges(folder);
  const log = await readJudgingLog(folder, new Problems());
  const merge = mergeGrades(graded.rows, dataset.qrels, judges, { ...options, date: options.asOf });
  refuseConflicts(options.file, merge);
  const entry = chained(log, entryOf(options, graded, dataset, merge));
  const files = merge.isNews ? await write(options.dataset, folder, dataset, merge, [...log, entry]) : [];
  const imports = [...log, ...(merge.isNews ? [entry] : [])].filter(({ added, replaced }) => added + replaced > 0).length;
  return { ...entry, isNews: merge.isNews, imports, isMarked: graded.mark !== null, files };
}

/** Every judge of the data set with what they said. */
async function allJudges(folder: string): Promise<Map<string, JudgeRecords>> {
  const names = await readdir(join(folder, JUDGEMENTS_FOLDER)).catch(() => []);
  const problems = new Problems();
  const judges = new Map<string, JudgeRecords>();
  for (const name of names.filter((name) => name.endsWith('.tsv') && !name.startsWith('.')).sort(byCodeUnits)) {
    const judge = basename(name, '.tsv');
    judges.set(judge, await readJudge(folder, judge, problems));
  }
  problems.throwIfAny(join(folder, JUDGEMENTS_FOLDER));
  return judges;
}

function refuseConflicts(file: string, { conflicts }: Merge): void {
  if (conflicts.length === 0) return;
  const more = conflicts.length - SHOWN;
  const details = more > 0 ? [...conflicts.slice(0, SHOWN), `… and ${more} more`] : conflicts;
  const count = conflicts.length === 1 ? 'a judgement' : `${conflicts.length} judgements`;
  throw new CutoverError('JUDGEMENTS_CONFLICT', { file, count }, { details });
}

function entryOf(
  { file, asOf }: JudgeImportOptions,
  { rows, unfilled, mark }: GradeFile,
  { documents, queries, qrels, hashes }: Dataset,
  merge: Merge,
): JudgingEntry {
  const judges: Record<string, number> = {};
  for (const { judge } of rows) judges[judge] = (judges[judge] ?? 0) + 1;
  return {
    schemaVersion: 1,
    date: asOf,
    file: basename(file),
    judges,
    unfilled,
    added: merge.added.length,
    replaced: merge.replaced.length,
    unchanged: merge.unchanged,
    qrels: { before: hashes.qrels, after: contentHashes(documents, queries, merge.qrels).qrels },
    needs: { before: judgedNeeds({ queries, qrels }), after: judgedNeeds({ queries, qrels: merge.qrels }) },
    of: mark?.of ?? null,
    agreement: agreements(merge.judges, merge.qrels),
  };
}

async function write(
  source: DatasetSource,
  folder: string,
  dataset: Dataset,
  merge: Merge,
  log: readonly JudgingEntry[],
): Promise<string[]> {
  const contents: [file: string, text: string][] = [];
  for (const [judge, records] of merge.judges)
    if (judge in (log.at(-1)?.judges ?? {})) contents.push([judgeFile(folder, judge), judgeTsv(records)]);
  contents.push([judgingLogFile(folder), `${log.map((entry) => JSON.stringify(entry)).join('\n')}\n`]);
  if (merge.added.length + merge.replaced.length > 0) {
    const { file, text } = await newQrels(source, folder, merge);
    contents.push([file, text]);
    const seal = typeof source === 'string' ? await sealOf(source, dataset, merge, log) : null;
    if (seal !== null) contents.push([join(folder, 'dataset.json'), seal]);
  }
  for (const [file, text] of contents) await writeFileAtomic(file, text);
  return contents.map(([file]) => file);
}

function newQrels(source: DatasetSource, folder: string, { added, replaced }: Merge): Promise<QrelsText> {
  if (typeof source === 'string' || source.qrels === null) return qrelsText(folder, added, replaced);
  return mappedQrelsText(source.qrels, added, replaced);
}

function sealOf(folder: string, { documents, queries }: Dataset, { qrels }: Merge, log: readonly JudgingEntry[]): Promise<string | null> {
  const hashes = contentHashes(documents, queries, qrels);
  return resealed(folder, sealFacts({ documents, queries, qrels, hashes }), headOf(log));
}
