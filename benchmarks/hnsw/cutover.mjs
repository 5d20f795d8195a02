// node cutover.mjs [engine] [documents] [sides]: builds the index, of several versions side by side; says its recall too
import { SEARCH_ENGINES } from '../../dist/search/registry.js';
import { HNSW, unitVectors } from '../vectors.mjs';

const [engine = 'hnsw', corpus = '50000', sides = '1'] = process.argv.slice(2);
const documents = clustered(Number(corpus), 'd');
const queries = clustered(200, 'q');
const search = { k: 10, similarity: 'cosine', hnsw: HNSW };
const open = (id) => SEARCH_ENGINES[id].open(documents, search, null, { seed: 7 });
const start = performance.now();
const indexes = await Promise.all(Array.from({ length: Number(sides) }, () => open(engine)));
const seconds = (performance.now() - start) / 1000;
const exact = await open('exact');
const [served, truth] = [await indexes[0].search(queries, 10), await exact.search(queries, 10)];
const hits = queries.ids.map((_, row) => {
  const known = new Set(truth.neighbours.subarray(row * 10, row * 10 + 10));
  return served.neighbours.subarray(row * 10, row * 10 + 10).filter((place) => known.has(place)).length;
});
await Promise.all([...indexes, exact].map((index) => index.close()));
const recall = hits.reduce((sum, n) => sum + n, 0) / (10 * hits.length);
console.log(
  JSON.stringify({ seconds, items: documents.ids.length * Number(sides), recall, megabytes: process.resourceUsage().maxRSS / 1024 }),
);

/** Points around 500 centres, as texts lie around their topics: in 384 dimensions of nothing but noise no graph finds its way. */
function clustered(count, letter) {
  const [noise, centres] = [unitVectors(count, letter), unitVectors(500, 'c')];
  for (let row = 0; row < count; row++)
    for (let i = 0; i < 384; i++) noise.data[row * 384 + i] += 0.8 * centres.data[(row % 500) * 384 + i];
  return noise;
}
