import { CutoverError } from '../core/errors.ts';
import type { Role } from '../model/version.ts';
import type { EmbeddedText, KeptDimensions } from './embedder.ts';

/** What happens to every vector on its way out, and how to name it in an error. */
export interface VectorRules {
  /** The version's id. */
  readonly version: string;
  /** Keep the first n; null keeps all. */
  readonly dimensions: KeptDimensions;
  readonly normalize: boolean;
}

/**
 * Cuts a raw vector to the kept dimensions, then scales it to length 1 where the version normalises; in float64, rounded once.
 *
 * @param raw Float32Array [d] or plain numbers
 * @returns a new Float32Array [kept dimensions]
 * @throws CutoverError EMBEDDING_INVALID when a value isn't finite, all are 0, or there are too few.
 * @example finishVector([3, 4, 12], { version: 'v', dimensions: 2, normalize: true }, 'document', 'd1') // [0.6, 0.8]
 */
export function finishVector(raw: ArrayLike<number>, rules: VectorRules, role: Role, id: string): Float32Array {
  const refuse = (reason: string): CutoverError => new CutoverError('EMBEDDING_INVALID', { role, id, version: rules.version, reason });
  const length = rules.dimensions ?? raw.length;
  if (length > raw.length) throw refuse(`has ${raw.length} dimensions, fewer than the ${length} to keep`);
  const vector = new Float32Array(length);
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const value = raw[i] ?? Number.NaN;
    if (!Number.isFinite(value)) throw refuse(`has a value that is not a finite number (dimension ${i})`);
    squares += value * value;
  }
  if (squares === 0) throw refuse('is all zero');
  const scale = rules.normalize ? 1 / Math.sqrt(squares) : 1;
  for (let i = 0; i < length; i++) vector[i] = (raw[i] ?? 0) * scale;
  return vector;
}

/** Remembers the first vector's dimension and refuses another. @throws CutoverError EMBEDDING_INVALID */
export function dimensionGuard(version: string): (vector: Float32Array, role: Role, id: string) => Float32Array {
  let expected: number | null = null;
  return (vector, role, id) => {
    expected ??= vector.length;
    if (vector.length === expected) return vector;
    const reason = `has ${vector.length} dimensions, those before it ${expected}`;
    throw new CutoverError('EMBEDDING_INVALID', { role, id, version, reason });
  };
}

/**
 * The same raw vector with other numbers of kept dimensions, each from the raw values themselves: cutting what was scaled and
 * rounded already would give other bytes. null where there is no raw vector; that makes no vector of this version wrong.
 */
export function finishCuts(
  raw: ArrayLike<number>,
  cuts: readonly KeptDimensions[],
  rules: VectorRules,
  role: Role,
  id: string,
): (Float32Array | null)[] {
  return cuts.map((dimensions) => {
    try {
      return finishVector(raw, { ...rules, dimensions }, role, id);
    } catch (error) {
      if (error instanceof CutoverError) return null;
      throw error;
    }
  });
}

/** Finishes the vectors of one version, all of one dimension, with cuts where they are asked for. The function throws EMBEDDING_INVALID. */
export function finisher(
  rules: VectorRules,
): (raw: ArrayLike<number>, role: Role, id: string, cuts: readonly KeptDimensions[] | undefined) => Pick<EmbeddedText, 'vector' | 'cuts'> {
  const sameDimension = dimensionGuard(rules.version);
  return (raw, role, id, cuts) => {
    const vector = sameDimension(finishVector(raw, rules, role, id), role, id);
    return cuts === undefined ? { vector } : { vector, cuts: finishCuts(raw, cuts, rules, role, id) };
  };
}

/** What some texts were asked for. */
interface AnsweredRequest {
  /** Index of the first of them. */
  readonly start: number;
  readonly role: Role;
  readonly signal: AbortSignal | undefined;
  readonly cuts: readonly KeptDimensions[] | undefined;
  /** Which of them were cut before they were sent; none unless given. */
  readonly truncated?: readonly boolean[];
}

/**
 * Raw vectors that came for some texts, finished, each under the index of its text. Whoever made them counts no tokens.
 * @throws CutoverError EMBEDDING_INVALID, also for a text without an answer; INTERRUPTED
 */
export function* answered(
  items: readonly { readonly id: string }[],
  answers: readonly ArrayLike<number>[],
  finish: ReturnType<typeof finisher>,
  { start, role, signal, cuts, truncated = [] }: AnsweredRequest,
): Generator<EmbeddedText> {
  for (const [i, { id }] of items.entries()) {
    if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
    yield { index: start + i, ...finish(answers[i] ?? [], role, id, cuts), tokenCount: null, truncated: truncated[i] === true };
  }
}
