import { CutoverError } from '../../core/errors.ts';
import type { TokenEncoder } from './tokenizer.ts';

/** Two texts as a cross-encoder sees them. */
export interface PairTokens {
  readonly ids: readonly number[];
  /** 0 for the first text and the special tokens around it, 1 from the second one on. */
  readonly types: readonly number[];
}

type PairTokenizer = (first: string, second: string) => PairTokens;

/**
 * A tokenizer of pairs that cuts the longer text, token by token, until both fit; the special tokens stay.
 * @param encoder ids of a text, or of a pair with its special tokens
 * @throws CutoverError MODEL_UNUSABLE when the special tokens are not before, between and after, or leave no room
 */
export function pairTokenizer(encoder: TokenEncoder, maxTokens: number, folder: string): PairTokenizer {
  const { before, between, after } = specialTokens(encoder, folder);
  const room = maxTokens - before.length - between.length - after.length;
  if (room < 2) throw unusable(folder, `its special tokens leave no room for two texts in ${maxTokens} tokens`);
  return (first, second) => {
    const [a, b] = cut(encoder(first, false), encoder(second, false), room);
    const head = [...before, ...a, ...between];
    const tail = [...b, ...after];
    return { ids: [...head, ...tail], types: [...head.map(() => 0), ...tail.map(() => 1)] };
  };
}

/** The longer one loses its last tokens first; of equals the second. */
function cut(a: readonly number[], b: readonly number[], room: number): readonly [readonly number[], readonly number[]] {
  const half = Math.floor(room / 2);
  if (a.length + b.length <= room) return [a, b];
  if (a.length <= room - half) return [a, b.slice(0, room - a.length)];
  if (b.length <= half) return [a.slice(0, room - b.length), b];
  return [a.slice(0, room - half), b.slice(0, half)];
}

/** What the tokenizer puts around two texts, found by encoding a pair with and without. */
function specialTokens(encode: TokenEncoder, folder: string): { before: number[]; between: number[]; after: number[] } {
  const [a, b, all] = [encode('a', false), encode('b', false), encode('a', true, 'b')];
  const find = (own: readonly number[], from: number) => all.findIndex((_, i) => i >= from && own.every((id, j) => all[i + j] === id));
  const first = find(a, 0);
  const second = first < 0 ? -1 : find(b, first + a.length);
  if (a.length === 0 || b.length === 0 || second < 0)
    throw unusable(folder, 'its special tokens are not before, between and after two texts');
  return { before: all.slice(0, first), between: all.slice(first + a.length, second), after: all.slice(second + b.length) };
}

function unusable(folder: string, reason: string): CutoverError {
  return new CutoverError('MODEL_UNUSABLE', { file: `The tokenizer in ${folder}`, reason });
}
