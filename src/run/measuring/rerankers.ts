import { CONFIDENCE } from '../../core/confidence.ts';
import { scoreShift } from '../../measure/score-shift.ts';
import { bootstrap } from '../../measure/stats/bootstrap.ts';
import { twoSidedInterval } from '../../measure/stats/interval.ts';
import { columnMean, indexNeeds, type NeedColumn } from '../../measure/stats/needs.ts';
import type { Reranker } from '../../model/config.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { NotApplicable } from '../../model/evaluation.ts';
import type { Estimate, RerankerRelevant, RerankerResult } from '../../model/scores.ts';
import type { Rankings } from '../../model/search.ts';
import type { Side } from '../../model/version.ts';

const RESAMPLES = 5_000;

type Served = { readonly [S in Side]: Rankings };

/** Candidates of one query under both versions, with the scores they come with. */
interface Candidates {
  readonly queryId: string;
  readonly old: ReadonlySet<string>;
  readonly new: ReadonlySet<string>;
}

/**
 * What the bump does to re-rankers, each of which sees the first results as served and nothing else.
 * @throws RangeError when a search found nothing at all
 */
export function rerankerResults(rerankers: readonly Reranker[], served: Served, dataset: Dataset, seed: number): RerankerResult[] {
  return rerankers.map((reranker) => {
    const depth = Math.min(reranker.depth, served.old.k, served.new.k);
    const candidates = served.old.queryIds.map((queryId, row) => ({
      queryId,
      old: new Set(documentsAt(served.old, row, depth)),
      new: new Set(documentsAt(served.new, row, depth)),
    }));
    return {
      reranker,
      depthUsed: depth,
      relevant: relevantOf(candidates, dataset, seed),
      unseen: meanUnseen(candidates),
      scores: scoreShift('candidates', 'Score of its candidates', scoresTo(served.old, depth), scoresTo(served.new, depth)),
    };
  });
}

function documentsAt({ documentIds, k, neighbours }: Rankings, row: number, depth: number): string[] {
  return Array.from(neighbours.subarray(row * k, row * k + depth)).flatMap((place) => documentIds[place] ?? []);
}

function scoresTo({ queryIds, k, neighbours, scores }: Rankings, depth: number): number[] {
  return queryIds.flatMap((_, row) =>
    Array.from({ length: depth }, (_, rank) => row * k + rank).flatMap((place) =>
      (neighbours[place] ?? -1) < 0 ? [] : (scores[place] ?? []),
    ),
  );
}

function meanUnseen(candidates: readonly Candidates[]): number {
  const shares = candidates.flatMap(({ old, new: fresh }) =>
    fresh.size === 0 ? [] : [[...fresh].filter((document) => !old.has(document)).length / fresh.size],
  );
  return shares.length === 0 ? 0 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function relevantOf(
  candidates: readonly Candidates[],
  { qrels, queries }: Pick<Dataset, 'qrels' | 'queries'>,
  seed: number,
): RerankerRelevant | NotApplicable {
  if (qrels === null) return { notApplicable: 'the data set has no relevance judgements' };
  const needs = new Map(queries.map(({ id, need }) => [id, need]));
  const counts = candidates.flatMap(({ queryId, old, new: fresh }) => {
    const relevant = [...(qrels.get(queryId) ?? [])].filter(([, grade]) => grade >= 1).map(([document]) => document);
    if (relevant.length === 0) return [];
    const before = relevant.filter((document) => old.has(document));
    const after = relevant.filter((document) => fresh.has(document)).length;
    const kept = before.filter((document) => fresh.has(document)).length;
    return [{ need: needs.get(queryId) ?? queryId, total: relevant.length, old: before.length, new: after, kept }];
  });
  if (counts.length === 0) return { notApplicable: 'no query has a relevant document' };
  const sum = (key: 'total' | 'old' | 'new' | 'kept'): number => counts.reduce((total, count) => total + count[key], 0);
  return {
    total: sum('total'),
    old: sum('old') / sum('total'),
    new: sum('new') / sum('total'),
    kept: sum('old') === 0 ? null : sum('kept') / sum('old'),
    difference: estimateOf(
      counts.map(({ need, total, old, new: fresh }) => ({ need, total, change: fresh - old })),
      seed,
    ),
  };
}

/** Change of the pooled share: Σ change / Σ relevant documents, a ratio that resampling of needs takes as it is. */
function estimateOf(counts: readonly { readonly need: string; readonly total: number; readonly change: number }[], seed: number): Estimate {
  const index = indexNeeds(counts.map(({ need }) => need));
  const sums = new Float64Array(index.labels.length);
  const totals = new Float64Array(index.labels.length);
  counts.forEach(({ total, change }, i) => {
    const need = index.of[i] ?? 0;
    sums[need] = (sums[need] ?? 0) + change;
    totals[need] = (totals[need] ?? 0) + total;
  });
  const column: NeedColumn = { needs: Int32Array.from(index.labels.keys()), sums, counts: totals };
  const facts = { mean: columnMean(column), needs: index.labels.length, confidence: CONFIDENCE };
  if (index.labels.length < 2) return { ...facts, interval: null };
  const [interval] = bootstrap([column], { needs: index.labels.length, resamples: RESAMPLES, seed }, (sample) => {
    const [lower, upper] = twoSidedInterval(sample, CONFIDENCE, 'student');
    return { lower, upper, method: sample.method };
  });
  return { ...facts, interval: interval ?? null };
}
