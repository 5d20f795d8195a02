import { sha256 } from '../core/hash.ts';
import { CANARY_TEXTS } from '../embed/canary-texts.ts';
import type { Canaries } from '../model/version.ts';
import type { Text } from './vectors.ts';

/** The canary texts as documents; their vectors are cached like those of any text. */
export const CANARIES: readonly Text[] = CANARY_TEXTS.map((text, i) => ({ id: `canary ${i + 1}`, text, textHash: sha256(text) }));

const MOST = 2 ** 15 - 1;

/** Directions in a quarter of the characters: a cosine of two of them is off by 1e-8 at the most. @param data Float32Array [n × d] */
export function packed(data: Float32Array, dimension: number): string[] {
  return Array.from({ length: data.length / dimension }, (_, row) => {
    const vector = data.subarray(row * dimension, (row + 1) * dimension);
    const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const bytes = Buffer.alloc(2 * dimension);
    for (const [i, value] of vector.entries()) bytes.writeInt16LE(Math.round((value / largest) * MOST), 2 * i);
    return bytes.toString('base64');
  });
}

function unpacked(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/**
 * By how much the canaries of one version differ between two machines, in a sentence; null where there is nothing to compare:
 * one machine, or one of them without canaries.
 */
export function machinesDiffer(locked: Canaries | undefined, here: Canaries | undefined): string | null {
  if (locked === undefined || here === undefined || locked.processor === here.processor) return null;
  const cosines = locked.vectors.flatMap((text, i) => {
    const other = here.vectors[i];
    return other === undefined || other.length !== text.length ? [] : [cosine(unpacked(text), unpacked(other))];
  });
  if (cosines.length === 0) return null;
  const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
  const least = Math.min(...cosines);
  return `the lock is of another machine (${locked.processor}; here ${here.processor}): canary texts have cosines of ${least.toFixed(5)} to ${Math.max(...cosines).toFixed(5)} between the two, ${mean.toFixed(5)} on average, so figures may differ by as much as the weights' rounding does`;
}
