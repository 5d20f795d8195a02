import { CutoverError } from '../core/errors.ts';
import type { Pooling, Role } from '../model/version.ts';
import { moved, type TaskHandler } from '../system/workers/messages.ts';
import type { KeptDimensions } from './embedder.ts';
import type { Encoder, RunVectors } from './models/encoder.ts';
import { loadSteps, type RunStep } from './models/steps.ts';
import type { Tokenizer, Tokens } from './models/tokenizer.ts';
import type { ModelUse } from './models/transformers-version.ts';
import { finishCuts, finishVector } from './vector.ts';

/** Some texts of one role, prefixes put on. */
export interface EmbedTask {
  readonly role: Role;
  readonly ids: readonly string[];
  readonly texts: readonly string[];
  /** All texts in one run of the model; else one a run. */
  readonly together?: boolean;
  /** Other numbers of dimensions to cut each vector to. */
  readonly cuts?: readonly KeptDimensions[];
  /** Other settings of the same model than the worker was started with. */
  readonly use?: ModelUse;
}

/** A model that is loaded, for any settings of it. */
export type LoadedModel = (use: ModelUse) => readonly [Tokenizer, Encoder];

/** Row i belongs to text i. */
export interface EmbedResult {
  readonly vectors: readonly Float32Array[];
  /** In the order of the task's cuts. */
  readonly cuts: readonly (readonly (Float32Array | null)[])[];
  readonly tokenCounts: readonly number[];
  readonly truncated: readonly boolean[];
}

/**
 * What a worker does with a task: it embeds texts one a run. Int8 weights take the scale of their activations over everything
 * in the run, so that a neighbour would change the vector (a cosine of 0.995 to 0.997, measured). `together` shows just that.
 * @param load the model; called on the first task, once
 */
export function embedTask(given: ModelUse, load: () => Promise<LoadedModel>): TaskHandler<EmbedTask, EmbedResult> {
  let model: Promise<readonly [LoadedModel, RunStep[]]> | null = null;
  let own: readonly [Tokenizer, Encoder] | null = null;
  return async ({ role, ids, texts, together = false, cuts = [], use = given }, stopped) => {
    model ??= Promise.all([load(), loadSteps(given.folder, given.steps)]);
    const [loaded, steps] = await model;
    own ??= loaded(given);
    const [tokenize, encode] = use === given ? own : loaded(use);
    const tokens = texts.map((text, i) => tokensOf(tokenize(text, role), use, role, ids[i] ?? ''));
    const vectors: Float32Array[] = [];
    const cut: (Float32Array | null)[][] = [];
    for (const run of together ? [tokens] : tokens.map((text) => [text])) {
      if (stopped()) throw new CutoverError('INTERRUPTED', {});
      const made = await encode(run.map((text) => text.ids));
      for (const [row, text] of run.entries()) {
        const raw = steps.reduce((vector, step) => step(vector), textVector(made, row, text, use));
        const id = ids[vectors.length] ?? '';
        vectors.push(finishVector(raw, use, role, id));
        cut.push(finishCuts(raw, cuts, use, role, id));
      }
    }
    return moved(
      { vectors, cuts: cut, tokenCounts: tokens.map((text) => text.ids.length), truncated: tokens.map(({ truncated }) => truncated) },
      [...vectors, ...cut.flat()].flatMap((vector) => vector?.buffer ?? []),
    );
  };
}

function tokensOf(tokens: Tokens, { version, includePrompt }: ModelUse, role: Role, id: string): Tokens {
  if (tokens.ids.length > (includePrompt ? 0 : tokens.prefix)) return tokens;
  const reason = tokens.ids.length === 0 ? 'has no token to be made of' : 'has no token behind its prefix, whose own are not pooled';
  throw new CutoverError('EMBEDDING_INVALID', { role, id, version, reason });
}

/** One text's vector of a run: its tokens' pooled, or what the graph itself made of them. */
function textVector(
  { data, longest, dimension }: RunVectors,
  row: number,
  text: Tokens,
  { pooling, includePrompt }: ModelUse,
): Float64Array {
  if (longest === null || pooling === null) return Float64Array.from(data.subarray(row * dimension, (row + 1) * dimension));
  const start = row * longest * dimension;
  const hidden = data.subarray(start, start + text.ids.length * dimension);
  return poolTokens(hidden, text.ids.length, dimension, pooling, includePrompt ? 0 : text.prefix);
}

/**
 * Makes one vector of the token vectors of one text. Texts run alone, so no token is padding and the attention mask is all 1.
 * - `cls`: the first token's; `last`: the last token's
 * - `mean`: Σ_t h_t / T, summed in float64; `max`: the largest value in each dimension
 * - `mean_sqrt_len`: Σ_t h_t / √T; `weightedmean`: Σ_t t·h_t / Σ_t t, with t the place in the whole text, from 1
 *
 * @param hidden Float32Array [tokens × dimension], row-major
 * @param skip tokens at the beginning that don't count, those of a prefix that the model leaves out; their places are still counted
 * @returns Float64Array [dimension]
 * @throws RangeError when no token is left, or the sizes don't fit.
 * @see Reimers & Gurevych 2019, doi:10.18653/v1/D19-1410; Muennighoff 2022, arXiv:2202.08904 (weightedmean)
 * @example poolTokens(Float32Array.of(1, 2, 3, 6), 2, 2, 'mean') // [2, 4]
 */
export function poolTokens(hidden: Float32Array, tokens: number, dimension: number, pooling: Pooling, skip = 0): Float64Array {
  if (tokens < 1 || hidden.length !== tokens * dimension)
    throw new RangeError(`${hidden.length} values are not ${tokens} tokens of ${dimension} dimensions.`);
  if (skip >= tokens) throw new RangeError(`${skip} of ${tokens} tokens are left out, and none is left.`);
  const counted = tokens - skip;
  const rows = hidden.subarray(skip * dimension);
  switch (pooling) {
    case 'cls':
      return Float64Array.from(rows.subarray(0, dimension));
    case 'last':
      return Float64Array.from(rows.subarray((counted - 1) * dimension));
    case 'mean':
      return summed(rows, dimension, () => 1).map((sum) => sum / counted);
    case 'mean_sqrt_len':
      return summed(rows, dimension, () => 1).map((sum) => sum / Math.sqrt(counted));
    case 'weightedmean': {
      const weights = (tokens * (tokens + 1) - skip * (skip + 1)) / 2;
      return summed(rows, dimension, (row) => skip + row + 1).map((sum) => sum / weights);
    }
    case 'max':
      return largest(rows, dimension);
  }
}

function summed(rows: Float32Array, dimension: number, weight: (row: number) => number): Float64Array {
  const sums = new Float64Array(dimension);
  for (let i = 0; i < rows.length; i++) {
    const column = i % dimension;
    sums[column] = (sums[column] ?? 0) + weight(Math.floor(i / dimension)) * (rows[i] ?? 0);
  }
  return sums;
}

function largest(rows: Float32Array, dimension: number): Float64Array {
  const most = new Float64Array(dimension).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < rows.length; i++) {
    const column = i % dimension;
    most[column] = Math.max(most[column] ?? Number.NEGATIVE_INFINITY, rows[i] ?? 0);
  }
  return most;
}
