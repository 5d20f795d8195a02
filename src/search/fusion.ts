import type { RankedList } from '../model/search.ts';
import { best } from './lexical/bm25.ts';

/**
 * How several lists become one. `rrf`: by rank. `weighted`: by scores scaled to 0…1 by their least and greatest, each list with its
 * weight. `dbsf`: by scores scaled by mean and spread.
 */
export type Fusion =
  | { readonly method: 'rrf'; readonly k: number }
  | { readonly method: 'weighted'; readonly weights: readonly number[] }
  | { readonly method: 'dbsf' };

/** Where scores are as near as this they count as equal, as in ranx. */
const NO_SPREAD = 1e-9;

/** Cormack et al. 2009, doi:10.1145/1571941.1572114: 1 / (k + rank), rank from 1. */
function byRank({ ids }: RankedList, k: number): number[] {
  return ids.map((_, i) => 1 / (k + i + 1));
}

/** (s − min) / (max − min); 0 where all are equal. */
function byRange({ scores }: RankedList): number[] {
  const values = Array.from(scores);
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  return values.map((value) => (value - low) / Math.max(high - low, NO_SPREAD));
}

/** (s − (μ − 3σ)) / 6σ with the sample's σ, as Qdrant has it; 0.5 for a single result or where all are equal. */
function byDistribution({ scores }: RankedList): number[] {
  const values = Array.from(scores);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const deviation = values.every((value) => value === values[0]) ? 0 : Math.sqrt(variance);
  return values.map((value) => (deviation === 0 ? 0.5 : (value - (mean - 3 * deviation)) / (6 * deviation)));
}

function contributions(list: RankedList, place: number, fusion: Fusion): number[] {
  if (fusion.method === 'rrf') return byRank(list, fusion.k);
  if (fusion.method === 'dbsf') return byDistribution(list);
  const weight = fusion.weights[place] ?? 0;
  return byRange(list).map((value) => weight * value);
}

/**
 * One list of several for one query: a document's score is the sum of what each list gives it; a list that lacks it gives 0.
 * @param lists best first
 * @param depth results at most
 * @returns in the order of `best`: score as float32, high to low, ties by document id, high to low
 * @throws RangeError where there isn't one weight a list, 0 or more, or k is below 0
 * @example fuse([{ ids: ['a', 'b'], scores: [2, 1] }, { ids: ['b'], scores: [9] }], { method: 'rrf', k: 60 }, 10).ids // ['b', 'a']
 */
export function fuse(lists: readonly RankedList[], fusion: Fusion, depth: number): RankedList {
  if (fusion.method === 'rrf' && !(fusion.k >= 0)) throw new RangeError(`RRF needs k of 0 or more, got ${fusion.k}.`);
  if (fusion.method === 'weighted' && (fusion.weights.length !== lists.length || !fusion.weights.every((weight) => weight >= 0)))
    throw new RangeError(`Each of ${lists.length} lists needs a weight of 0 or more, got ${fusion.weights.join(', ')}.`);
  const sums = new Map<string, number>();
  lists.forEach((list, place) => {
    const parts = contributions(list, place, fusion);
    for (const [i, id] of list.ids.entries()) sums.set(id, (sums.get(id) ?? 0) + (parts[i] ?? 0));
  });
  return best(
    Array.from(sums, ([id, score]) => ({ id, score })),
    depth,
  );
}
