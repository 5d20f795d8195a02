// Reads from a store through the guard: a query of another version than the live one is refused.
// node docs/examples/guarded-search.mjs STORE FINGERPRINT VECTOR_AS_JSON
import { CutoverError, liveTag, openLiveStore, searchLive } from 'cutover';

const [path, tag, vector] = process.argv.slice(2);
const columns = { id: 'id', vector: 'vector', tag: 'tag', textHash: 'text_hash', text: null, stratum: null };
const store = await openLiveStore(
  { name: 'live', kind: 'arrow', path, urlFrom: null, table: null, columns, corpus: null },
  { env: process.env },
);
try {
  console.log(`live: ${await liveTag(store)}`);
  const hits = await searchLive(store, { tag, vector: Float32Array.from(JSON.parse(vector)) }, 2);
  for (const { id, score } of hits) console.log(`${id} ${score.toFixed(3)}`);
} catch (error) {
  if (!(error instanceof CutoverError)) throw error;
  console.log(`${error.code}: ${error.message}`);
  process.exitCode = 2;
} finally {
  await store.close();
}
