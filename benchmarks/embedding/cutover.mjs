import { availableParallelism } from 'node:os';
import { openEmbedder } from '../../dist/embed/registry.js';
import { MODEL, MODELS, report } from './texts.mjs';

const spec = {
  id: 'bench',
  embedder: 'transformers',
  model: MODEL,
  dtype: 'q8',
  pooling: 'cls',
  normalize: true,
  prefixes: { query: '', document: '' },
  maxTokens: 512,
  file: 'bench',
};
const embedder = await openEmbedder(spec, { modelFolders: [MODELS], hubCache: '', allowNetwork: false, workers: availableParallelism() });
await report(async (texts) => {
  const vectors = [];
  const items = texts.map((text, i) => ({ id: `${i}`, text }));
  for await (const { index, vector } of embedder.embed(items, 'document')) vectors[index] = vector;
  return vectors;
});
await embedder.close();
