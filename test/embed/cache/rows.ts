import type { Fingerprint } from '../../../src/core/brand.ts';
import { sha256 } from '../../../src/core/hash.ts';
import type { Entry } from '../../../src/embed/cache/vector-store.ts';
import type { VectorRow } from '../../../src/model/vectors.ts';

export const TAG = 'a'.repeat(64) as Fingerprint;
export const OTHER_TAG = 'b'.repeat(64) as Fingerprint;

/** Row i: its vector is [i + 1, -i, 0.5, …], so that a misplaced row shows. */
export function rowOf(i: number, more: Partial<VectorRow> = {}): VectorRow {
  return {
    id: `d${i}`,
    role: 'document',
    textHash: sha256(`text ${i}`),
    tag: TAG,
    tokenCount: i,
    truncated: i % 3 === 0,
    vector: Float32Array.of(i + 1, -i, 0.5),
    ...more,
  };
}

export function entryOf(i: number): Entry {
  return { id: `d${i}`, textHash: sha256(`text ${i}`) };
}

export function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
