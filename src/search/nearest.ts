import { sampleWithout, seededRandom } from '../core/random.ts';
import type { Rankings, Similarity } from '../model/search.ts';
import type { Side } from '../model/version.ts';
import type { Corpus } from './corpus.ts';
import { emptyRankings } from './rescore.ts';
import { depthOf } from './sizes.ts';

export interface NearestOptions {
  /** Nearest others kept for each item. */
  readonly k: number;
  readonly similarity: Similarity;
  /** Look at this many items only, drawn by the seed; their neighbours still come from all items. */
  readonly sample?: { readonly size: number; readonly seed: number };
  readonly signal?: AbortSignal;
}

/**
 * For each item its nearest other items, exactly. An item is never its own neighbour; an equal vector of another id is.
 * `queryIds` are the items looked at, `documentIds` all of them; `k` shrinks to n − 1.
 * @throws RangeError when there are fewer than two items
 * @throws CutoverError VECTOR_UNUSABLE; INTERRUPTED on abort
 * @example three items on a circle at 0°, 10° and 90°, k = 1: 0° → 10°, 10° → 0°, 90° → 10°
 */
export async function nearestOthers<S extends Side>(items: Corpus<S>, options: NearestOptions): Promise<Rankings> {
  const count = items.ids.length;
  if (count < 2) throw new RangeError(`Nearest others need two items, not ${count}.`);
  const { k, similarity, sample, signal } = options;
  const rows = sampleWithout(seededRandom(sample?.seed ?? 0, 'nearest'), count, sample?.size ?? count);
  const depth = depthOf(k, count - 1);
  const index = await items.openExact(similarity, signal);
  try {
    const found = await index.search(await items.pick(rows), depth + 1);
    return withoutSelf(found, rows, depth);
  } finally {
    await index.close();
  }
}

function withoutSelf(found: Rankings, rows: readonly number[], k: number): Rankings {
  const others = emptyRankings(found.queryIds, found.documentIds, k);
  rows.forEach((self, i) => {
    let kept = 0;
    for (let at = i * found.k; at < (i + 1) * found.k && kept < k; at++) {
      const neighbour = found.neighbours[at] ?? -1;
      if (neighbour === self) continue;
      others.neighbours[i * k + kept] = neighbour;
      others.scores[i * k + kept] = found.scores[at] ?? 0;
      kept++;
    }
  });
  return others;
}
