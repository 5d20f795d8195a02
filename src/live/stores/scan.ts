import type { Hit, StoreBatch } from './live-store.ts';

/**
 * The k nearest rows by full scan in memory set by k: cosine, best first, ties by id descending.
 * Rows of another dimension, or without a vector, are not among them.
 */
export async function nearestByScan(batches: AsyncIterable<StoreBatch>, query: Float32Array, k: number): Promise<Hit[]> {
  let best: Hit[] = [];
  const length = Math.sqrt(dot(query, query));
  for await (const { ids, tags, offsets, values } of batches) {
    for (let row = 0; row < ids.length; row++) {
      const vector = values.subarray(offsets[row], offsets[row + 1]);
      if (vector.length !== query.length) continue;
      const score = dot(query, vector) / (length * Math.sqrt(dot(vector, vector)));
      if (Number.isFinite(score)) best.push({ id: ids[row] as string, tag: tags[row] ?? null, score });
    }
    best = best.sort(byScore).slice(0, k);
  }
  return best;
}

/** What to say of a search that found fewer rows than it was asked for; null where it did not. */
export function shortOf(found: number, k: number): string | null {
  return found >= k ? null : `${found} rows of the live version, where ${k} were asked for: no more match.`;
}

export function byScore(a: Hit, b: Hit): number {
  return b.score - a.score || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
