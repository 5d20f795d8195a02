// A made-up comparison of many documents: node benchmarks/million/make.mjs FOLDER [documents] [queries] [dimension]
// Clustered unit vectors under an old version, the same with noise under a new one, as .npy files, with the configuration
// to run. Each query is a document with noise; that document is relevant to it.
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { seededRandom } from '../../dist/core/random.js';

const folder = process.argv[2];
const [documents = 1_000_000, queries = 1000, dimension = 384] = process.argv.slice(3).map(Number);
if (folder === undefined) {
  console.error('usage: node benchmarks/million/make.mjs FOLDER [documents] [queries] [dimension]');
  process.exit(2);
}
const CLUSTERS = 5000;
/** Rows written at a time. */
const BLOCK = 4096;
const random = seededRandom(7, 'million');
/** Nearly normal, mean 0, variance 1/dimension: the sum of two uniform numbers, scaled. */
const scale = Math.sqrt(6 / dimension);
const noise = () => (random.next() + random.next() - 1) * scale;
const centres = Float32Array.from({ length: CLUSTERS * dimension }, noise);
const asked = new Map(Array.from({ length: queries }, (_, i) => [Math.floor((i * documents) / queries), i]));
const questions = { old: new Float32Array(queries * dimension), new: new Float32Array(queries * dimension) };

function unit(rows, at) {
  let norm = 0;
  for (let j = at; j < at + dimension; j++) norm += rows[j] * rows[j];
  norm = Math.sqrt(norm);
  for (let j = at; j < at + dimension; j++) rows[j] /= norm;
}

/** Header of NumPy's format 1.0 for a float32 matrix. */
function header(rows) {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dimension}), }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11, ' ');
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${padded}\n`, 'latin1');
  head.writeUInt16LE(padded.length + 1, 8);
  return head;
}

const id = (prefix, i) => `${prefix}${String(i).padStart(8, '0')}`;
const write = async (stream, chunk) => {
  if (!stream.write(chunk)) await new Promise((resolve) => stream.once('drain', resolve));
};

mkdirSync(join(folder, 'data', 'qrels'), { recursive: true });
const files = { old: createWriteStream(join(folder, 'old.npy')), new: createWriteStream(join(folder, 'new.npy')) };
const corpus = createWriteStream(join(folder, 'data', 'corpus.jsonl'));
const ids = createWriteStream(join(folder, 'documents.txt'));
for (const side of ['old', 'new']) await write(files[side], header(documents));
for (let first = 0; first < documents; first += BLOCK) {
  const rows = Math.min(BLOCK, documents - first);
  const old = new Float32Array(rows * dimension);
  const fresh = new Float32Array(rows * dimension);
  let lines = '';
  let names = '';
  for (let i = 0; i < rows; i++) {
    const centre = random.below(CLUSTERS) * dimension;
    for (let j = 0; j < dimension; j++) old[i * dimension + j] = centres[centre + j] + 0.7 * noise();
    unit(old, i * dimension);
    for (let j = 0; j < dimension; j++) fresh[i * dimension + j] = old[i * dimension + j] + 0.3 * noise();
    unit(fresh, i * dimension);
    const query = asked.get(first + i);
    if (query !== undefined)
      for (let j = 0; j < dimension; j++) {
        const drift = 0.9 * noise();
        questions.old[query * dimension + j] = old[i * dimension + j] + drift;
        questions.new[query * dimension + j] = fresh[i * dimension + j] + drift;
      }
    lines += `{"_id":"${id('d', first + i)}","title":"","text":"made-up document ${first + i}"}\n`;
    names += `${id('d', first + i)}\n`;
  }
  await write(files.old, Buffer.from(old.buffer));
  await write(files.new, Buffer.from(fresh.buffer));
  await write(corpus, lines);
  await write(ids, names);
}
for (const stream of [files.old, files.new, corpus, ids]) {
  stream.end();
  await finished(stream);
}
const all = Array.from({ length: queries }, (_, i) => i);
for (const side of ['old', 'new']) {
  for (const i of all) unit(questions[side], i * dimension);
  writeFileSync(join(folder, `${side}.queries.npy`), Buffer.concat([header(queries), Buffer.from(questions[side].buffer)]));
  writeFileSync(
    join(folder, `${side}.yaml`),
    `id: made-up-${side}\nembedder: precomputed\ntag: made-up-${side}\nvectors:\n  document: { path: ${side}.npy, ids: documents.txt }\n  query: { path: ${side}.queries.npy, ids: queries.txt }\n`,
  );
}
writeFileSync(join(folder, 'queries.txt'), `${all.map((i) => id('q', i)).join('\n')}\n`);
writeFileSync(
  join(folder, 'data', 'queries.jsonl'),
  `${all.map((i) => `{"_id":"${id('q', i)}","text":"made-up query ${i}"}`).join('\n')}\n`,
);
const qrels = [...asked].map(([row, i]) => `${id('q', i)}\t${id('d', row)}\t1`);
writeFileSync(join(folder, 'data', 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${qrels.join('\n')}\n`);
writeFileSync(
  join(folder, 'cutover.yaml'),
  `dataset: data
old: old.yaml
new: new.yaml
search: { k: 100, hnsw: { m: 12, efConstruction: 60, efSearch: 128 } }
production: { rebuilds: 0 }
policy: { rules: [{ metric: nDCG@10, nonInferior: 0.02 }] }
`,
);
console.log(`${documents} documents, ${queries} queries of ${dimension} dimensions`);
