import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const lines = (file) =>
  readFileSync(join(root, 'datasets', 'helpdesk', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Documents and queries of the demo, shuffled by a fixed rule so that lengths are mixed as in real life. */
export const TEXTS = [
  ...lines('corpus.jsonl').map(({ title, text }) => `${title} ${text}`),
  ...lines('queries.jsonl').map(({ text }) => text),
]
  .map((text, i) => ({ text, key: (i * 2654435761) % 4294967296 }))
  .sort((a, b) => a.key - b.key)
  .map(({ text }) => text);

export const WARM_UP = 16;
export const MODEL = 'Xenova/bge-small-en-v1.5';
export const MODELS = join(root, 'models');

export async function report(embedAll) {
  await embedAll(TEXTS.slice(0, WARM_UP));
  const start = performance.now();
  await embedAll(TEXTS);
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ seconds, items: TEXTS.length, megabytes: process.resourceUsage().maxRSS / 1024 }));
}
