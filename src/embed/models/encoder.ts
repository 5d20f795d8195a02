import { CutoverError, reasonOf } from '../../core/errors.ts';
import { openSession, type Session, type Tensor, tensor } from '../../system/onnxruntime/session.ts';
import type { ModelUse } from './transformers-version.ts';

/** What one run of a model puts out. */
export interface RunVectors {
  /** Float32Array [texts × longest × dimension], behind a text's own tokens padding; or [texts × dimension]. */
  readonly data: Float32Array;
  /** Tokens of the longest text; null for one vector a text. */
  readonly longest: number | null;
  readonly dimension: number;
}

/** Runs a transformer encoder over the tokens of some texts at once, shorter ones padded at their end. */
export type Encoder = (texts: readonly (readonly number[])[]) => Promise<RunVectors>;

/**
 * Opens a model on one thread.
 * @throws CutoverError MODEL_UNUSABLE when it can't be read, or isn't an encoder of token ids.
 */
export async function openModel(weights: string): Promise<Session> {
  const unusable = (reason: string, cause?: unknown): CutoverError =>
    new CutoverError('MODEL_UNUSABLE', { file: weights, reason }, { cause });
  const session = await openSession(weights, 1).catch((error: unknown) => {
    throw unusable(reasonOf(error), error);
  });
  const stranger = session.inputNames.find((name) => !(name in INPUTS));
  if (stranger !== undefined) throw unusable(`it wants the input ${stranger}, which is not known here`);
  return session;
}

/** The encoder of a version of an open model. */
export function encoderOf(session: Session, use: EncoderUse): Encoder {
  return async (texts) => vectorsOf((await session.run(feeds(session, texts, use.padding)))[use.output], use);
}

/** What of a version an encoder goes by. */
type EncoderUse = Pick<ModelUse, 'weights' | 'output' | 'pooling' | 'padding'>;

/** @throws CutoverError MODEL_UNUSABLE where it is no float32, or has other dimensions than what is pooled, or is not, needs */
export function vectorsOf(
  result: { readonly data: unknown; readonly dims: readonly number[]; readonly type: string } | undefined,
  { output, weights, pooling }: Omit<EncoderUse, 'padding'>,
): RunVectors {
  const { data, dims = [], type = 'nothing' } = result ?? {};
  const expected = pooling === null ? '[texts × dimension]' : '[texts × tokens × dimension]';
  if (data instanceof Float32Array && dims.length === (pooling === null ? 2 : 3))
    return { data, longest: pooling === null ? null : (dims[1] ?? 0), dimension: dims.at(-1) ?? 0 };
  const reason = `${output} is ${type} [${dims.join(' × ')}] where float32 ${expected} is expected`;
  throw new CutoverError('MODEL_UNUSABLE', { file: weights, reason });
}

/** Input name → value at one position of a text; at its padding, `inPadding`. */
const INPUTS: Readonly<Record<string, { at(id: number, position: number): number; inPadding(padding: number): number }>> = {
  input_ids: { at: (id) => id, inPadding: (padding) => padding },
  attention_mask: { at: () => 1, inPadding: () => 0 },
  token_type_ids: { at: () => 0, inPadding: () => 0 },
  position_ids: { at: (_, position) => position, inPadding: () => 0 },
};

function feeds(session: Session, texts: readonly (readonly number[])[], padding: number): Record<string, Tensor> {
  const longest = texts.reduce((most, ids) => Math.max(most, ids.length), 0);
  const fed: Record<string, Tensor> = {};
  for (const name of session.inputNames) {
    const input = INPUTS[name];
    if (input === undefined) continue;
    const data = new BigInt64Array(texts.length * longest).fill(BigInt(input.inPadding(padding)));
    for (const [row, ids] of texts.entries())
      for (const [position, id] of ids.entries()) data[row * longest + position] = BigInt(input.at(id, position));
    fed[name] = tensor('int64', data, [texts.length, longest]);
  }
  return fed;
}
