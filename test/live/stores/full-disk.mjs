// node full-disk.mjs SPEC STEP: takes one step on a store and prints the error that it ends with.
import { openLiveStore } from '../../../dist/live/stores/registry.js';

const [spec, step] = process.argv.slice(2);
const store = await openLiveStore(JSON.parse(spec), { env: {} });
const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)];
const sides = { current: OLD, next: NEW };

const STEPS = {
  start: () => store.addNext(sides, 64, { line: '{"n":2}', seq: 2 }),
  fill: async () => {
    for (let after = null; ; ) {
      const rows = await store.pending({ place: 'next', tag: NEW }, after, 100);
      if (rows.length === 0) return;
      after = rows.at(-1).key;
      const placed = rows.map(({ key, textHash }) => ({ key, textHash, vector: new Float32Array(64).fill(1), isProof: false }));
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
process.exit(0);
