import { CutoverError, reasonOf } from '../../core/errors.ts';
import { openSession, type Session, type Tensor, tensor } from '../../system/onnxruntime/session.ts';

/** The token vectors of the texts of one run. */
export interface TokenVectors {
  /** Float32Array [texts × longest × dimension]; what stands behind a text's own tokens is padding. */
  readonly data: Float32Array;
  /** Tokens of the longest text. */
  readonly longest: number;
  readonly dimension: number;
}

/** Runs a transformer encoder over the tokens of some texts at once, shorter ones padded at their end. */
export type Encoder = (texts: readonly (readonly number[])[]) => Promise<TokenVectors>;

/** Names under which exporters put the token vectors. */
const OUTPUTS = ['last_hidden_state', 'token_embeddings'];

/**
 * Opens an encoder on one thread.
 * @param weights absolute path of an ONNX file
 * @param padding token id that fills up shorter texts of a run
 * @throws CutoverError MODEL_UNUSABLE when it can't be read, or isn't an encoder of token ids.
 */
export async function openEncoder(weights: string, padding: number): Promise<Encoder> {
  const unusable = (reason: string, cause?: unknown): CutoverError =>
    new CutoverError('MODEL_UNUSABLE', { file: weights, reason }, { cause });
  const session = await openSession(weights, 1).catch((error: unknown) => {
    throw unusable(reasonOf(error), error);
  });
  const output = OUTPUTS.find((name) => session.outputNames.includes(name));
  if (output === undefined) throw unusable(`it puts out ${session.outputNames.join(', ')}, none of ${OUTPUTS.join(', ')}`);
  const stranger = session.inputNames.find((name) => !(name in INPUTS));
  if (stranger !== undefined) throw unusable(`it wants the input ${stranger}, which is not known here`);
  return async (texts) => {
    const result = (await session.run(feeds(session, texts, padding)))[output];
    if (!(result?.data instanceof Float32Array) || result.dims.length !== 3)
      throw unusable(`${output} is ${result?.type} [${result?.dims.join(' × ')}] where float32 [texts × tokens × dimension] is expected`);
    return { data: result.data, longest: result.dims[1] ?? 0, dimension: result.dims[2] ?? 0 };
  };
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
