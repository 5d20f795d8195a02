import { availableParallelism } from 'node:os';
import { openEmbedder } from '../../dist/embedding/registry.js';
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
  let count = 0;
  for await (const { vector } of embedder.embed(
    texts.map((text, i) => ({ id: `${i}`, text })),
    'document',
  ))
    count += vector.length > 0 ? 1 : 0;
  if (count !== texts.length) throw new Error('texts are missing');
});
await embedder.close();
