import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const lines = (file) =>
  readFileSync(join(root, 'datasets', 'helpdesk', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Documents and queries of the demo, shuffled by a fixed rule so that lengths are mixed as in real life. */
export function mixedTexts(count) {
  return [...lines('corpus.jsonl').map(({ title, text }) => `${title} ${text}`), ...lines('queries.jsonl').map(({ text }) => text)]
    .map((text, i) => ({ text, key: (i * 2654435761) % 4294967296 }))
    .sort((a, b) => a.key - b.key)
    .map(({ text }) => text)
    .slice(0, count);
}

const WARM_UP = 16;
export const MODEL = 'Xenova/bge-small-en-v1.5';
export const MODELS = join(root, 'models');

/** Warms up, takes the time, and prints it with the first text's vector. @param embedAll texts → vectors in the order of the texts */
export async function report(embedAll) {
  const texts = JSON.parse(readFileSync(process.argv[2], 'utf8'));
  await embedAll(texts.slice(0, WARM_UP));
  const start = performance.now();
  const vectors = await embedAll(texts);
  const seconds = (performance.now() - start) / 1000;
  if (vectors.length !== texts.length) throw new Error('texts are missing');
  console.log(JSON.stringify({ seconds, items: texts.length, check: Array.from(vectors[0]) }));
}

/** The usual loop: batches in the order in which texts come. @param extract a feature-extraction pipeline */
export async function inBatches(extract, texts) {
  const vectors = [];
  for (let i = 0; i < texts.length; i += 32)
    vectors.push(...(await extract(texts.slice(i, i + 32), { pooling: 'cls', normalize: true })).tolist());
  return vectors;
}
