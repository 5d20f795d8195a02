import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { makeStore } from './audit/make.mjs';
import { mixedTexts } from './embedding/texts.mjs';
import { liveTable } from './live-table/live-table.mjs';
import { compare } from './runner/rounds.mjs';
import { watched } from './runner/watched.mjs';
import { SIZES } from './singular-values/matrices.mjs';
import { changedCorpora } from './whole-run/changed-corpus.mjs';
import { memoryBySize } from './whole-run/memory.mjs';

const DIMENSION = 384;

/** Made-up vectors of two versions, and queries; every subject takes as many rows as it needs. */
function vectors({ environment, quick }) {
  const [documents, queries] = quick ? [5_000, 1_000] : [100_000, 10_000];
  return environment.data('vectors', (folder) =>
    watched(process.execPath, [join(import.meta.dirname, 'million', 'make.mjs'), folder, documents, queries, DIMENSION].map(String)),
  );
}

async function embedding({ environment, quick, say }) {
  const folder = await environment.data('texts', (place) =>
    writeFileSync(join(place, 'texts.json'), JSON.stringify(mixedTexts(quick ? 64 : 250))),
  );
  const contenders = [
    { name: 'cutover', program: 'embedding/cutover.mjs' },
    { name: '@xenova/transformers `pipeline()`, unsorted batches of 32', program: 'embedding/pipeline.mjs', aim: 5 },
    {
      name: '@huggingface/transformers 4 `pipeline()`, unsorted batches of 32',
      program: 'embedding/pipeline-4.mjs',
      npm: ['@huggingface/transformers@4'],
    },
    { name: 'fastembed as it comes (batches of 256)', program: 'embedding/fastembed_file.py', pip: ['fastembed'], aim: 1.2 },
    { name: 'fastembed, a text a batch', program: 'embedding/fastembed_file.py', args: ['1'], pip: ['fastembed'] },
    { name: 'bare onnxruntime loop, one text a run, a process a core: the limit', program: 'embedding/bare.mjs', aim: 0.95 },
  ];
  return compare(
    {
      contenders: contenders.map((contender) => ({ ...contender, args: [join(folder, 'texts.json'), ...(contender.args ?? [])] })),
      rounds: quick ? 1 : 3,
      args: [],
      tables: [{ title: 'Texts of mixed length' }],
      // int8 weights in a batch: a cosine of 0.99 or so to the same text alone.
      tolerance: 0.2,
    },
    environment,
    say,
  );
}

/** As a user gets it, and at its best: on some processors the kernel that its OpenBLAS chooses is not the fastest one that it has. */
const FAISS = [
  { name: 'faiss `IndexFlatIP`', aim: 0.75 },
  { name: 'faiss `IndexFlatIP`, OpenBLAS held to its AVX-512 kernels', env: { OPENBLAS_CORETYPE: 'SkylakeX' } },
].map((faiss) => ({ ...faiss, program: 'exact-search/faiss_flat.py', pip: ['faiss-cpu', 'numpy'] }));

async function exactSearch({ environment, quick, say }) {
  const folder = await vectors({ environment, quick });
  const sizes = quick
    ? [[100, 5_000]]
    : [
        [1_000, 50_000],
        [10_000, 100_000],
      ];
  const found = [];
  for (const [queries, documents] of sizes)
    found.push(
      await compare(
        {
          contenders: [{ name: 'cutover (scores summed again in float64, ties by id)', program: 'exact-search/cutover.mjs' }, ...FAISS],
          rounds: quick ? 1 : queries > 1_000 ? 3 : 5,
          args: [folder, queries, documents, availableParallelism()],
          tables: [{ title: `Exact neighbours, ${queries} queries × ${documents} documents × ${DIMENSION}, k = 100` }],
          tolerance: 1e-5,
        },
        environment,
        say,
      ),
    );
  return together(found);
}

async function hnsw({ environment, quick, say }) {
  const folder = await vectors({ environment, quick });
  const documents = quick ? 2_000 : 15_000;
  const columns = ['ef', 'recall@10'];
  return compare(
    {
      contenders: [
        { name: 'cutover `hnsw`, both side by side, reproducible', program: 'hnsw/cutover.mjs', args: ['hnsw'] },
        { name: 'cutover `usearch`, both side by side', program: 'hnsw/cutover.mjs', args: ['usearch'] },
        { name: 'hnswlib (Python), one thread, reproducible', program: 'hnsw/hnswlib_build.py', args: ['1'], pip: ['hnswlib', 'numpy'] },
        { name: 'hnswlib (Python), a thread a core', program: 'hnsw/hnswlib_build.py', args: ['0'], pip: ['hnswlib', 'numpy'] },
        { name: 'usearch (Python), a thread a core', program: 'hnsw/usearch_build.py', args: ['0'], pip: ['usearch', 'numpy'] },
      ],
      rounds: quick ? 1 : 2,
      args: [folder, documents],
      tables: [
        { title: `Graphs of two versions, ${documents} documents each, M 16, efConstruction 200`, part: 'build' },
        {
          title: '1,000 queries, k = 10, at the least ef with recall@10 of 0.99, threads as the tool takes them',
          part: 'query',
          columns,
        },
      ],
    },
    environment,
    say,
  );
}

const metrics = ({ environment, quick, say }) =>
  compare(
    {
      contenders: [
        { name: 'cutover', program: 'metrics/cutover.mjs' },
        { name: 'pytrec_eval, one evaluator of the same measures', program: 'metrics/pytrec.py', pip: ['pytrec-eval-terrier'] },
        { name: 'ranx `evaluate`, compiled before', program: 'metrics/ranx_evaluate.py', pip: ['ranx'] },
      ],
      rounds: quick ? 1 : 5,
      args: [],
      tables: [{ title: '23 measures of 2,000 queries × 100 results' }],
      tolerance: 1e-6,
    },
    environment,
    say,
  );

const singularValues = ({ environment, quick, say }) =>
  compare(
    {
      contenders: [
        { name: 'cutover', program: 'singular-values/cutover.mjs' },
        { name: 'ml-matrix `SVD`, without vectors', program: 'singular-values/ml-matrix.mjs', aim: 1 },
      ],
      rounds: quick ? 1 : 5,
      args: [],
      tables: SIZES.map(([rows, columns]) => ({ title: `Singular values of ${rows} × ${columns}`, part: `${rows}x${columns}` })),
      tolerance: 1e-12,
    },
    environment,
    say,
  );

const resampling = ({ environment, quick, say }) =>
  compare(
    {
      contenders: [
        { name: 'cutover, BCa bootstrap of all 600 columns', program: 'resampling/cutover.mjs' },
        {
          name: 'ranx `compare` (fisher, 1,000 permutations: a tenth), 30 measures without slices',
          program: 'resampling/ranx_fisher.py',
          pip: ['ranx'],
        },
      ],
      rounds: quick ? 1 : 3,
      args: [],
      tables: [{ title: '10,000 resamples of 1,000 queries × 30 measures × 20 slices' }],
    },
    environment,
    say,
  );

async function diff({ environment, quick, say }) {
  const folder = await vectors({ environment, quick });
  const documents = quick ? 3_000 : 50_000;
  const found = [];
  for (const [share, rounds] of [
    [1, 2],
    [0.2, 1],
  ])
    found.push(
      await compare(
        {
          contenders: [
            { name: 'cutover', program: 'neighbour-diff/cutover.mjs' },
            { name: '`vecdiff`', program: 'neighbour-diff/vecdiff_cli.py', pip: ['vecdiff'], aim: 1 },
          ],
          rounds: quick ? 1 : rounds,
          args: [folder, documents, share],
          tables: [
            {
              title: `Diff of two sets of ${documents} × ${DIMENSION}, ${share === 1 ? 'every document' : `${100 * share} % of documents`} looked up`,
            },
          ],
          // Drawn documents differ, and with them the mean.
          tolerance: share === 1 ? 1e-4 : 0.02,
        },
        environment,
        say,
      ),
    );
  return together(found);
}

async function audit({ environment, quick, say }) {
  const rows = quick ? 20_000 : 1_000_000;
  const folder = await environment.data('audit', (place) => makeStore(place, rows));
  return compare(
    {
      contenders: [
        { name: 'cutover', program: 'audit/cutover.mjs' },
        { name: 'the same checks as one NumPy script', program: 'audit/numpy_audit.py', pip: ['pyarrow', 'numpy'] },
      ],
      rounds: quick ? 1 : 3,
      args: [folder],
      tables: [{ title: `Audit of ${rows} × ${DIMENSION} tagged vectors in Arrow, without attestation` }],
      tolerance: 0,
    },
    environment,
    say,
  );
}

/** Tables of several comparisons in one section. */
function together(found) {
  return { versions: [...new Set(found.flatMap(({ versions }) => versions))], tables: found.flatMap(({ tables }) => tables) };
}

/** Every subject of the benchmarks; the only list. */
export const SUBJECTS = [
  { id: 'embedding', title: 'Embedding, bge-small-en-v1.5 int8', run: embedding },
  { id: 'exact-search', title: 'Exact search', run: exactSearch },
  { id: 'hnsw', title: 'HNSW', run: hnsw },
  { id: 'metrics', title: 'Metrics', run: metrics },
  { id: 'singular-values', title: 'Singular values of a matrix', run: singularValues },
  { id: 'resampling', title: 'Resampling', run: resampling },
  { id: 'neighbour-diff', title: 'Neighbour diff of two vector sets', run: diff },
  { id: 'audit', title: 'Audit', run: audit },
  { id: 'live-table', title: 'A live table: writes while it is migrated', run: liveTable },
  { id: 'whole-run', title: 'Whole run: cold, unchanged, after a change of 1 %', run: changedCorpora },
  { id: 'memory', title: 'Peak memory of a whole run by size', run: memoryBySize },
];
