import { env, pipeline } from '@xenova/transformers';
import { inBatches, MODEL, MODELS, report } from './texts.mjs';

env.localModelPath = MODELS;
env.allowRemoteModels = false;
const extract = await pipeline('feature-extraction', MODEL, { quantized: true });
await report((texts) => inBatches(extract, texts));
