import { describe, expect, it } from 'vitest';
import { errorOf, load, MINIMAL, problemsIn } from './folder.ts';

describe('problems of a config', () => {
  it('are all reported at once, in order, across files', async () => {
    const text = `dataset: 5
old: old.yaml
new:
  id: b
  poling: cls
  pooling: avrage
  prefixes: { qurey: "q: " }
search: { hnsw: { efconstruction: 3, m: 1 } }
seed: 1.5
seed: 7
polcy: p.yaml
`;
    const error = await errorOf(load(text, {}, { 'old.yaml': 'model: x/a\nmax_tokens: 3\ndtype: int8\n' }));
    expect(error.message).toBe('cutover.yaml, with the files it names, has 11 problems.');
    expect(error.details).toEqual([
      'cutover.yaml:1:10: dataset: expected text or a mapping, found 5',
      'cutover.yaml:5:3: new.poling: unknown key, did you mean pooling?',
      'cutover.yaml:6:12: new.pooling: expected one of cls, mean, max, last, weightedmean, mean_sqrt_len; found "avrage"',
      'cutover.yaml:7:15: new.prefixes.qurey: unknown key, did you mean query?',
      'cutover.yaml:8:19: search.hnsw.efconstruction: unknown key, did you mean efConstruction?',
      'cutover.yaml:8:41: search.hnsw.m: expected at least 2, found 1',
      'cutover.yaml:10:1: seed: this key is there twice in one mapping',
      'cutover.yaml:11:1: polcy: unknown key, did you mean policy?',
      'old.yaml:1:1: id: missing; expected text, found nothing',
      'old.yaml:2:1: max_tokens: unknown key, did you mean maxTokens?',
      'old.yaml:3:8: dtype: expected one of fp32, fp16, q8; found "int8"',
    ]);
  });

  it('are said of the file that they are in', async () => {
    const inPolicy = await errorOf(load(`${MINIMAL}policy: p.yaml\n`, {}, { 'p.yaml': 'rules: []\nconfidnce: 1\n' }));
    expect(inPolicy.message).toMatch(/^p\.yaml has /);
    expect((await errorOf(load(`${MINIMAL}sed: 1\n`))).message).toBe('cutover.yaml has a problem.');
  });

  it.each([
    ['search: { k: 0 }', '4:14: search.k: expected at least 1, found 0'],
    ['search: { k: 2.5 }', '4:14: search.k: expected a whole number, found 2.5'],
    ['search: { hnsw: { efSearch: 0 } }', '4:29: search.hnsw.efSearch: expected at least 1, found 0'],
    ['search: { hnsw: { efConstruction: 0 } }', '4:35: search.hnsw.efConstruction: expected at least 1, found 0'],
    ['search: { similarity: cosin }', '4:23: search.similarity: expected one of cosine, dot; found "cosin", did you mean cosine?'],
    ['search: { engine: usarch }', '4:19: search.engine: expected one of exact, hnsw, usearch; found "usarch", did you mean usearch?'],
    ['search:', '4:8: search: expected a mapping, found nothing'],
    ['output: ""', '4:9: output: expected text, found an empty text'],
    ['policy: []', '4:9: policy: expected text or a mapping, found a list'],
    ['models: { allowNetwork: no }', '4:25: models.allowNetwork: expected true or false, found "no"'],
    ['metrics: [nDCG@10, nDGC@10]', '4:20: metrics[1]: unknown metric nDGC@10'],
    [
      "stores: { a: { kind: lancedb, columns: { text: { sql: 'a || b' } } } }",
      '4:55: stores.a.columns.text.sql: only `postgres` and `pglite` evaluate SQL: expected a column, or a template such as "{title} {body}", found "a || b"',
    ],
    [
      'frobnicate: 1',
      '4:1: frobnicate: unknown key; known here: dataset, old, new, search, metrics, consumers, rerankers, pipeline, production, projection, mixProcessors, counterfactual, stores, policy, sweep, seed, output, cache, models, workers',
    ],
  ])('%s', async (line, complaint) => {
    expect(await problemsIn(MINIMAL + line)).toEqual([`cutover.yaml:${complaint}`]);
  });

  it.each([
    ['threshold: .nan, pairs: query-query, keep: pass-rate', 'threshold: expected a number, found NaN'],
    ['threshold: 85, pairs: query-query, keep: pass-rate', 'threshold: a cosine is between -1 and 1, found 85'],
    ['threshold: 0.8, pairs: query-query, keep: pass-rate, accepted: 70', 'accepted: a cosine is between -1 and 1, found 70'],
    ['threshold: 0.8, pairs: query-query, keep: pass-rate, k: 0', 'k: expected at least 1, found 0'],
    ['pairs: query-query, keep: pass-rate', 'threshold: missing; expected a number, found nothing'],
    [
      'threshold: 0.8, pairs: query-query, keep: f1',
      'keep: f1 needs labels, and query-query pairs have none: write keep: pass-rate, or pairs: query-document',
    ],
    [
      'threshold: 0.8, pairs: document-document, keep: recall',
      'keep: recall needs labels, and document-document pairs have none: write keep: pass-rate, or pairs: query-document',
    ],
  ])('of a consumer: %s', async (keys, complaint) => {
    const [problem, ...more] = await problemsIn(`${MINIMAL}consumers: [{ name: a, ${keys} }]`);
    expect(more).toEqual([]);
    expect(problem?.replace(/^cutover\.yaml:4:\d+: consumers\[0\]\./, '')).toBe(complaint);
  });

  it('dot products may have any threshold', async () => {
    const { consumers } = await load(
      `${MINIMAL}search: { similarity: dot }\nconsumers: [{ name: a, threshold: 85, pairs: query-query, keep: pass-rate }]`,
    );
    expect(consumers[0]?.threshold).toBe(85);
  });

  it('two consumers of one name', async () => {
    const consumer = '  - { name: same, threshold: 0.8, pairs: query-query, keep: pass-rate }\n';
    expect(await problemsIn(`${MINIMAL}consumers:\n${consumer}${consumer}`)).toEqual([
      'cutover.yaml:6:13: consumers[1].name: "same" is the name of the consumer on line 5 too',
    ]);
  });

  it('re-rankers of one name, or deeper than the search', async () => {
    const lines = '  - { name: same, depth: 10 }\n  - { name: same, depth: 200 }\n';
    expect(await problemsIn(`${MINIMAL}rerankers:\n${lines}`)).toEqual([
      'cutover.yaml:6:13: rerankers[1].name: "same" is the name of the re-ranker on line 5 too',
      'cutover.yaml:6:26: rerankers[1].depth: production asks for 10 results (search.limit); raise that to 200, or lower the depth',
    ]);
    expect(await problemsIn(`${MINIMAL}search: { limit: 20 }\nrerankers: [{ name: a, depth: 50 }]`)).toEqual([
      expect.stringContaining('production asks for 20 results (search.limit); raise that to 50'),
    ]);
  });

  it('what looks deeper than production asks for', async () => {
    const rules = (metric: string, more = '') => `policy: { rules: [{ metric: ${metric}, atLeast: 0.1${more} }] }`;
    for (const metric of ['R@100', 'annRecall@11', 'overlap@50'])
      expect(await problemsIn(`${MINIMAL}${rules(metric)}`)).toEqual([expect.stringMatching(/asks for 10 results.*`on: exact`/)]);
    expect(await problemsIn(`${MINIMAL}search: { limit: 5 }\n${rules('nDCG@10')}`)).toEqual([
      expect.stringContaining('asks for 5 results'),
    ]);
    expect(await problemsIn(`${MINIMAL}search: { limit: 200 }`)).toEqual([expect.stringContaining('more than the 100 exact neighbours')]);
    const consumer = '{ name: a, threshold: 0.8, pairs: query-document, keep: pass-rate, k: 11 }';
    expect(await problemsIn(`${MINIMAL}consumers: [${consumer}]`)).toEqual([expect.stringContaining('raise that to 11')]);
  });

  it('no measure of exact neighbours, and none within the limit', async () => {
    const load = (rest: string) => problemsIn(`${MINIMAL}${rest}`).catch(() => []);
    expect(await load('policy: { rules: [{ metric: R@100, atLeast: 0.1, on: exact }] }')).toEqual([]);
    expect(
      await load(
        'search: { limit: 50 }\npolicy: { rules: [{ metric: R@50, atLeast: 0.1 }, { metric: untranslatedConsumers, atMost: 0 }] }',
      ),
    ).toEqual([]);
  });

  it('of a file that both versions name are told once', async () => {
    expect(await problemsIn('dataset: d\nold: v.yaml\nnew: v.yaml\n', { 'v.yaml': 'id: 3' })).toEqual([
      'v.yaml:1:5: id: expected text, found 3',
    ]);
  });

  it('a version or policy file that is not there', async () => {
    expect(await problemsIn('dataset: d\nold: v/a.yaml\nnew: { id: b }\npolicy: p.yaml')).toEqual([
      'cutover.yaml:2:6: old: v/a.yaml does not exist.',
      'cutover.yaml:4:9: policy: p.yaml does not exist.',
    ]);
  });
});

describe('YAML that cannot be read', () => {
  it.each([
    ['dataset: [1\nold', /^cutover\.yaml:2:1: not valid YAML: /],
    ['a: b: c', /^cutover\.yaml:1:4: not valid YAML: /],
    ['\tdataset: d', /^cutover\.yaml:1:1: not valid YAML: Tabs/],
    ['dataset: *gone', /^cutover\.yaml:1:1: not valid YAML: .*gone/],
    ['dataset: !include d', /^cutover\.yaml:1:10: not valid YAML: .*!include/],
    ['a: 1\n---\nb: 2', /^cutover\.yaml:2:1: a second YAML document/],
    ['', /^cutover\.yaml:1:1: expected a mapping, found nothing$/],
    ['- a', /^cutover\.yaml:1:1: expected a mapping, found a list$/],
  ])('%j', async (text, first) => {
    expect((await problemsIn(text))[0]).toMatch(first);
  });
});
