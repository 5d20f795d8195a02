import { CutoverError } from '../core/errors.ts';
import type { Rankings } from '../model/search.ts';
import type { SearchVectors } from './exact/dot-products.ts';
import { rankCandidates } from './rescore.ts';

/** How an engine that only nominates is asked. */
export interface Nominating {
  /** Queries a question: Ctrl-C is heard between them. */
  readonly block: number;
  readonly signal?: AbortSignal | undefined;
  /** @param queries Float32Array [q × d] @returns Int32Array [q × k] of rows, -1 where there are fewer */
  nominate(queries: Float32Array<ArrayBuffer>): Promise<Int32Array>;
}

/** Fills rankings with what an engine nominates; scores are summed again here. @throws CutoverError INTERRUPTED */
export async function rankNominated(rankings: Rankings, vectors: SearchVectors, { block, signal, nominate }: Nominating): Promise<void> {
  const { queryIds, k } = rankings;
  const { queries, dimension } = vectors;
  for (let first = 0; first < queryIds.length; first += block) {
    if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
    const found = await nominate(queries.slice(first * dimension, (first + block) * dimension));
    const lists = Array.from({ length: found.length / k }, (_, i) => ({
      query: first + i,
      items: found.subarray(i * k, (i + 1) * k).filter((row) => row >= 0),
    }));
    rankCandidates(rankings, lists, vectors);
  }
}
