import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import { readQrels } from '../../dataset/qrels.ts';
import { readLines } from '../../formats/lines.ts';
import type { Qrels } from '../../model/dataset.ts';
import type { Run } from '../../model/search.ts';
import type { Side } from '../../model/version.ts';
import { readTrecRun, type TieOrder } from '../../search/trec-run.ts';

/** Absolute paths of what is compared. */
export interface ComparedFiles {
  readonly qrels: string;
  readonly old: string;
  readonly new: string;
  /** How scores are compared where they nearly tie; as written unless given. */
  readonly ties?: TieOrder;
}

/** What the score column of a run holds: higher is nearer, or lower is. */
export type ScoreKind = 'similarity' | 'distance';

interface ComparedRun {
  readonly run: Run;
  /** Float64Array [results], every score of the file as it was written: order goes by float32, distances need not. */
  readonly scores: Float64Array;
  /** Share of neighbouring results whose scores go against their ranks. */
  readonly contradictions: number;
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
 *   answers no judged query, RUN_DOCUMENTS_UNJUDGED when it returns no judged document, since two such runs would tie at 0;
 *   RUN_CONTRADICTS_ITSELF when scores rise where ranks fall; FILE_MISSING, FILE_UNREADABLE
 */
export async function readCompared(files: ComparedFiles, kinds: { readonly [S in Side]: ScoreKind }): Promise<Compared> {
  const qrels = await readQrels(files.qrels);
  const read = (side: Side) => readRun(files[side], files, qrels, kinds[side]);
  const runs = { old: await read('old'), new: await read('new') };
  const queryIds = [...new Set([...qrels.keys(), ...runs.old.run.keys(), ...runs.new.run.keys()])].sort(byCodeUnits);
  return { qrels, runs, queryIds, warnings: [...ofJudgements(qrels), ...ofRuns(qrels, runs, queryIds)] };
}

async function readRun(file: string, { qrels: qrelsFile, ties }: ComparedFiles, qrels: Qrels, kind: ScoreKind): Promise<ComparedRun> {
  const run = await readTrecRun(file, ties);
  if (run.size === 0) throw new CutoverError('RUN_EMPTY', { file });
  if (![...run.keys()].some((query) => qrels.has(query))) throw new CutoverError('RUN_UNJUDGED', { file, qrels: qrelsFile });
  requireJudged(file, qrelsFile, run, qrels);
  const lines = await writtenLines(file);
  const contradictions = shareOfContradictions(lines, kind);
  if (contradictions > MOSTLY) {
    const share = `${(100 * contradictions).toFixed(1)} %`;
    const next =
      kind === 'similarity'
        ? 'Say --scores distance where the column holds distances (--scores old=distance for one of the runs)'
        : 'Leave --scores distance out where the column holds similarities';
    throw new CutoverError('RUN_CONTRADICTS_ITSELF', { file, share, direction: kind === 'similarity' ? 'higher' : 'lower', next });
  }
  const sign = kind === 'distance' ? -1 : 1;
  const scores = Float64Array.from(lines, ({ score }) => sign * score);
  return { run: kind === 'distance' ? nearestFirst(run) : run, scores, contradictions };
}

/** Share of neighbouring results above which rank and score can't both be meant. */
const MOSTLY = 0.5;

function requireJudged(file: string, qrelsFile: string, run: Run, qrels: Qrels): void {
  let count = 0;
  let example = '';
  for (const [query, { ids }] of run) {
    const grades = qrels.get(query);
    if (grades === undefined) continue;
    if (ids.some((id) => grades.has(id))) return;
    count += ids.length;
    example ||= ids[0] ?? '';
  }
  const judged = [...qrels.values()].flatMap((grades) => [...grades.keys()])[0] ?? '';
  throw new CutoverError('RUN_DOCUMENTS_UNJUDGED', { file, qrels: qrelsFile, count, example, judged });
}

/** Lists by distance, lowest first, ties by document id as among similarities; the scores are the distances below 0. */
function nearestFirst(run: Run): Run {
  return new Map(
    [...run].map(([query, { ids, scores }]) => {
      const pairs = ids.map((id, i) => [id, -(scores[i] ?? 0)] as const).sort(([a, x], [b, y]) => y - x || byCodeUnits(b, a));
      return [query, { ids: pairs.map(([id]) => id), scores: Float32Array.from(pairs, ([, score]) => score) }];
    }),
  );
}

interface WrittenLine {
  readonly query: string;
  /** NaN where the column holds no number. */
  readonly rank: number;
  readonly score: number;
}

/** Query, rank and score of a file whose lines were found right. */
async function writtenLines(file: string): Promise<WrittenLine[]> {
  const lines: WrittenLine[] = [];
  for await (const { text } of readLines(file)) {
    if (text.startsWith('#')) continue;
    const [query = '', , , rank, score] = text.trim().split(/\s+/);
    lines.push({ query, rank: Number(rank), score: Number(score) });
  }
  return lines;
}

/** Of pairs of results at one rank and the next, with other scores: the share whose scores go against their ranks; 0 without a pair. */
function shareOfContradictions(lines: readonly WrittenLine[], kind: ScoreKind): number {
  const queries = new Map<string, WrittenLine[]>();
  for (const line of lines) {
    const list = queries.get(line.query) ?? [];
    queries.set(line.query, list);
    if (Number.isFinite(line.rank)) list.push(line);
  }
  let [pairs, against] = [0, 0];
  for (const list of queries.values()) {
    list.sort((a, b) => a.rank - b.rank);
    for (const [i, after] of list.entries()) {
      const before = list[i - 1];
      if (before === undefined || before.rank === after.rank || before.score === after.score) continue;
      pairs++;
      if (after.score > before.score === (kind === 'similarity')) against++;
    }
  }
  return pairs === 0 ? 0 : against / pairs;
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
  return [...known, ...ofRun('old', qrels, runs.old), ...ofRun('new', qrels, runs.new), ...ofJudgedShares(qrels, runs)];
}

function ofRun(side: Side, qrels: Qrels, { run, contradictions }: ComparedRun): string[] {
  const missing = [...qrels.keys()].filter((query) => !run.has(query)).length;
  const tied = [...run.values()].filter(({ ids, scores }) => ids.length > 1 && scores[0] === scores[ids.length - 1]).length;
  return [
    ...(missing > 0 ? [`Judged queries that the ${side} run lacks: ${missing} of ${qrels.size}; they score 0.`] : []),
    ...(tied > 0 ? [`Queries of the ${side} run whose scores all tie: ${tied} of ${run.size}; document ids decide their order.`] : []),
    ...(contradictions > 0
      ? [
          `Rank and score of the ${side} run contradict each other in ${(100 * contradictions).toFixed(1)} % of neighbouring results; scores decide, as in trec_eval.`,
        ]
      : []),
  ];
}

/** Results looked at for the share of judged ones. */
const JUDGED_DEPTH = 10;
/** Share of judged results below which a measure says little. */
const FEW_JUDGED = 0.2;

function ofJudgedShares(qrels: Qrels, runs: Compared['runs']): string[] {
  const shareOf = ({ run }: ComparedRun): number => {
    const shares = [...qrels].flatMap(([query, grades]) => {
      const ids = run.get(query)?.ids.slice(0, JUDGED_DEPTH) ?? [];
      return ids.length === 0 ? [] : [ids.filter((id) => grades.has(id)).length / ids.length];
    });
    return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  };
  const [before, after] = [shareOf(runs.old), shareOf(runs.new)];
  if (Math.max(before, after) >= FEW_JUDGED) return [];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    `Few of the first ${JUDGED_DEPTH} results are judged: ${percent(before)} old, ${percent(after)} new. Unjudged ones count as not relevant, so both runs may be better than they look.`,
  ];
}
