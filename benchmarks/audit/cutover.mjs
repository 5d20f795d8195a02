import { scanStore } from '../../dist/live/audit/scan.js';
import { openLiveStore } from '../../dist/live/stores/registry.js';
import { FAULTS, TAG } from './make.mjs';

const columns = { id: 'id', vector: 'vector', tag: 'tag', textHash: 'text_hash', text: null, stratum: null };
const spec = { name: 'bench', kind: 'arrow', path: process.argv[2], urlFrom: null, table: null, columns, corpus: null };
const store = await openLiveStore(spec, { env: {} });
const start = performance.now();
const { rows, faults } = await scanStore(store, {
  expected: TAG,
  allowed: new Set(),
  normalize: true,
  signal: new AbortController().signal,
});
const seconds = (performance.now() - start) / 1000;
const found = {
  untagged: faults.untagged.count,
  foreign: faults.foreign.count,
  notFinite: faults['not-finite'].count,
  zero: faults.zero.count,
  notUnit: faults['not-unit-length'].count,
};
if (JSON.stringify(found) !== JSON.stringify(FAULTS)) throw new Error(JSON.stringify(found));
console.log(JSON.stringify({ seconds, items: rows, check: Object.values(found) }));
