import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import { readQrels } from '../../dataset/qrels.ts';
import { readLines } from '../../formats/lines.ts';
import type { Qrels } from '../../model/dataset.ts';
import type { Run } from '../../model/search.ts';
import type { Side } from '../../model/version.ts';
import { readTrecRun } from '../../search/trec-run.ts';

/** Absolute paths of what is compared. */
export interface ComparedFiles {
  readonly qrels: string;
  readonly old: string;
  readonly new: string;
}

interface ComparedRun {
  readonly run: Run;
  /** Float64Array [results], every score of the file as it was written: order goes by float32, distances need not. */
  readonly scores: Float64Array;
}

/** Two runs and their judgements, read and checked. */
export interface Compared {
  readonly qrels: Qrels;
  readonly runs: { readonly [S in Side]: ComparedRun };
  /** Queries of the judgements and of both runs, ascending. */
  readonly queryIds: readonly string[];
  /** What is odd but not wrong, each with its count. */
  readonly warnings: readonly string[];
}

/**
 * Reads both runs and the judgements.
 * @throws CutoverError TREC_RUN_MALFORMED, DATASET_INVALID with every bad line as file:line; RUN_EMPTY; RUN_UNJUDGED when a run
 *   answers no judged query, since two such runs would tie at 0; FILE_MISSING, FILE_UNREADABLE
 */
export async function readCompared(files: ComparedFiles): Promise<Compared> {
  const qrels = await readQrels(files.qrels);
  const runs = { old: await readRun(files.old, files.qrels, qrels), new: await readRun(files.new, files.qrels, qrels) };
  const queryIds = [...new Set([...qrels.keys(), ...runs.old.run.keys(), ...runs.new.run.keys()])].sort(byCodeUnits);
  return { qrels, runs, queryIds, warnings: [...ofJudgements(qrels), ...ofRuns(qrels, runs, queryIds)] };
}

async function readRun(file: string, qrelsFile: string, qrels: Qrels): Promise<ComparedRun> {
  const run = await readTrecRun(file);
  if (run.size === 0) throw new CutoverError('RUN_EMPTY', { file });
  if (![...run.keys()].some((query) => qrels.has(query))) throw new CutoverError('RUN_UNJUDGED', { file, qrels: qrelsFile });
  return { run, scores: await writtenScores(file) };
}

/** The fifth column, of a file whose lines were found right. */
async function writtenScores(file: string): Promise<Float64Array> {
  const scores: number[] = [];
  for await (const { text } of readLines(file)) scores.push(Number(text.trim().split(/\s+/)[4]));
  return Float64Array.from(scores);
}

/** Whether any judged query has a document of grade 1 or more. */
export function hasRelevant(qrels: Qrels): boolean {
  return [...qrels.values()].some(isAnswerable);
}

function isAnswerable(grades: ReadonlyMap<string, number>): boolean {
  return [...grades.values()].some((grade) => grade >= 1);
}

function ofJudgements(qrels: Qrels): string[] {
  const grades = [...qrels.values()].flatMap((documents) => [...documents.values()]);
  const negative = grades.filter((grade) => grade < 0).length;
  const hopeless = [...qrels.values()].filter((documents) => !isAnswerable(documents)).length;
  return [
    ...(negative > 0 ? [`Negative grades: ${negative} of ${grades.length} judgements; they gain nothing.`] : []),
    ...(hopeless > 0 ? [`Judged queries with nothing relevant: ${hopeless} of ${qrels.size}; they score 0.`] : []),
  ];
}

function ofRuns(qrels: Qrels, runs: Compared['runs'], queryIds: readonly string[]): string[] {
  const unjudged = queryIds.length - qrels.size;
  const known =
    unjudged > 0
      ? [`Queries of the runs without judgement: ${unjudged} of ${queryIds.length}; they count for overlap and not for quality.`]
      : [];
  return [...known, ...ofRun('old', qrels, runs.old.run), ...ofRun('new', qrels, runs.new.run)];
}

function ofRun(side: Side, qrels: Qrels, run: Run): string[] {
  const missing = [...qrels.keys()].filter((query) => !run.has(query)).length;
  const tied = [...run.values()].filter(({ ids, scores }) => ids.length > 1 && scores[0] === scores[ids.length - 1]).length;
  return [
    ...(missing > 0 ? [`Judged queries that the ${side} run lacks: ${missing} of ${qrels.size}; they score 0.`] : []),
    ...(tied > 0 ? [`Queries of the ${side} run whose scores all tie: ${tied} of ${run.size}; document ids decide their order.`] : []),
  ];
}
