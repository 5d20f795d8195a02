// Out of the throw-away environment, whatever version the project itself may have.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inBatches, MODEL, MODELS, report } from './texts.mjs';

const { env, pipeline } = createRequire(join(process.env.CUTOVER_BENCH_NPM, 'package.json'))('@huggingface/transformers');
env.localModelPath = MODELS;
env.allowRemoteModels = false;
const extract = await pipeline('feature-extraction', MODEL, { dtype: 'q8' });
await report((texts) => inBatches(extract, texts));
