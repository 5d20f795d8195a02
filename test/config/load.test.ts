import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { DEFAULT_POLICY } from '../../src/config/policy.ts';
import { errorOf, folderWith, load, MINIMAL, optionsFor } from './folder.ts';

// The example of the design document, word for word.
const EXAMPLE = `dataset: datasets/helpdesk
old: versions/bge-small-en.yaml          # a file, or the mapping inline
new:
  id: bge-small-en-v1.5
  model: Xenova/bge-small-en-v1.5
  revision: main
  dtype: q8
  pooling: cls
  normalize: true
  prefixes: { query: "Represent this sentence for searching relevant passages: ", document: "" }
  maxTokens: 512
search: { k: 100, hnsw: { m: 16, efConstruction: 200, efSearch: 128 } }
consumers:                               # what downstream depends on a score
  - { name: rag-floor, threshold: 0.85, pairs: query-document, among: top-k, keep: precision, tolerance: 0.02, usedBy: answer service, accepted: 0.68 }
  - { name: near-duplicate, threshold: 0.95, pairs: document-document, among: nearest, keep: pass-rate, accepted: 0.90 }
  - { name: semantic-cache, threshold: 0.93, pairs: query-query, among: nearest, keep: pass-rate, accepted: 0.87 }
policy: policy.yaml
seed: 7
output: reports/demo
`;
const POLICY = `# policy.yaml
confidence: 0.95                          # each bound one-sided
rules:
  - { metric: nDCG@10, nonInferior: 0.02 }                       # on: served unless it says exact
  - { metric: R@10, nonInferior: 0.03 }
  - { metric: nDCG@10, noHarm: 0.05, slices: declared }
  - { metric: annRecall@10, atLeast: 0.98 }
  - { metric: untranslatedConsumers, atMost: 0 }
  - { metric: overlap@10, atLeast: 0.2, severity: warn }
inconclusive: block                       # exit 3; or: warn, exit 0
`;

describe('loadConfig', () => {
  it('reads the example of the design unchanged', async () => {
    const folder = await folderWith({
      'cutover.yaml': EXAMPLE,
      'policy.yaml': POLICY,
      'versions/bge-small-en.yaml': 'id: bge-small-en\nmodel: Xenova/bge-small-en\n',
    });
    const config = await loadConfig('cutover.yaml', optionsFor(folder));
    expect(config.dataset).toBe(join(folder, 'datasets/helpdesk'));
    expect(config.output).toBe(join(folder, 'reports/demo'));
    expect(config.old).toEqual({
      id: 'bge-small-en',
      embedder: 'transformers',
      model: 'Xenova/bge-small-en',
      normalize: true,
      prefixes: { query: '', document: '' },
      file: join(folder, 'versions/bge-small-en.yaml'),
    });
    expect(config.new.prefixes.query).toBe('Represent this sentence for searching relevant passages: ');
    expect(config.new).toMatchObject({ revision: 'main', dtype: 'q8', pooling: 'cls', maxTokens: 512, file: config.file });
    expect(config.consumers.map(({ name, k, tolerance, usedBy }) => [name, k, tolerance, usedBy])).toEqual([
      ['rag-floor', 10, 0.02, 'answer service'],
      ['near-duplicate', 10, 0.02, null],
      ['semantic-cache', 10, 0.02, null],
    ]);
    expect(config.policy.rules).toHaveLength(6);
    // Where nobody wrote a policy, nobody promised slices: then the rule on them may be skipped.
    expect(config.policy.rules).toEqual(DEFAULT_POLICY.rules.map((rule) => ({ ...rule, ifMissing: 'fail' })));
    expect(config.policy.rules[5]).toEqual({
      metric: 'overlap@10',
      kind: 'atLeast',
      limit: 0.2,
      bound: 'estimate',
      on: 'served',
      severity: 'warn',
      ifMissing: 'fail',
    });
  });

  it('fills in every default', async () => {
    const folder = await folderWith({ 'nightly.yaml': MINIMAL });
    expect(await loadConfig('nightly.yaml', optionsFor(folder))).toEqual({
      file: join(folder, 'nightly.yaml'),
      dataset: join(folder, 'data'),
      old: expect.objectContaining({ id: 'a', embedder: 'transformers' }),
      new: expect.objectContaining({ id: 'b', embedder: 'transformers' }),
      search: { limit: 10, k: 100, similarity: 'cosine', hnsw: { m: 16, efConstruction: 200, efSearch: 128 } },
      metrics: ['nDCG@10', 'R@10', 'R@100', 'RR@10', 'AP@100', 'Judged@10'],
      consumers: [],
      rerankers: [],
      production: { batchSize: null, rebuilds: 4 },
      projection: null,
      counterfactual: false,
      mixProcessors: false,
      stores: [],
      sweep: [],
      policy: DEFAULT_POLICY,
      seed: 7,
      output: join(folder, 'reports/nightly'),
      cache: join(folder, '.cutover'),
      models: {
        folders: [expect.stringMatching(/\/models$/), '/package/models'],
        hubCache: '/home/someone/.cache/cutover/models',
        allowNetwork: true,
      },
      workers: 3,
    });
    expect(DEFAULT_POLICY).toMatchObject({ confidence: 0.95, inconclusive: 'block', minimumNeeds: 30, resamples: 10_000 });
  });

  it('chooses which pairs a consumer sees by what it compares', async () => {
    const { consumers } = await load(`${MINIMAL}consumers:
  - { name: floor, threshold: 0.8, pairs: query-document, keep: f1 }
  - { name: cache, threshold: 0.9, pairs: query-query, keep: pass-rate }`);
    expect(consumers.map(({ among, accepted }) => [among, accepted])).toEqual([
      ['top-k', null],
      ['nearest', null],
    ]);
  });

  it('takes stores by name, with the names of their columns', async () => {
    const folder = await folderWith({
      'cutover.yaml': `${MINIMAL}stores:
  chunks: { kind: postgres, table: public.chunks, columns: { vector: embedding, text: body }, corpus: all.jsonl }
  files: { kind: arrow, path: vectors }
  lite: { kind: pglite, path: lite, table: docs, columns: { text: { sql: "a || b" } } }
`,
    });
    const { stores } = await loadConfig('cutover.yaml', optionsFor(folder));
    const columns = { id: 'id', vector: 'vector', tag: 'cutover_tag', textHash: 'cutover_text_hash', text: null, stratum: null };
    expect(stores).toEqual([
      {
        name: 'chunks',
        kind: 'postgres',
        path: null,
        urlFrom: 'DATABASE_URL',
        table: 'public.chunks',
        columns: { ...columns, vector: 'embedding', text: 'body' },
        corpus: join(folder, 'all.jsonl'),
      },
      { name: 'files', kind: 'arrow', path: join(folder, 'vectors'), urlFrom: null, table: null, columns, corpus: null },
      {
        name: 'lite',
        kind: 'pglite',
        path: join(folder, 'lite'),
        urlFrom: null,
        table: 'docs',
        columns: { ...columns, textSql: 'a || b' },
        corpus: null,
      },
    ]);
  });

  it('takes re-rankers with their depth', async () => {
    const { rerankers } = await load(`${MINIMAL}search: { limit: 100 }
rerankers:
  - { name: cross-encoder, depth: 50, usedBy: answer service }
  - { name: llm, depth: 100 }`);
    expect(rerankers).toEqual([
      { name: 'cross-encoder', depth: 50, usedBy: 'answer service' },
      { name: 'llm', depth: 100, usedBy: null },
    ]);
  });

  it('takes paths relative to the file they are in, overrides relative to the working folder', async () => {
    const folder = await folderWith({
      'team/cutover.yaml':
        'dataset: ../data\nold: v/old.yaml\nnew: { id: b, embedder: ./b.mjs }\npolicy: ../policy.yaml\ncache: /fast/cache\n',
      'team/v/old.yaml': 'id: a\nembedder: precomputed\nvectors: { query: q.npy, document: { path: ../d.npy, ids: d.txt } }\n',
      'policy.yaml': 'rules: [{ metric: R@10, atLeast: 0.5, bound: lower, on: exact, ifMissing: skip }]\n',
    });
    const config = await loadConfig('team/cutover.yaml', optionsFor(folder, { overrides: { output: 'out', seed: 11 } }));
    expect(config.dataset).toBe(join(folder, 'data'));
    expect(config.old.vectors).toEqual({
      query: { path: join(folder, 'team/v/q.npy') },
      document: { path: join(folder, 'team/d.npy'), ids: join(folder, 'team/v/d.txt') },
    });
    expect(config.new).toMatchObject({ embedder: 'module', module: join(folder, 'team/b.mjs'), normalize: false });
    expect(config.policy.rules).toEqual([
      { metric: 'R@10', kind: 'atLeast', limit: 0.5, bound: 'lower', on: 'exact', severity: 'fail', ifMissing: 'skip' },
    ]);
    expect([config.output, config.seed, config.cache]).toEqual([join(folder, 'out'), 11, '/fast/cache']);
  });

  it('lets both versions share keys by a YAML merge', async () => {
    const config = await load('dataset: d\nold: &v { id: a, model: x/a, pooling: mean }\nnew: { <<: *v, id: b }\n');
    expect(config.new).toMatchObject({ id: 'b', model: 'x/a', pooling: 'mean' });
  });
});

describe('where models are looked for', () => {
  const cacheWith = async (env: NodeJS.ProcessEnv, models = '') => (await load(MINIMAL + models, { env })).models.hubCache;

  it('is the environment before the config before the usual cache', async () => {
    expect(await cacheWith({ HOME: '/h', CUTOVER_MODEL_CACHE: '/ci' }, 'models: { cache: /mine }')).toBe('/ci');
    expect(await cacheWith({ HOME: '/h', XDG_CACHE_HOME: '/x' }, 'models: { cache: /mine }')).toBe('/mine');
    expect(await cacheWith({ HOME: '/h', XDG_CACHE_HOME: '/x' })).toBe('/x/cutover/models');
    expect(await cacheWith({ HOME: '/h', XDG_CACHE_HOME: '' })).toBe('/h/.cache/cutover/models');
  });

  it('takes a models folder beside the config first, or the folders named', async () => {
    const folder = await folderWith({ 'cutover.yaml': MINIMAL });
    await mkdir(join(folder, 'models'));
    expect((await loadConfig('cutover.yaml', optionsFor(folder))).models.folders).toEqual([join(folder, 'models'), '/package/models']);
    const named = await load(`${MINIMAL}models: { folders: [/weights], allowNetwork: false }`);
    expect(named.models).toMatchObject({ folders: ['/weights'], allowNetwork: false });
  });
});

describe('files that cannot be had', () => {
  it('have their own error for the config itself', async () => {
    const folder = await folderWith({ 'cutover.yaml': MINIMAL });
    expect((await errorOf(loadConfig('other.yaml', optionsFor(folder)))).code).toBe('FILE_MISSING');
    expect((await errorOf(loadConfig('.', optionsFor(folder)))).code).toBe('FILE_IS_FOLDER');
  });

  it('takes a mapping of files for a data set folder, paths beside the file', async () => {
    const data =
      'dataset:\n  corpus: { path: docs/*.md, parent: page }\n  queries: { path: q.csv, text: question, slices: [style] }\n  qrels: { path: g.csv, grade: rel }\n';
    const folder = await folderWith({ 'cutover.yaml': MINIMAL.replace(/^dataset:.*\n/m, data) });
    const { dataset } = await loadConfig('cutover.yaml', optionsFor(folder));
    expect(dataset).toEqual({
      name: null,
      licence: null,
      allowEmpty: false,
      corpus: { path: join(folder, 'docs/*.md'), id: null, title: null, text: null, parent: 'page', metadata: [] },
      queries: { path: join(folder, 'q.csv'), id: null, text: 'question', need: null, slices: ['style'], filter: [] },
      qrels: { path: join(folder, 'g.csv'), query: null, document: null, grade: 'rel' },
    });
  });
});
