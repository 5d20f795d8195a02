import { availableParallelism } from 'node:os';
import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import type { Rankings, Similarity } from '../../model/search.ts';
import type { VectorSet } from '../../model/vectors.ts';
import type { Side } from '../../model/version.ts';
import { openExact } from '../engines/exact.ts';
import { emptyRankings } from '../rescore.ts';
import { openProduct } from './exact-scan.ts';

/** How many neighbours are wanted, and by what similarity. */
export interface StreamedSearch {
  readonly k: number;
  readonly similarity: Similarity;
  readonly signal?: AbortSignal;
}

/** The best of one query so far, best first. */
interface Best {
  readonly ids: readonly string[];
  readonly scores: readonly number[];
}

/**
 * Exact neighbours in a corpus that comes block by block: memory is set by queries × k and the largest block, not by the
 * corpus. The lists are those of the exact engine over the whole corpus, ties and all, whatever the blocks and their order.
 * @param blocks each ascending by id; every id in one of them only
 * @returns `documentIds` are those that are in a list, ascending
 * @throws CutoverError SEARCH_EMPTY_CORPUS, SEARCH_MIXED_SPACES, SEARCH_DIMENSION_MISMATCH, VECTOR_UNUSABLE; INTERRUPTED on abort
 * @throws RangeError where an id is found in two blocks
 * @example await exactOverBlocks(queries, store.blocks('old', 'document', entries), { k: 100, similarity: 'cosine' })
 */
export async function exactOverBlocks<S extends Side>(
  queries: VectorSet<S>,
  blocks: AsyncIterable<VectorSet<S>>,
  { k, similarity, signal }: StreamedSearch,
): Promise<Rankings> {
  let best: Best[] = queries.ids.map(() => ({ ids: [], scores: [] }));
  let documents = 0;
  // One for all blocks: each has its own working memory, which goes only when the session does.
  const session = await openProduct(availableParallelism());
  try {
    for await (const block of blocks) {
      documents += block.ids.length;
      const index = await openExact(block, similarity, signal, session);
      const found = await index.search(queries, k);
      best = best.map((list, row) => merged(list, listOf(found, row), k));
    }
  } finally {
    await session.release();
  }
  if (documents === 0) throw new CutoverError('SEARCH_EMPTY_CORPUS', {});
  return together(queries.ids, best, Math.min(k, documents));
}

function listOf({ documentIds, k, neighbours, scores }: Rankings, row: number): Best {
  const places = [...neighbours.subarray(row * k, (row + 1) * k)];
  return { ids: places.map((place) => documentIds[place] ?? ''), scores: [...scores.subarray(row * k, (row + 1) * k)] };
}

/** The first k of both lists: score high to low, ties by id high to low. */
function merged(a: Best, b: Best, k: number): Best {
  const ids: string[] = [];
  const scores: number[] = [];
  let [i, j] = [0, 0];
  while (ids.length < k && (i < a.ids.length || j < b.ids.length)) {
    const [list, at] = goesFirst(a, i, b, j) ? [a, i++] : [b, j++];
    ids.push(list.ids[at] ?? '');
    scores.push(list.scores[at] ?? 0);
  }
  return { ids, scores };
}

/** Whether place i of one list comes before place j of the other; a list that is over comes last. */
function goesFirst(a: Best, i: number, b: Best, j: number): boolean {
  const [left, right] = [a.scores[i], b.scores[j]];
  if (left === undefined || right === undefined) return right === undefined;
  if (left !== right) return left > right;
  const order = byCodeUnits(a.ids[i] ?? '', b.ids[j] ?? '');
  if (order === 0) throw new RangeError(`The id "${a.ids[i]}" is in two blocks.`);
  return order > 0;
}

function together(queryIds: readonly string[], best: readonly Best[], k: number): Rankings {
  const documentIds = [...new Set(best.flatMap(({ ids }) => ids))].sort(byCodeUnits);
  const place = new Map(documentIds.map((id, i) => [id, i]));
  const rankings = emptyRankings(queryIds, documentIds, k);
  for (const [row, { ids, scores }] of best.entries()) {
    rankings.neighbours.set(
      ids.map((id) => place.get(id) ?? -1),
      row * k,
    );
    rankings.scores.set(scores, row * k);
  }
  return rankings;
}
