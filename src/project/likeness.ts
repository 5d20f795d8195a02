import { CutoverError } from '../core/errors.ts';
import type { Embedder, TextItem } from '../embed/embedder.ts';
import type { Role } from '../model/version.ts';

/** A stored vector and the text it is said to be of. */
export interface ClaimedRow extends TextItem {
  readonly vector: Float32Array;
}

/** Cosine and ratio of lengths of a stored vector and a fresh one of one version. */
export interface Likeness {
  /** null where the dimensions differ. */
  readonly cosine: number | null;
  /** Stored length ÷ fresh length. */
  readonly length: number;
}

/** How near is near enough. */
export interface Tolerance {
  readonly cosine: number;
  readonly relativeLength: number;
  readonly method: string;
}

/** Least allowance: what float32 and a round trip through half precision cost. */
const FLOOR = 1e-6;
/** Texts embedded twice to see what the runtime itself varies. */
const REPEATED = 8;
const LENGTH = 1e-3;

/** Fresh vectors of texts, in the order given. @throws CutoverError INTERRUPTED */
export async function embedTexts(
  embedder: Embedder,
  items: readonly TextItem[],
  signal: AbortSignal,
  done?: (count: number) => void,
  role: Role = 'document',
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = new Array(items.length);
  let count = 0;
  for await (const { index, vector } of embedder.embed(items, role, signal)) {
    vectors[index] = vector;
    done?.(++count);
    if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
  }
  return vectors;
}

/** Both vectors are said to be of one version and one text; that is what is being checked. */
export function likenessOf(stored: Float32Array, fresh: Float32Array): Likeness {
  let [dot, a, b] = [0, 0, 0];
  for (let i = 0; i < Math.min(stored.length, fresh.length); i++) {
    const [x, y] = [stored[i] as number, fresh[i] as number];
    dot += x * y;
    a += x * x;
    b += y * y;
  }
  if (stored.length !== fresh.length) return { cosine: null, length: Number.NaN };
  return { cosine: dot / Math.sqrt(a * b), length: Math.sqrt(a / b) };
}

export function agrees({ cosine, length }: Likeness, tolerance: Tolerance): boolean {
  return cosine !== null && cosine >= tolerance.cosine && Math.abs(length - 1) <= tolerance.relativeLength;
}

/**
 * What two runs of the same texts differ by on this machine, ten times over, and no less than rounding takes. Another
 * processor may round the steps of quantised weights differently: attest where the vectors were made, or like it.
 */
export async function measureTolerance(
  embedder: Embedder,
  items: readonly TextItem[],
  signal: AbortSignal,
  role: Role = 'document',
): Promise<Tolerance> {
  const some = items.slice(0, REPEATED);
  // Longest first and reversed, so that the second run hands the texts to the workers in another order.
  const once = await embedTexts(embedder, some, signal, undefined, role);
  const again = (await embedTexts(embedder, [...some].reverse(), signal, undefined, role)).reverse();
  const worst = Math.max(0, ...once.map((vector, i) => 1 - (likenessOf(vector, again[i] ?? vector).cosine ?? 0)));
  const allowance = Math.max(FLOOR, 10 * worst);
  return {
    cosine: 1 - allowance,
    relativeLength: LENGTH,
    method: `${some.length} texts embedded twice here differ by at most ${worst.toExponential(1)} in cosine; ten times that, and at least ${FLOOR}`,
  };
}
