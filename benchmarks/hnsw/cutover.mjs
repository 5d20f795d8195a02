// node cutover.mjs ENGINE FOLDER documents: builds the graphs of both versions as `cutover run` does, then asks one of them
import { SEARCH_ENGINES } from '../../dist/search/registry.js';
import { firstRows, HNSW } from '../vectors.mjs';

const [engine, folder, corpus] = process.argv.slice(2);
const K = 10;
const queries = firstRows(folder, 'old.queries.npy', 1_000);
const search = { k: K, similarity: 'cosine', hnsw: HNSW };
const sides = ['old', 'new'].map((side) => firstRows(folder, `${side}.npy`, Number(corpus), side));
const open = (id, documents) => SEARCH_ENGINES[id].open(documents, search, null, { seed: 7 });
const start = performance.now();
const indexes = await Promise.all(sides.map((documents) => open(engine, documents)));
const build = { seconds: (performance.now() - start) / 1000, items: 2 * Number(corpus) };
const exact = await open('exact', sides[0]);
const truth = await exact.search(queries, K);
const query = await leastEffort();
await Promise.all([...indexes, exact].map((index) => index.close()));
console.log(JSON.stringify({ build, query }));

/** The search at the least ef with the recall asked for. */
async function leastEffort() {
  for (let ef = 16; ; ef *= 2) {
    const recall = recallOf(await indexes[0].search(queries, K, ef));
    if (recall < 0.99 && ef < 1024) continue;
    const begin = performance.now();
    await indexes[0].search(queries, K, ef);
    return { seconds: (performance.now() - begin) / 1000, items: queries.ids.length, ef, 'recall@10': recall };
  }
}

function recallOf({ neighbours }) {
  const shared = queries.ids.map((_, row) => {
    const known = new Set(truth.neighbours.subarray(row * K, row * K + K));
    return neighbours.subarray(row * K, row * K + K).filter((place) => known.has(place)).length;
  });
  return shared.reduce((sum, n) => sum + n, 0) / (K * shared.length);
}
