import { basename, dirname } from 'node:path';
import { workerData } from 'node:worker_threads';
import { AutoModel, AutoTokenizer, env, Tensor } from '@huggingface/transformers';
import { CutoverError, reasonOf } from '../core/errors.ts';
import { embedTask, type LoadedModel } from './embed-task.ts';
import { bertNormalizer } from './models/bert-normalizer.ts';
import { type Encoder, vectorsOf } from './models/encoder.ts';
import { cutting } from './models/tokenizer.ts';
import type { ModelUse } from './models/transformers-version.ts';

/** As the session of `transformers`: one thread, nothing that spins, no lines of onnxruntime on stderr. */
const SESSION = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3 } as const;

/**
 * Tokenizer and model of a folder, from this machine alone.
 * @throws CutoverError MODEL_UNUSABLE
 */
async function loadHuggingface(use: ModelUse): Promise<LoadedModel> {
  Object.assign(env, { allowLocalModels: true, allowRemoteModels: false, useFSCache: false, localModelPath: dirname(use.folder) });
  const name = basename(use.folder);
  const unusable = (file: string) => (error: unknown) => {
    throw new CutoverError('MODEL_UNUSABLE', { file, reason: reasonOf(error) }, { cause: error });
  };
  const [tokenizer, model] = await Promise.all([
    AutoTokenizer.from_pretrained(name, { local_files_only: true }).catch(unusable(`The tokenizer in ${use.folder}`)),
    AutoModel.from_pretrained(name, { local_files_only: true, dtype: use.dtype, device: 'cpu', session_options: SESSION }).catch(
      unusable(use.weights),
    ),
  ]);
  requireOneGraph(model.sessions as Readonly<Record<string, unknown>>, use);
  const normalise = (await bertNormalizer(use.folder)) ?? ((text: string) => text);
  const encode = (text: string, special: boolean): number[] => tokenizer.encode(normalise(text), { add_special_tokens: special });
  return (settings) => [cutting(encode, settings), encoderOf(model as unknown as Model, settings)];
}

/** The library decides by config.json which files it loads; what is hashed is the one of weights. @throws CutoverError MODEL_UNUSABLE */
function requireOneGraph(sessions: Readonly<Record<string, unknown>>, { folder, weights }: ModelUse): void {
  const names = Object.keys(sessions);
  if (names.length === 1 && names[0] === 'model') return;
  const reason = `config.json makes the library load it in parts (${names.join(', ')}), and a version is one graph: ${basename(weights)}`;
  throw new CutoverError('MODEL_UNUSABLE', { file: folder, reason });
}

type Model = (inputs: Readonly<Record<string, Tensor>>) => Promise<Readonly<Record<string, Tensor | undefined>>>;

function encoderOf(model: Model, use: ModelUse): Encoder {
  return async (texts) => {
    const longest = texts.reduce((most, ids) => Math.max(most, ids.length), 0);
    const filled = (inText: (id: number) => number, inPadding: number): Tensor => {
      const rows = texts.flatMap((ids) => [...ids.map(inText), ...new Array<number>(longest - ids.length).fill(inPadding)]);
      return new Tensor('int64', BigInt64Array.from(rows, BigInt), [texts.length, longest]);
    };
    // Other inputs that a model may want, such as token types and positions, are the library's to make.
    const result = await model({ input_ids: filled((id) => id, use.padding), attention_mask: filled(() => 1, 0) });
    return vectorsOf(result[use.output], use);
  };
}

const use = workerData as ModelUse;

export default embedTask(use, () => loadHuggingface(use));
