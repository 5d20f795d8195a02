import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configJsonSchema, type JsonSchema } from '../../../src/config/json-schema.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { contentOf } from '../../../src/features/lock/content.ts';

/** Keys that name a file whose content decides what is measured, as `contentOf` calls them. */
const FILES: Readonly<Record<string, string>> = {
  'old.module': 'new.module',
  'old.vectors.query': 'old.vectors.query.path',
  'old.vectors.query.path': 'old.vectors.query.path',
  'old.vectors.query.ids': 'old.vectors.query.ids',
  'old.vectors.document': 'old.vectors.document.path',
  'old.vectors.document.path': 'old.vectors.document.path',
  'old.vectors.document.ids': 'old.vectors.document.ids',
  'old.canaries': 'old.canaries',
  'old.embedder': 'new.module',
  'old.options.*': 'new.options.inner.0',
  'pipeline.lexical.run': 'pipeline.lexical.file',
  'pipeline.rerank.run': 'pipeline.rerank.file',
  'stores.*.path': 'stores.0.path',
  'stores.*.corpus': 'stores.0.corpus',
};

/** Keys that name a file or folder which is compared in another way, written, or read by other commands only. */
const ELSEWHERE = [
  ...['dataset', 'dataset.corpus.path', 'dataset.queries.path', 'dataset.qrels.path', 'dataset.clicks.path'],
  ...['old', 'policy', 'output', 'cache', 'models.folders[]', 'models.cache', 'sweep.candidates[].new'],
];

/** Keys of text that names no file. */
const NO_FILES = [
  ...['id', 'model', 'revision', 'output', 'prefixes.query', 'prefixes.document', 'sha256.*', 'tag', 'url', 'dialect', 'keyFrom']
    .concat('body.both.*', 'body.query.*', 'body.document.*')
    .map((key) => `old.${key}`),
  ...['name', 'licence', 'corpus.id', 'corpus.title', 'corpus.text', 'corpus.parent', 'corpus.metadata[]', 'queries.id', 'queries.text']
    .concat('queries.need', 'queries.slices[]', 'queries.filter[]', 'qrels.query', 'qrels.document', 'qrels.grade', 'clicks.query')
    .concat('clicks.text', 'clicks.document', 'clicks.clicks', 'clicks.impressions')
    .map((key) => `dataset.${key}`),
  ...['search.engine', 'search.store', 'search.old.engine', 'metrics[]', 'consumers[].name', 'consumers[].usedBy'],
  ...['rerankers[].name', 'rerankers[].usedBy', 'pipeline.lexical.stopWords[]', 'pipeline.rerank.model', 'pipeline.rerank.revision'],
  ...['pipeline.rerank.url', 'pipeline.rerank.keyFrom'],
  ...['kind', 'urlFrom', 'table', 'where', 'columns.id', 'columns.id[]', 'columns.vector', 'columns.tag', 'columns.textHash']
    .concat('columns.text', 'columns.text.sql', 'columns.stratum', 'subscribers[]')
    .map((key) => `stores.*.${key}`),
  ...[
    'rules[].metric',
    'rules[].slices[]',
    'waivers[].rule',
    'waivers[].slice',
    'waivers[].owner',
    'waivers[].reason',
    'waivers[].expires',
  ].map((key) => `policy.${key}`),
  ...['candidates[].name', 'candidates[].new.model', 'candidates[].new.revision', 'candidates[].new.options.*', 'candidates[].engine']
    .concat('candidates[].new.prefixes.query', 'candidates[].new.prefixes.document', 'matrix.model[]', 'matrix.engine[]')
    .concat('matrix.prefixes.*.query', 'matrix.prefixes.*.document')
    .map((key) => `sweep.${key}`),
];

/** Every key of a schema that takes text of any kind, or anything. */
function textKeys(schema: JsonSchema): string[] {
  const found = new Set<string>();
  const walk = (node: JsonSchema, key: string): void => {
    const parts = ['anyOf', 'oneOf', 'allOf'].flatMap((name) => (node[name] ?? []) as JsonSchema[]);
    for (const part of parts) walk(part, key);
    const isChoice = node.enum !== undefined || node.const !== undefined;
    if (!isChoice && (node.type === 'string' || (node.type === undefined && parts.length === 0))) found.add(key);
    for (const [name, inner] of Object.entries((node.properties ?? {}) as Record<string, JsonSchema>))
      walk(inner, key === '' ? name : `${key}.${name}`);
    if (typeof node.additionalProperties === 'object') walk(node.additionalProperties as JsonSchema, `${key}.*`);
    if (node.items !== undefined) walk(node.items as JsonSchema, `${key}[]`);
  };
  walk(schema, '');
  return [...found].filter((key) => !/^new(\.|$)/.test(key)).sort();
}

const CONFIGURATION = `
dataset: data
old: { id: a, embedder: http, url: "http://localhost:1", model: m, canaries: answers.json, vectors: { query: { path: q.npy, ids: q.txt }, document: { path: d.npy, ids: d.txt } } }
new: { id: b, embedder: ./mine.mjs, options: { inner: [weights/b.bin], size: 3 } }
pipeline: { lexical: { run: words.run }, rerank: { run: scores.run } }
stores: { live: { kind: arrow, path: live.arrow, corpus: other } }
`;

describe('files that a configuration names', () => {
  it('every key that takes text is known to name a file, or none: a new key has to be decided on', () => {
    const known = [...Object.keys(FILES), ...ELSEWHERE, ...NO_FILES].sort();
    expect(textKeys(configJsonSchema())).toEqual(known);
  });

  it('each that decides what is measured is compared with the base by content', async () => {
    const registry = {
      embedders: ['http', 'module'],
      embedderOptions: {},
      dialects: ['openai'],
      engines: ['hnsw'],
      cores: 1,
      bundledModels: '/',
    };
    const config = await loadConfig('/project/cutover.yaml', {
      cwd: '/project',
      env: {},
      registry: registry as never,
      text: CONFIGURATION,
    });
    const found = contentOf(config);
    expect(found.map(({ key }) => key)).toEqual(expect.arrayContaining([...new Set(Object.values(FILES))]));
    const names = 'answers.json q.npy q.txt d.npy d.txt mine.mjs weights/b.bin words.run scores.run live.arrow other'.split(' ');
    expect([...new Set(found.map(({ path }) => path))].sort()).toEqual(names.map((name) => join('/project', name)).sort());
  });
});
