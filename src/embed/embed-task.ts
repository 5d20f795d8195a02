import { CutoverError } from '../core/errors.ts';
import type { Role } from '../model/version.ts';
import { moved, type TaskHandler } from '../system/workers/moved.ts';
import type { KeptDimensions } from './embedder.ts';
import type { Encoder, RunVectors } from './models/encoder.ts';
import { poolTokens } from './models/pooling.ts';
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
}

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
export function embedTask(use: ModelUse, load: () => Promise<[Tokenizer, Encoder]>): TaskHandler<EmbedTask, EmbedResult> {
  let model: Promise<[[Tokenizer, Encoder], RunStep[]]> | null = null;
  return async ({ role, ids, texts, together = false, cuts = [] }, stopped) => {
    model ??= Promise.all([load(), loadSteps(use.folder, use.steps)]);
    const [[tokenize, encode], steps] = await model;
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
