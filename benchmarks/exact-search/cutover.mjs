// node cutover.mjs FOLDER queries documents
import { SEARCH_ENGINES } from '../../dist/search/registry.js';
import { firstRows, HNSW } from '../vectors.mjs';

const [folder, count, corpus] = process.argv.slice(2);
const documents = firstRows(folder, 'old.npy', Number(corpus));
const queries = firstRows(folder, 'old.queries.npy', Number(count));
// A run makes several searches, each of thousands of queries: the code is compiled after the first.
const warmUp = firstRows(folder, 'old.queries.npy', 1000);
const index = await SEARCH_ENGINES.exact.open(documents, { k: 100, similarity: 'cosine', hnsw: HNSW }, null, { seed: 7 });
await index.search(warmUp, 100);
const start = performance.now();
const { neighbours, scores } = await index.search(queries, 100);
const seconds = (performance.now() - start) / 1000;
if (neighbours.includes(-1)) throw new Error('neighbours are missing');
await index.close();
console.log(JSON.stringify({ seconds, items: queries.ids.length, check: queries.ids.map((_, row) => scores[row * 100 + 99]) }));
