import { workerUrl } from '../../system/workers/worker-url.ts';
import type { EmbedderAdapter } from '../embedder.ts';
import { MODEL_OPTIONS, resolveTransformers } from '../models/transformers-version.ts';
import { pooledEmbedder } from '../pooled-embedder.ts';

/** Real weights: the tokenizer of @xenova/transformers, and one single-threaded onnxruntime session a worker. */
export const transformers: EmbedderAdapter = {
  id: 'transformers',
  title: 'Transformer encoder (ONNX) on this machine',
  options: MODEL_OPTIONS,
  open: (spec, context) =>
    pooledEmbedder(
      workerUrl(import.meta.url, '../transformers-worker.ts'),
      (version) => resolveTransformers(version, context),
      spec,
      context,
    ),
};
