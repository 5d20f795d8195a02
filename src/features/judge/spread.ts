import { qualityColumns } from '../../measure/quality-columns.ts';
import type { Qrels } from '../../model/dataset.ts';
import type { Run } from '../../model/search.ts';
import type { Side } from '../../model/version.ts';
import type { JudgeTarget } from './target.ts';

/** Both versions' runs. */
export type Runs = { readonly [S in Side]: Run };

/** A query with documents to judge. */
export interface Pool {
  readonly query: string;
  /** Documents without judgement among the first results of either run, ascending. */
  readonly unjudged: readonly string[];
  /** How many of the pool are judged already. */
  readonly judged: number;
}

/** The whole pool of each query: the first `depth` results of both runs. */
export function poolsOf(runs: Runs, qrels: Qrels | null, queryIds: readonly string[], depth: number): Pool[] {
  return queryIds.map((query) => {
    const first = (run: Run) => run.get(query)?.ids.slice(0, depth) ?? [];
    const documents = [...new Set([...first(runs.old), ...first(runs.new)])].sort();
    const unjudged = documents.filter((id) => qrels?.get(query)?.has(id) !== true);
    return { query, unjudged, judged: documents.length - unjudged.length };
  });
}

/** Whether a document turns out relevant, given its ranks in both runs (from 0; Infinity where it is not among the first). */
type Guess = (old: number, fresh: number) => boolean;

/** The two ends: all that speaks for the new version is relevant and nothing else is, and the reverse. */
const ENDS: { readonly [O in JudgeTarget['of']]: readonly Guess[] } = {
  difference: [(old, fresh) => fresh < old, (old, fresh) => old < fresh],
  new: [(_, fresh) => fresh < Number.POSITIVE_INFINITY, (_, fresh) => fresh === Number.POSITIVE_INFINITY],
};

function ranks(run: Run, query: string, depth: number): (document: string) => number {
  const places = new Map((run.get(query)?.ids.slice(0, depth) ?? []).map((id, rank) => [id, rank]));
  return (document) => places.get(document) ?? Number.POSITIVE_INFINITY;
}

/** The judgements as they would be if the pools were judged and `guess` came true. */
function judgedBy(guess: Guess, runs: Runs, qrels: Qrels | null, pools: readonly Pool[], depth: number, grade: number): Qrels {
  const all = new Map(qrels ?? []);
  for (const { query, unjudged } of pools) {
    const old = ranks(runs.old, query, depth);
    const fresh = ranks(runs.new, query, depth);
    const grades = new Map(qrels?.get(query) ?? []);
    for (const document of unjudged) grades.set(document, guess(old(document), fresh(document)) ? grade : 0);
    if (grades.size > 0) all.set(query, grades);
  }
  return all;
}

/**
 * How far judging a query's whole pool could move its value, query by query: the range of the paired difference new − old
 * (of the new version's value where a limit is the rule) over three states: as it is; every unjudged document that the new
 * version ranks higher relevant and no other; every one that the old version ranks higher relevant and no other.
 * Turning the two versions round changes nothing.
 * @param grade what a relevant document gets: the highest grade of the scale
 * @returns one a pool; 0 where judging can't change the value
 */
export function spreadsOf(target: JudgeTarget, runs: Runs, qrels: Qrels | null, pools: readonly Pool[], grade: number): number[] {
  const ids = pools.map(({ query }) => query);
  const states = [qrels ?? new Map(), ...ENDS[target.of].map((guess) => judgedBy(guess, runs, qrels, pools, target.depth, grade))];
  const values = states.map((state) => valuesOf(target, runs, state, ids));
  return ids.map((_, i) => {
    const known = values.map((column) => column[i] ?? null).filter((value) => value !== null);
    return known.length === 0 ? 0 : Math.max(...known) - Math.min(...known);
  });
}

function valuesOf({ measure, of }: JudgeTarget, runs: Runs, qrels: Qrels, ids: readonly string[]): (number | null)[] {
  const column = (run: Run) => qualityColumns([measure], run, qrels, ids).columns[measure.name]?.perQuery ?? [];
  const fresh = column(runs.new);
  if (of === 'new') return [...fresh];
  const old = column(runs.old);
  return fresh.map((value, i) => {
    const before = old[i] ?? null;
    return value === null || before === null ? null : value - before;
  });
}
