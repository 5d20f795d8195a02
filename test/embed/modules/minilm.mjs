// A user's own module over real weights: the library's pipeline, one text a call.
import { env, pipeline } from '@xenova/transformers';

env.localModelPath = new URL('../../../models/', import.meta.url).pathname;
env.allowRemoteModels = false;
let loaded = null;

export const batchSize = 1;
export const fingerprint = ({ options }) => `all-MiniLM-L6-v2 ${options.pooling}`;

export async function embed(texts, { options }) {
  loaded ??= pipeline('feature-extraction', 'Xenova/all-MiniLM-L6-v2');
  const run = await loaded;
  const vectors = [];
  for (const text of texts) vectors.push((await run(text, { pooling: options.pooling })).data);
  return vectors;
}
