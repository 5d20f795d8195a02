import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { loadPolicy } from '../../src/config/policy.ts';
import { loadVersion } from '../../src/config/version.ts';
import { loadDataset } from '../../src/dataset/load.ts';
import { readQrels } from '../../src/dataset/qrels.ts';
import { readSegmentKeys } from '../../src/embed/cache/segment.ts';
import { readShardRecord } from '../../src/embed/cache/shard.ts';
import { openCanaries } from '../../src/embed/http/canaries.ts';
import { readModelFacts } from '../../src/embed/models/model-facts.ts';
import { readPublishedUse } from '../../src/embed/models/model-metadata.ts';
import { arrowBytes, readArrow } from '../../src/formats/arrow.ts';
import { readCsv, readTsv } from '../../src/formats/delimited.ts';
import { readJsonl } from '../../src/formats/lines.ts';
import { readNpy, readNpz } from '../../src/formats/npy.ts';
import { readOnnxFacts } from '../../src/formats/onnx.ts';
import { readParquetRows } from '../../src/formats/parquet.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { readVectorFile } from '../../src/formats/vector-file.ts';
import { parseLock } from '../../src/project/lock-file.ts';
import { readCertificate } from '../../src/proof/certificate.ts';
import { readLedger } from '../../src/proof/chain.ts';
import { readPairs } from '../../src/search/pair-table.ts';
import { readRankings } from '../../src/search/run-table.ts';
import { readTrecRun } from '../../src/search/trec-run.ts';
import { readText as text } from '../../src/system/files.ts';
import { readManifest } from '../../src/system/manifest.ts';
import { graph, inlineTensor, node, outsideTensor, valueInfo } from '../formats/onnx-files.ts';

/** One way bytes from elsewhere get in. */
export interface Reader {
  readonly name: string;
  /** Where the file is, in a folder of its own; what else it takes to be read is written beside it. */
  readonly file: string;
  readonly seed: Uint8Array | string;
  readonly beside?: Readonly<Record<string, string>>;
  read(path: string, folder: string): unknown;
}

async function all(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}

const json = (value: unknown) => JSON.stringify(value, null, 1);
const HASH = 'a'.repeat(64);
const TAG = HASH as never;

function npy(shape: string, data: Float32Array): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const head = `${text}${' '.repeat(63 - ((10 + text.length) % 64))}\n`;
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, head.length & 255, head.length >> 8]);
  return Buffer.concat([start, Buffer.from(head), Buffer.from(data.buffer)]);
}

function safetensors(): Buffer {
  const head = Buffer.from(JSON.stringify({ w: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  return Buffer.concat([length, head, Buffer.alloc(16)]);
}

const table = (kind: string) =>
  arrowBytes(
    {
      text_hash: { type: 'bytes', width: 32, data: Buffer.alloc(64, 1) },
      role: { type: 'label', dictionary: ['query', 'document'], indices: Int32Array.of(0, 1) },
      query: { type: 'label', dictionary: ['q'], indices: Int32Array.of(0, 0) },
      document: { type: 'label', dictionary: ['d', 'e'], indices: Int32Array.of(0, 1) },
      left: { type: 'label', dictionary: ['q'], indices: Int32Array.of(0, 0) },
      right: { type: 'label', dictionary: ['d', 'e'], indices: Int32Array.of(0, 1) },
      rank: { type: 'integer', values: [1, 2] },
      score: { type: 'float', data: Float32Array.of(0.5, 0.25) },
      id: { type: 'text', values: ['a', 'b'] },
      vector: { type: 'vector', width: 2, data: Float32Array.of(1, 2, 3, 4) },
    },
    { kind, schemaVersion: '1', tag: HASH, dimension: '2', k: '2' },
  );

const onnx = graph({
  nodes: [node('MatMul', ['x', 'w'], ['y'])],
  tensors: [inlineTensor('w', [2, 2], [1, 2, 3, 4]), outsideTensor('v', [2], 'other.bin')],
  inputs: [valueInfo('x', 'float', ['n', 2])],
  outputs: [valueInfo('y', 'float', ['n', 2])],
});

const lock = {
  kind: 'cutover.lock',
  schemaVersion: 1,
  live: { id: 'a', fingerprint: HASH, names: {}, decides: {} },
  ledgers: {},
  seal: HASH,
};
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'a', digest: { sha256: HASH } }],
  predicateType: 'https://cutover.dev/attestation/evaluation/v1',
  predicate: { old: {}, new: { fingerprint: HASH }, dataset: {}, policy: {}, verdict: { sha256: HASH }, expires: '2026-01-31' },
};

const DATA = {
  'corpus.jsonl': '{"_id":"d1","title":"a","text":"one"}\n{"_id":"d2","text":"two","metadata":{"k":[1]}}\n',
  'queries.jsonl': '{"_id":"q1","text":"one?","metadata":{"style":"a"}}\n',
  'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq1\td1\t1\n',
};
const dataset = (file: keyof typeof DATA): Reader => ({
  name: `data set: ${file}`,
  file,
  seed: DATA[file],
  beside: DATA,
  read: (_, folder) => loadDataset(folder),
});

export const READERS: readonly Reader[] = [
  ...(Object.keys(DATA) as (keyof typeof DATA)[]).map(dataset),
  { name: 'Arrow', file: 'a.arrow', seed: table('x'), read: (path) => all(readArrow(path)) },
  { name: 'rankings', file: 'a.arrow', seed: table('cutover.rankings'), read: (path) => readRankings(path) },
  { name: 'pairs', file: 'a.arrow', seed: table('cutover.pairs'), read: (path) => readPairs(path) },
  { name: 'segment', file: 'a.arrow', seed: table('cutover.vectors'), read: (path) => readSegmentKeys(path, TAG) },
  {
    name: 'vectors',
    file: 'a.jsonl',
    seed: '{"id":"a","vector":[1,2]}\n{"id":"b","vector":[3,4]}\n',
    read: (path) => all(readVectorFile({ path })),
  },
  { name: 'vectors in Arrow', file: 'a.arrow', seed: table('x'), read: (path) => all(readVectorFile({ path })) },
  {
    name: 'Parquet',
    file: 'a.parquet',
    seed: new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'id', data: ['a', 'b'], type: 'STRING' }] })),
    read: (path) => all(readParquetRows(path, { texts: ['id'], vector: null } as never)),
  },
  { name: 'npy', file: 'a.npy', seed: npy('(2, 2)', Float32Array.of(1, 2, 3, 4)), read: (path) => all(readNpy(path)) },
  { name: 'npz', file: 'a.npz', seed: zipSync({ 'a.npy': npy('(2, 2)', Float32Array.of(1, 2, 3, 4)) }), read: (path) => readNpz(path) },
  { name: 'safetensors', file: 'a.safetensors', seed: safetensors(), read: (path) => readSafetensors(path) },
  { name: 'ONNX', file: 'model.onnx', seed: onnx, read: (path) => readOnnxFacts(path) },
  { name: 'CSV', file: 'a.csv', seed: 'id,text\na,"b ""c"", d"\n', read: (path) => all(readCsv(path)) },
  { name: 'TSV', file: 'a.tsv', seed: 'id\ttext\na\tb\n', read: (path) => all(readTsv(path)) },
  { name: 'JSONL', file: 'a.jsonl', seed: '{"a":[1,{"b":null}]}\n{}\n', read: (path) => all(readJsonl(path)) },
  { name: 'qrels', file: 'a.tsv', seed: 'q1\t0\td1\t1\nq1\t0\td2\t2\n', read: (path) => readQrels(path) },
  { name: 'TREC run', file: 'a.run', seed: 'q1 Q0 d1 1 0.5 x\nq1 Q0 d2 2 0.25 x\n', read: (path) => readTrecRun(path) },
  {
    name: 'policy',
    file: 'policy.yaml',
    seed: 'confidence: 0.95\nrules:\n  - { metric: nDCG@10, nonInferior: 0.02, severity: warn }\nwaivers: []\n',
    read: (path) => loadPolicy(path),
  },
  {
    name: 'version',
    file: 'v.yaml',
    seed: 'id: a\nembedder: precomputed\ntag: x\nnormalize: true\nvectors: { query: q.jsonl, document: d.jsonl }\n',
    read: (path) => loadVersion(path),
  },
  { name: 'lock', file: 'cutover.lock', seed: json(lock), read: async (path) => parseLock(await text(path), path) },
  { name: 'certificate', file: 'c.json', seed: json(statement), read: async (path) => readCertificate(await text(path), path) },
  {
    name: 'signed certificate',
    file: 'c.json',
    seed: json({
      payload: Buffer.from(json(statement)).toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ keyid: 'a', sig: 'AA==' }],
    }),
    read: async (path) => readCertificate(await text(path), path),
  },
  {
    name: 'ledger',
    file: 'l.jsonl',
    seed: json({ schemaVersion: 1, seq: 1, at: '2026-01-31', previous: HASH, hash: HASH }).replaceAll('\n', ''),
    read: async (path) => {
      const lines = (await text(path)).split('\n');
      return readLedger({ read: async () => lines } as never, 'live');
    },
  },
  {
    name: 'manifest',
    file: 'manifests/embed.json',
    seed: json({ kind: 'cutover.manifest', schemaVersion: 1, stage: 'embed', madeFrom: {}, files: {} }),
    read: (_, folder) => readManifest(folder, 'embed'),
  },
  {
    name: 'shard',
    file: 'shard.json',
    seed: json({ kind: 'cutover.shard', schemaVersion: 1, index: 1, count: 2, inputs: { a: 'b' }, cpu: 'x' }),
    read: (_, folder) => readShardRecord(folder),
  },
  {
    name: 'canaries',
    file: 'c.json',
    seed: json({ kind: 'cutover.canaries', schemaVersion: 1, model: 'm', answers: ['AAAAAA=='], long: [] }),
    read: (file) => openCanaries({ file, model: 'm', longest: 100, dry: true, ask: async () => [] }),
  },
  {
    name: 'modules.json',
    file: 'modules.json',
    seed: json([
      { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
      { path: '1_Pooling', type: 'Pooling' },
    ]),
    beside: { '1_Pooling/config.json': json({ pooling_mode_cls_token: true }) },
    read: (_, folder) => readPublishedUse(folder),
  },
  {
    name: 'config.json',
    file: 'config.json',
    seed: json({ model_type: 'bert', hidden_size: 8, max_position_embeddings: 64 }),
    read: (_, folder) => readModelFacts(folder),
  },
];

/** Writes what a reader reads, with these bytes in place of its own file. */
export function lay({ file, beside = {} }: Reader, folder: string, bytes: Uint8Array): string {
  for (const [name, content] of Object.entries(beside)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}
