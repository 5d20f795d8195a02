import { SEARCH_ENGINES } from '../../dist/search/registry.js';

const [QUERIES, DOCUMENTS, D, K] = [1_000, 50_000, 384, 100];
const set = (count, letter) => {
  const data = Float32Array.from({ length: count * D }, gaussian);
  for (let row = 0; row < count; row++) {
    const vector = data.subarray(row * D, (row + 1) * D);
    const length = Math.hypot(...vector);
    vector.forEach((value, i) => {
      vector[i] = value / length;
    });
  }
  return {
    side: 'old',
    fingerprint: 'bench',
    dimension: D,
    ids: Array.from({ length: count }, (_, i) => letter + String(i).padStart(6, '0')),
    data,
  };
};
function gaussian() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
const [documents, queries] = [set(DOCUMENTS, 'd'), set(QUERIES, 'q')];
const index = await SEARCH_ENGINES.exact.open(
  documents,
  { k: K, similarity: 'cosine', hnsw: { m: 16, efConstruction: 200, efSearch: 128 } },
  null,
  { seed: 7 },
);
await index.search({ ...queries, ids: queries.ids.slice(0, 8), data: queries.data.subarray(0, 8 * D) }, K);
const start = performance.now();
const { neighbours } = await index.search(queries, K);
const seconds = (performance.now() - start) / 1000;
if (neighbours.includes(-1)) throw new Error('neighbours are missing');
await index.close();
console.log(JSON.stringify({ seconds, items: QUERIES, megabytes: process.resourceUsage().maxRSS / 1024 }));
