// node full-disk.mjs PATH STEP: takes one step on a store of Arrow files and prints the error that it ends with.
import { openLiveStore } from '../../../dist/live/stores/registry.js';

const [path, step] = process.argv.slice(2);
const columns = { id: 'id', vector: 'vector', tag: 'cutover_tag', textHash: 'cutover_text_hash', text: 'body', stratum: null };
const spec = { name: 'files', kind: 'arrow', path, urlFrom: null, table: null, columns, corpus: null };
const store = await openLiveStore(spec, { env: {} });
const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)];
const sides = { current: OLD, next: NEW };

const STEPS = {
  fill: async () => {
    for (let after = null; ; ) {
      const rows = await store.pending({ place: 'next', tag: NEW }, after, 100);
      if (rows.length === 0) return;
      after = rows.at(-1).key;
      const placed = rows.map(({ key, textHash }) => ({ key, textHash, vector: new Float32Array(64), isProof: false }));
      await store.place('next', sides, placed);
    }
  },
  exchange: () => store.exchange({ current: NEW, next: OLD }, { line: '{"n":3}', seq: 3 }),
  tag: async () => {
    const rows = [];
    for await (const { ids } of store.read({ tag: null })) rows.push(...ids.map((id) => ({ id, textHash: OLD })));
    await store.prepareTagging();
    await store.tagRows(rows, OLD);
  },
};

try {
  await STEPS[step]();
  console.log('passed');
} catch (error) {
  console.log(`${error.code} ${error.message}`);
}
