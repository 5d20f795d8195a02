// node cutover.mjs [queries] [documents]
import { SEARCH_ENGINES } from '../../dist/search/registry.js';
import { firstRows, HNSW, unitVectors } from '../vectors.mjs';

const [count = 1_000, corpus = 50_000] = process.argv.slice(2).map(Number);
const [documents, queries] = [unitVectors(corpus, 'd'), unitVectors(count, 'q')];
const index = await SEARCH_ENGINES.exact.open(documents, { k: 100, similarity: 'cosine', hnsw: HNSW }, null, { seed: 7 });
await index.search(firstRows(queries, 256), 100);
const start = performance.now();
const { neighbours } = await index.search(queries, 100);
const seconds = (performance.now() - start) / 1000;
if (neighbours.includes(-1)) throw new Error('neighbours are missing');
await index.close();
console.log(JSON.stringify({ seconds, items: count, megabytes: process.resourceUsage().maxRSS / 1024 }));
