import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CutoverError } from '../../../src/core/errors.ts';
import { loadEncoder } from '../../../src/embed/models/tokenizer.ts';
import type { Evaluation } from '../../../src/model/evaluation.ts';
import { halvesOf } from '../../../src/run/pipeline/tuning.ts';
import { fuse } from '../../../src/search/fusion.ts';
import { termsOf } from '../../../src/search/lexical/analyzer.ts';
import { bm25Index } from '../../../src/search/lexical/bm25.ts';
import { readRankings, toRun } from '../../../src/search/run-table.ts';
import { writeTrecRun } from '../../../src/search/trec-run.ts';
import { sharedWordsModel } from '../../embed/rerankers/shared-words.ts';
import { firstTexts } from '../incremental-edits.ts';
import { artifacts, configure, projectFolder, run, writeData } from '../module-project.ts';

const texts = firstTexts();
let folder = '';

beforeAll(async () => {
  folder = await projectFolder();
  await writeData(folder, texts);
  await set('{ limit: 8 }');
});

/** The configuration with this pipeline; without one where it is empty. */
async function set(pipeline: string): Promise<void> {
  await configure(folder);
  const file = join(folder, 'cutover.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('nDCG@10', 'nDCG@5'));
  if (pipeline !== '') await appendFile(file, `pipeline: ${pipeline}\n`);
}

const evaluation = async (): Promise<Evaluation> => JSON.parse(await readFile(join(folder, 'report', 'evaluation.json'), 'utf8'));
const lists = async (name: string) => toRun((await readRankings(join(folder, 'report', 'neighbours', `${name}.arrow`))).rankings);

const index = bm25Index(
  [...texts.documents].map(([id, text]) => ({ id, terms: termsOf(text) })),
  { k1: 1.2, b: 0.75 },
);
const byWords = (query: string) => index.search(termsOf(texts.queries.get(query) ?? ''), 10);

test('the user gets the served lists fused with what words find, and rules are of that', async () => {
  const { verdict } = await run(folder);
  const [served, piped] = [await lists('new.served'), await lists('new.pipeline')];
  for (const query of texts.queries.keys())
    expect(piped.get(query)?.ids).toEqual(
      fuse([served.get(query) ?? { ids: [], scores: [] }, byWords(query)], { method: 'rrf', k: 60 }, 8).ids,
    );
  const { quality, pipeline, shown } = await evaluation();
  expect(verdict.lead).toMatchObject({ measure: 'nDCG@5', on: 'pipeline' });
  expect(verdict.rules.map(({ id }) => id)).toEqual(['annRecall@10 atLeast 0.9', 'nDCG@5 nonInferior 0.5 on pipeline']);
  expect(verdict.reach?.map(({ measure }) => measure)).toEqual(['nDCG@5']);
  expect(pipeline).toMatchObject({ limit: 8, vectors: 10, lexical: { source: 'bm25', depth: 10, k1: 1.2, b: 0.75, stopWords: [] } });
  expect(pipeline?.wordsAlone['nDCG@5']).toBeGreaterThan(0);
  // Ten results are not what eight results have.
  expect(Object.keys((quality as Record<string, object>)['nDCG@5'] ?? {})).toEqual(['exact', 'served', 'pipeline']);
  expect(Object.keys((quality as Record<string, object>)['R@10'] ?? {})).toEqual(['exact', 'served']);
  expect(shown.lists[0]?.new.map((place) => shown.documents.ids[place])).toEqual(piped.get('q0')?.ids);
  const html = await readFile(join(folder, 'report', 'report.html'), 'utf8');
  expect(html).toContain('What reaches the user');
  expect(await readFile(join(folder, 'report', 'summary.md'), 'utf8')).toContain('### What reaches the user');
});

test('a second run does nothing, another pipeline runs the stage again and embeds nothing', async () => {
  const before = await artifacts(folder);
  const again = await run(folder);
  expect(again.asked).toEqual([]);
  expect(await artifacts(folder)).toEqual(before);
  await set('{ limit: 8, fusion: { method: weighted, vectors: 1 } }');
  const { asked } = await run(folder);
  expect(asked).toEqual([]);
  const [served, piped] = [await lists('old.served'), await lists('old.pipeline')];
  // All weight on the vectors: their order, the least of them among what only words find.
  for (const query of texts.queries.keys()) expect(piped.get(query)?.ids.slice(0, 5)).toEqual(served.get(query)?.ids.slice(0, 5));
});

test('a run file gives what the index gives, its content counts, and one of another corpus is refused', async () => {
  await set('{ limit: 8 }');
  await run(folder);
  const own = await lists('new.pipeline');
  const file = join(folder, 'words.run');
  await writeTrecRun(file, new Map([...texts.queries.keys()].map((id) => [id, byWords(id)])), 'bm25');
  await set('{ limit: 8, lexical: { run: words.run } }');
  await run(folder);
  const ids = (run: typeof own) => [...run].map(([query, list]) => [query, list.ids]);
  expect(ids(await lists('new.pipeline'))).toEqual(ids(own));
  expect((await evaluation()).pipeline?.lexical).toMatchObject({
    source: 'run',
    file: 'words.run',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  await writeFile(file, 'q0 Q0 d3 1 2.5 bm25\n');
  await run(folder);
  expect((await lists('words')).get('q0')?.ids).toEqual(['d3']);
  await writeFile(file, 'q0 Q0 nowhere 1 2.5 bm25\n');
  const stranger: CutoverError = await run(folder).catch((error) => error);
  expect(stranger.code).toBe('PIPELINE_RUN_FOREIGN');
  expect(stranger.message).toBe('words.run: it returns "nowhere" for query "q0", which is no document of the corpus.');
  await writeFile(file, 'other Q0 d3 1 2.5 bm25\n');
  const other: CutoverError = await run(folder).catch((error) => error);
  expect(other.message).toBe('words.run: it has no query of the data set, e.g. none with the id "q0".');
  await rm(file);
  expect((await run(folder).catch((error) => error)).code).toBe('FILE_MISSING');
});

test('tuned weights are those of the other half of the needs', async () => {
  await set('{ limit: 8, fusion: { method: weighted, vectors: tuned } }');
  await run(folder);
  const { tuned } = (await evaluation()).pipeline ?? {};
  expect(tuned?.measure).toBe('nDCG@10');
  for (const weight of [...(tuned?.vectors.old ?? []), ...(tuned?.vectors.new ?? [])]) expect(weight).toBeGreaterThanOrEqual(0);
  const [served, piped] = [await lists('new.served'), await lists('new.pipeline')];
  const at = (weight: number, query: string) =>
    fuse([served.get(query) ?? { ids: [], scores: [] }, byWords(query)], { method: 'weighted', weights: [weight, 1 - weight] }, 8).ids;
  const { queries, seed } = await evaluation();
  const { ids, needs } = queries;
  const halves = halvesOf(needs, seed);
  for (const [i, query] of ids.entries())
    expect(at(tuned?.vectors.new[halves[i] ? 0 : 1] ?? 0, query), query).toEqual(piped.get(query)?.ids);
});

test('a run file orders the first of the fused list again, by one score a pair for both versions', async () => {
  await set('{ limit: 8 }');
  await run(folder);
  const fused = { old: await lists('old.pipeline'), new: await lists('new.pipeline') };
  const file = join(folder, 'scores.run');
  const scoreOf = (id: string) => Number(id.slice(1));
  const lines = (queries: readonly string[]) =>
    queries.flatMap((query) => [...texts.documents.keys()].map((id) => `${query} Q0 ${id} 1 ${scoreOf(id)} ce\n`)).join('');
  await writeFile(file, lines([...texts.queries.keys()]));
  await set('{ limit: 8, rerank: { run: scores.run } }');
  await run(folder);
  for (const side of ['old', 'new'] as const) {
    const piped = await lists(`${side}.pipeline`);
    for (const [query, { ids }] of fused[side]) expect(piped.get(query)?.ids).toEqual(ids.toSorted((a, b) => scoreOf(b) - scoreOf(a)));
  }
  const { rerank } = (await evaluation()).pipeline ?? {};
  expect(rerank).toMatchObject({ source: 'run', name: 'scores.run', depth: 8 });
  expect(rerank?.pairs).toBeGreaterThan(80);
  await writeFile(file, lines(['q0']));
  const error: CutoverError = await run(folder).catch((thrown) => thrown);
  expect(error.code).toBe('PIPELINE_UNSCORED');
  expect(error.message).toMatch(/^scores\.run has no score for \d+ of \d+ candidates, e\.g\. document "d\d+" for query "q1"\.$/);
});

test('a local cross-encoder orders by what query and document share, and is named in the report', async () => {
  await sharedWordsModel(join(folder, 'models'));
  await set('{ limit: 8, rerank: { model: test/shared-words, dtype: fp32 } }');
  await run(folder);
  const encode = await loadEncoder(join(folder, 'models', 'test', 'shared-words'));
  const tokensOf = (text = '') => encode(text, false);
  const shared = (query: string, id: string) => {
    const document = tokensOf(texts.documents.get(id));
    return tokensOf(texts.queries.get(query)).reduce((sum, token) => sum + document.filter((other) => other === token).length, 0);
  };
  for (const [query, { ids, scores }] of await lists('new.pipeline'))
    expect(Array.from(scores)).toEqual(ids.map((id) => shared(query, id) + 1));
  expect((await evaluation()).pipeline?.rerank).toMatchObject({ source: 'model', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(await readFile(join(folder, 'report', 'summary.md'), 'utf8')).toContain('test/shared-words');
  expect((await run(folder)).asked).toEqual([]);
});

test('a service orders, each pair asked for once; it gets the texts and no ids', async () => {
  const bodies: { query: string; documents: string[] }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    bodies.push(body);
    const results = body.documents.map((text: string, index: number) => ({ index, relevance_score: -text.length }));
    response.end(JSON.stringify({ results }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const { port } = server.address() as AddressInfo;
    await set(`{ limit: 8, rerank: { url: "http://127.0.0.1:${port}/v1" } }`);
    await run(folder);
    const { rerank } = (await evaluation()).pipeline ?? {};
    expect(rerank).toMatchObject({
      source: 'service',
      name: `127.0.0.1:${port}/v1`,
      pairs: bodies.flatMap(({ documents }) => documents).length,
    });
    expect(bodies.map(({ query }) => query).sort()).toEqual([...texts.queries.values()].sort());
    for (const { ids } of (await lists('new.pipeline')).values()) {
      const lengths = ids.map((id) => texts.documents.get(id)?.length ?? 0);
      expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    }
  } finally {
    server.close();
  }
});

test('a weight is not tuned without judgements', async () => {
  const bare = await projectFolder();
  await writeData(bare, { ...texts, qrels: new Map() });
  await rm(join(bare, 'data', 'qrels'), { recursive: true });
  await configure(bare);
  await appendFile(join(bare, 'cutover.yaml'), 'pipeline: { fusion: { method: weighted, vectors: tuned } }\n');
  expect((await run(bare).catch((error) => error)).code).toBe('PIPELINE_UNJUDGED');
});

test('without a pipeline nothing speaks of one', async () => {
  await set('');
  const { verdict } = await run(folder);
  expect(verdict.rules[1]?.rule.on).toBe('served');
  expect(verdict).not.toHaveProperty('reach');
  expect(await evaluation()).not.toHaveProperty('pipeline');
  expect(await readFile(join(folder, 'report', 'report.html'), 'utf8')).not.toContain('What reaches the user');
});
