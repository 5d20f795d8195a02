import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { errorOf, folderWith, load, MINIMAL, optionsFor, REGISTRY } from './folder.ts';

const RULES =
  'policy: { rules: [{ metric: nDCG@10, nonInferior: 0.02 }, { metric: annRecall@10, atLeast: 0.9 }, { metric: R@10, nonInferior: 0.1, on: exact }] }\n';

async function configOf(text: string) {
  const folder = await folderWith({ 'cutover.yaml': text });
  return loadConfig(
    'cutover.yaml',
    optionsFor(folder, { registry: { ...REGISTRY, isOfServed: (name: string) => name.startsWith('annRecall') } }),
  );
}

describe('pipeline', () => {
  it('has defaults of Lucene and of reciprocal rank fusion, as deep as production asks', async () => {
    const { pipeline } = await configOf(`${MINIMAL}search: { limit: 20 }\npipeline: {}\n`);
    expect(pipeline).toEqual({
      limit: 20,
      lexical: { source: 'bm25', k1: 1.2, b: 0.75, stopWords: [], depth: 20 },
      fusion: { method: 'rrf', k: 60 },
    });
  });

  it('takes what is written, paths from the file', async () => {
    const { pipeline } = await configOf(
      `${MINIMAL}pipeline: { limit: 5, lexical: { run: words.run, depth: 50 }, fusion: { method: weighted, vectors: tuned } }\n`,
    );
    expect(pipeline).toMatchObject({ limit: 5, lexical: { source: 'run', depth: 50 }, fusion: { method: 'weighted', vectors: 'tuned' } });
    expect(pipeline?.lexical).toHaveProperty('file', expect.stringMatching(/^\/.*\/words\.run$/));
    const english = (await configOf(`${MINIMAL}pipeline: { lexical: { stopWords: english }, fusion: weighted }\n`)).pipeline;
    expect(english?.lexical.source === 'bm25' && english.lexical.stopWords.length).toBe(33);
    expect(english?.fusion).toEqual({ method: 'weighted', vectors: 0.5 });
  });

  it('is what rules are of, unless they say where they look or their metric is of the index', async () => {
    const on = async (text: string) => (await configOf(text)).policy.rules.map((rule) => rule.on);
    expect(await on(`${MINIMAL}${RULES}`)).toEqual(['served', 'served', 'exact']);
    expect(await on(`${MINIMAL}${RULES}pipeline: {}\n`)).toEqual(['pipeline', 'served', 'exact']);
    expect(new Set(await on(`${MINIMAL}pipeline: {}\n`))).toEqual(new Set(['pipeline', 'served']));
  });

  it('takes a re-ranker of three kinds, and refuses what none of them reads', async () => {
    const rerank = async (text: string) => (await configOf(`${MINIMAL}pipeline: { rerank: ${text} }\n`)).pipeline?.rerank;
    expect(await rerank('{ model: a/b }')).toEqual({
      source: 'model',
      model: 'a/b',
      revision: 'main',
      dtype: 'q8',
      maxTokens: null,
      depth: 10,
    });
    expect(await rerank('{ url: "http://h/v1", model: m, keyFrom: KEY, depth: 20 }')).toEqual({
      source: 'service',
      url: 'http://h/v1',
      model: 'm',
      keyFrom: 'KEY',
      depth: 20,
    });
    expect(await rerank('{ run: s.run }')).toMatchObject({ source: 'run', file: expect.stringMatching(/\/s\.run$/), depth: 10 });
    const details = async (text: string) => (await errorOf(load(`${MINIMAL}pipeline: { rerank: ${text} }\n`))).details;
    expect(await details('{ depth: 20 }')).toEqual([expect.stringMatching(/: pipeline\.rerank: set model, url or run$/)]);
    expect(await details('{ run: s.run, url: "http://h" }')).toEqual([expect.stringContaining('a run file or a service, not both')]);
    expect(await details('{ url: "http://h", dtype: q8 }')).toEqual([
      expect.stringContaining('only a re-ranker of this machine takes dtype'),
    ]);
    expect(await details('{ model: a/b, depth: 5 }')).toEqual([
      expect.stringContaining('the user gets 10 results, so it must get 10 or more'),
    ]);
  });

  it('is refused with file, line and what to do', async () => {
    const details = async (text: string) => (await errorOf(load(text))).details;
    expect(await details(`${MINIMAL}pipeline: { lexical: { run: a.run, k1: 2 }, fusion: { k: 5, vectors: 1 } }\n`)).toEqual([
      expect.stringMatching(/^cutover\.yaml:\d+:\d+: pipeline\.lexical\.k1: it is for BM25; a run file is taken as it is$/),
      expect.stringMatching(/: pipeline\.fusion\.vectors: only `method: weighted` takes a weight$/),
    ]);
    expect(await details(`${MINIMAL}pipeline: { fusion: rff }\n`)).toHaveLength(1);
    expect(await details(`${MINIMAL}pipeline: { limit: 5 }\npolicy: { rules: [{ metric: nDCG@10, nonInferior: 0.02 }] }\n`)).toEqual([
      expect.stringContaining('production asks for 5 results (pipeline.limit)'),
    ]);
    expect(await details(`${MINIMAL}policy: { rules: [{ metric: nDCG@10, nonInferior: 0.02, on: pipeline }] }\n`)).toEqual([
      expect.stringContaining('the configuration has no `pipeline:`; write `on: served`, or configure one'),
    ]);
  });
});
