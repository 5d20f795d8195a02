// node benchmarks/folders/run.mjs [--rows 1000000] [--d 128] [--kind arrow|parquet] [--group ROWS] [--folder PATH]
// One file of many rows goes through a migration: tags, vectors beside, switch and back, with the largest memory of the process that
// does it. The file is written by another process, as an application does.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  AsyncByteQueue,
  Field,
  FixedSizeList,
  Float32,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { openLiveStore } from '../../dist/live/stores/registry.js';

const text = (value) => ({ type: 'string', default: value });
const { values } = parseArgs({
  options: { rows: text('1000000'), d: text('128'), kind: text('arrow'), group: text('10000'), folder: text(''), make: text('') },
});
const [rows, d] = [Number(values.rows), Number(values.d)];
// Rows of a record batch or row group; pyarrow writes a million into one.
const BATCH = Number(values.group);
const bodyOf = (row) => `text ${row} ${'of a house with many rooms '.repeat(3)}`;
const vectorOf = (row) => Float32Array.from({ length: d }, (_, i) => ((row * 31 + i * 17) % 1000) / 1000);
const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)];

async function makeArrow(file) {
  const handle = await open(file, 'w');
  const chunks = [];
  class Collected extends AsyncByteQueue {
    write(chunk) {
      chunks.push(chunk);
    }
  }
  const list = new FixedSizeList(d, new Field('item', new Float32(), true));
  const fields = [
    new Field('id', new Utf8(), true),
    new Field('body', new Utf8(), true),
    new Field('extra', new Utf8(), true),
    new Field('vector', list, true),
  ];
  const schema = new Schema(fields);
  const writer = new RecordBatchFileWriter();
  writer.reset(new Collected(), schema);
  for (let first = 0; first < rows; first += BATCH) {
    const own = Array.from({ length: Math.min(BATCH, rows - first) }, (_, i) => first + i);
    const flat = new Float32Array(own.length * d);
    for (const [i, row] of own.entries()) flat.set(vectorOf(row), i * d);
    const child = makeData({ type: new Float32(), length: flat.length, nullCount: 0, data: flat });
    const texts = [(row) => `d${row}`, bodyOf, (row) => `extra ${row}`].map((of) => vectorFromArray(own.map(of), new Utf8()).data[0]);
    const children = [...texts, makeData({ type: list, length: own.length, nullCount: 0, child })];
    writer.write(new RecordBatch(schema, makeData({ type: new Struct(fields), length: own.length, nullCount: 0, children })));
    for (const chunk of chunks.splice(0)) await handle.write(chunk);
  }
  writer.finish();
  for (const chunk of chunks.splice(0)) await handle.write(chunk);
  await handle.close();
}

function makeParquet(file) {
  const schema = [
    { name: 'root', num_children: 4 },
    ...['id', 'body', 'extra'].map((name) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' })),
    { name: 'vector', converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' },
  ];
  const writer = new ParquetWriter({ writer: fileWriter(file), schema });
  for (let first = 0; first < rows; first += BATCH) {
    const own = Array.from({ length: Math.min(BATCH, rows - first) }, (_, i) => first + i);
    const columnData = [
      { name: 'id', data: own.map((row) => `d${row}`) },
      { name: 'body', data: own.map(bodyOf) },
      { name: 'extra', data: own.map((row) => `extra ${row}`) },
      { name: 'vector', data: own.map((row) => [...vectorOf(row)]) },
    ];
    writer.write({ columnData, rowGroupSize: BATCH });
  }
  writer.finish();
}

if (values.make !== '') {
  await (values.kind === 'arrow' ? makeArrow(values.make) : makeParquet(values.make));
  process.exit(0);
}

const folder = mkdtempSync(join(values.folder || tmpdir(), 'folders-'));
const path = join(folder, 'store');
mkdirSync(path);
const file = join(path, `all.${values.kind}`);
const took = {};
const timed = async (name, work) => {
  const began = performance.now();
  await work();
  took[name] = Number(((performance.now() - began) / 1000).toFixed(1));
  console.error(`${name} ${took[name]} s`);
};
try {
  await timed('made', async () =>
    execFileSync(process.execPath, [
      import.meta.filename,
      '--make',
      file,
      ...['rows', 'd', 'kind', 'group'].flatMap((name) => [`--${name}`, values[name]]),
    ]),
  );
  const bytes = statSync(file).size;
  const columns = { id: 'id', vector: 'vector', tag: 'cutover_tag', textHash: 'cutover_text_hash', text: 'body', stratum: null };
  const store = await openLiveStore(
    { name: 'bench', kind: values.kind, path, urlFrom: null, table: null, columns, corpus: null },
    { env: {} },
  );
  const hashOf = (row) => createHash('sha256').update(bodyOf(row).trim()).digest('hex');
  await timed('tag', async () => {
    await store.prepareTagging();
    await store.tagRows(
      Array.from({ length: rows }, (_, row) => ({ id: `d${row}`, textHash: hashOf(row) })),
      OLD,
    );
  });
  await store.ledger.append(JSON.stringify({ live: OLD }), 1, OLD);
  const sides = { current: OLD, next: NEW };
  await store.addNext(sides, d, { line: '{"n":2}', seq: 2 });
  await timed('fill', async () => {
    for (let after = null; ; ) {
      const found = await store.pending({ place: 'next', tag: NEW }, after, 1_000);
      if (found.length === 0) return;
      after = found.at(-1).key;
      await store.place(
        'next',
        sides,
        found.map(({ key, textHash }) => ({ key, textHash, vector: vectorOf(Number(key[1]) + 1), isProof: false })),
      );
    }
  });
  await timed('switch', () => store.exchange({ current: NEW, next: OLD }, { line: '{"n":3}', seq: 3 }));
  await timed('look', async () => {
    const { wanted, lacking } = await store.progress({ current: NEW, next: OLD });
    if (wanted !== rows || lacking.current !== 0) throw new Error(`${wanted} rows, ${lacking.current} lack`);
  });
  await timed('switch back', () => store.exchange(sides, { line: '{"n":4}', seq: 4 }));
  await store.close();
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    JSON.stringify({ kind: values.kind, rows, d, group: BATCH, megabytes: Math.round(bytes / 1e6), peakRss: peak, seconds: took }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
