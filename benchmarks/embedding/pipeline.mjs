import { env, pipeline } from '@xenova/transformers';
import { MODEL, MODELS, report } from './texts.mjs';

env.localModelPath = MODELS;
env.allowRemoteModels = false;
const extract = await pipeline('feature-extraction', MODEL, { quantized: true });
await report(async (texts) => {
  for (let i = 0; i < texts.length; i += 32) await extract(texts.slice(i, i + 32), { pooling: 'cls', normalize: true });
});
