import { join } from 'node:path';
import type { Fingerprint } from '../../core/brand.ts';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { fingerprintOf } from '../../core/hash.ts';
import { readOnnxFacts } from '../../formats/onnx.ts';
import type { CrossEncoderSpec } from '../../model/pipeline.ts';
import { ONNXRUNTIME_VERSION } from '../../system/onnxruntime/native.ts';
import { openSession, type Session, type Tensor, tensor } from '../../system/onnxruntime/session.ts';
import type { EmbedderContext } from '../embedder.ts';
import { hashModel, readModelFacts } from '../models/model-facts.ts';
import { type LocalModel, locateModel, modelChoice } from '../models/model-location.ts';
import { type PairTokens, pairTokenizer } from '../models/pair-tokenizer.ts';
import { ending, loadEncoder } from '../models/tokenizer.ts';
import type { OpenReranker } from './reranker.ts';

/** Tokens of both texts that a model gets unless the spec or the model says otherwise. */
const USUAL_TOKENS = 512;

/** A local model with what decides its scores. */
interface FoundCrossEncoder {
  readonly fingerprint: Fingerprint;
  /** Loads it. @throws CutoverError MODEL_UNUSABLE */
  open(): Promise<OpenReranker>;
}

/**
 * Finds a cross-encoder and hashes what decides its scores: weights, tokenizer, runtime, numeric type, tokens.
 * @throws CutoverError MODEL_MISSING, MODEL_UNUSABLE
 */
export async function findCrossEncoder(spec: CrossEncoderSpec, context: EmbedderContext): Promise<FoundCrossEncoder> {
  const named = { file: 'pipeline', id: 'the re-ranker' };
  const model = await locateModel(modelChoice({ ...named, model: spec.model, revision: spec.revision, dtype: spec.dtype }), context);
  const { externalData } = readOnnxFacts(join(model.folder, model.weights));
  const { weights, tokenizer } = await hashModel(model, named, externalData, []);
  const { positions } = await readModelFacts(model.folder);
  const maxTokens = Math.min(spec.maxTokens ?? USUAL_TOKENS, positions ?? Number.POSITIVE_INFINITY);
  const { TRANSFORMERS_VERSION } = await import('../models/transformers-js.ts');
  const runtime = { 'onnxruntime-node': ONNXRUNTIME_VERSION, '@xenova/transformers': TRANSFORMERS_VERSION };
  const fingerprint = fingerprintOf({ reranker: 'cross-encoder', weights, tokenizer, runtime, dtype: spec.dtype, maxTokens });
  return { fingerprint, open: () => openCrossEncoder(model, fingerprint, maxTokens) };
}

/** One session on one thread, one pair a run: with quantised weights a batch would change the scores. */
async function openCrossEncoder(model: LocalModel, fingerprint: Fingerprint, maxTokens: number): Promise<OpenReranker> {
  const file = join(model.folder, model.weights);
  const unusable = (reason: string, cause?: unknown) => new CutoverError('MODEL_UNUSABLE', { file, reason }, { cause });
  const tokens = pairTokenizer(ending(await loadEncoder(model.folder), model.folder), maxTokens, model.folder);
  const session = await openSession(file, 1).catch((error: unknown) => {
    throw unusable(reasonOf(error), error);
  });
  const [output = ''] = session.outputNames;
  const stranger = session.inputNames.find((name) => !(name in INPUTS));
  if (stranger !== undefined) throw unusable(`it wants the input ${stranger}, which is not known here`);
  const scoreOf = async (pair: PairTokens): Promise<number> => {
    const { data, dims = [] } = (await session.run(feeds(session, pair)))[output] ?? {};
    if (!(data instanceof Float32Array) || data.length !== 1)
      throw unusable(`its output ${output} is [${dims.join(' × ')}] for one pair; a re-ranker has one score`);
    const [score = Number.NaN] = data;
    if (!Number.isFinite(score)) throw unusable('it gave a score that is no finite number');
    return score;
  };
  return {
    fingerprint,
    score: async (query, documents, signal) => {
      const scores: number[] = [];
      for (const document of documents) {
        if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
        scores.push(await scoreOf(tokens(query, document)));
      }
      return scores;
    },
    close: () => session.release(),
  };
}

/** Input name → value at one position. */
const INPUTS: Readonly<Record<string, (pair: PairTokens, position: number) => number>> = {
  input_ids: ({ ids }, position) => ids[position] ?? 0,
  attention_mask: () => 1,
  token_type_ids: ({ types }, position) => types[position] ?? 0,
  position_ids: (_, position) => position,
};

function feeds({ inputNames }: Session, pair: PairTokens): Record<string, Tensor> {
  const count = pair.ids.length;
  const fed: Record<string, Tensor> = {};
  for (const name of inputNames) {
    const at = INPUTS[name];
    if (at !== undefined)
      fed[name] = tensor(
        'int64',
        BigInt64Array.from({ length: count }, (_, i) => BigInt(at(pair, i))),
        [1, count],
      );
  }
  return fed;
}
