import { CutoverError } from '../../core/errors.ts';
import type { VersionSpec } from '../../model/version.ts';
import { installedPackage } from '../../system/packages.ts';
import { workerUrl } from '../../system/workers/worker-url.ts';
import type { EmbedderAdapter } from '../embedder.ts';
import { MODEL_OPTIONS, type ModelEngine, resolveModel } from '../models/transformers-version.ts';
import { pooledEmbedder } from '../pooled-embedder.ts';

const PACKAGE = '@huggingface/transformers';

/**
 * Real weights run by @huggingface/transformers 4, an optional package: its tokenizers, its model classes and the onnxruntime
 * that it brings. Some newer models run there only. Loaded in workers, never in this thread.
 */
export const huggingface: EmbedderAdapter = {
  id: 'huggingface',
  title: '@huggingface/transformers on this machine',
  options: MODEL_OPTIONS,
  open: async (spec, context) => {
    const own = engine();
    const resolve = (version: VersionSpec) => resolveModel(version, context, own);
    return pooledEmbedder(workerUrl(import.meta.url, '../huggingface-worker.ts'), resolve, spec, context);
  },
};

function engine(): ModelEngine {
  const found = installedPackage(PACKAGE, import.meta.url);
  // It comes with its own onnxruntime, which may be another than the one here.
  const runtime = found === null ? null : installedPackage('onnxruntime-node', found.main);
  if (found === null || runtime === null) throw new CutoverError('EMBEDDER_PACKAGE_MISSING', { embedder: 'huggingface', package: PACKAGE });
  return {
    embedder: 'huggingface',
    runtime: { 'onnxruntime-node': runtime.version, [PACKAGE]: found.version },
    // It chooses the model's class and inputs.
    reads: ['config.json'],
  };
}
