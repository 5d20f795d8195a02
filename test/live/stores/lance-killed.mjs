// node lance-killed.mjs SPEC TAG: tags every row, and is killed as soon as the last one is written and no index is built again yet.
import { connect } from '@lancedb/lancedb';
import { openLiveStore } from '../../../dist/live/stores/registry.js';

const [spec, tag] = process.argv.slice(2);
const { path, table } = JSON.parse(spec);
const opened = await (await connect(path)).openTable(table);
Object.getPrototypeOf(opened).createIndex = () => process.kill(process.pid, 'SIGKILL');

const store = await openLiveStore(JSON.parse(spec), { env: {} });
const rows = await store.pending({ place: 'current', tag }, null, 1000);
await store.tagRows(
  rows.map(({ id, textHash }) => ({ id, textHash })),
  tag,
);
