import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import { readQrels } from '../../dataset/qrels.ts';
import type { Qrels } from '../../model/dataset.ts';
import type { Run } from '../../model/search.ts';
import type { Side } from '../../model/version.ts';
import { type RankedRun, readRankedRun, type ScoreKind } from '../../search/ranked-run.ts';
import type { TieOrder } from '../../search/trec-run.ts';

/** Absolute paths of what is compared. */
export interface ComparedFiles {
  readonly qrels: string;
  readonly old: string;
  readonly new: string;
  /** How scores are compared where they nearly tie; as written unless given. */
  readonly ties?: TieOrder;
}

/** Two runs and their judgements, read and checked. */
export interface Compared {
  readonly qrels: Qrels;
  readonly runs: { readonly [S in Side]: RankedRun };
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

async function readRun(file: string, { qrels: qrelsFile, ties }: ComparedFiles, qrels: Qrels, kind: ScoreKind): Promise<RankedRun> {
  const ranked = await readRankedRun(file, kind, ties);
  if (![...ranked.run.keys()].some((query) => qrels.has(query))) throw new CutoverError('RUN_UNJUDGED', { file, qrels: qrelsFile });
  requireJudged(file, qrelsFile, ranked.run, qrels);
  return ranked;
}

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

function ofRun(side: Side, qrels: Qrels, { run, contradictions }: RankedRun): string[] {
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
  const shareOf = ({ run }: RankedRun): number => {
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
