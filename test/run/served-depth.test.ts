import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { exact } from '../../src/search/engines/exact.ts';
import { hnsw } from '../../src/search/engines/hnsw.ts';
import { ask } from '../search/contract.ts';
import { params, randomSet } from '../search/vectors.ts';
import { projectFolder, run, writeData } from './module-project.ts';

const [DOCUMENTS, QUERIES, DIMENSION] = [2000, 40, 32];
const SEEDS = { a: 1, b: 2 };

/** Both versions' vectors are random, so that a sparse graph loses much; each text is its own row. */
const EMBEDDER = (vectors: string) => `
import { readFileSync } from 'node:fs';
const vectors = JSON.parse(readFileSync(${JSON.stringify(vectors)}, 'utf8'));
export const fingerprint = ({ options }) => 'random ' + options.of;
export const embed = async (texts, { options }) => texts.map((text) => Float32Array.from(vectors[options.of][text]));
`;

const rows = ({ ids, data }: { ids: readonly string[]; data: Float32Array }) =>
  ids.map((id, i) => [id, [...data.subarray(i * DIMENSION, (i + 1) * DIMENSION)]] as const);

async function project(search: string, policy: string): Promise<string> {
  const folder = await projectFolder();
  const vectors = Object.fromEntries(
    Object.entries(SEEDS).map(([of, seed]) => [
      of,
      Object.fromEntries([...rows(randomSet('d', DOCUMENTS, DIMENSION, seed)), ...rows(randomSet('q', QUERIES, DIMENSION, seed))]),
    ]),
  );
  await writeFile(join(folder, 'vectors.json'), JSON.stringify(vectors));
  await writeFile(join(folder, 'embedder.mjs'), EMBEDDER(join(folder, 'vectors.json')));
  const texts = (prefix: string, count: number) => new Map(rows(randomSet(prefix, count, DIMENSION)).map(([id]) => [id, id]));
  const qrels = new Map([...texts('q', QUERIES).keys()].map((id, i) => [id, new Map([[`d${String(i).padStart(5, '0')}`, 1]])]));
  await writeData(folder, { documents: texts('d', DOCUMENTS), queries: texts('q', QUERIES), qrels });
  const version = (of: string) => `{ id: ${of}, embedder: module, module: embedder.mjs, options: { of: ${of} } }`;
  const lines = [
    'dataset: data',
    `old: ${version('a')}`,
    `new: ${version('b')}`,
    `search: ${search}`,
    `policy: ${policy}`,
    'output: report',
  ];
  await writeFile(join(folder, 'cutover.yaml'), `${lines.join('\n')}\nproduction: { rebuilds: 1 }\n`);
  return folder;
}

/** Share of the exact first ten that hnswlib finds, asked as production asks. */
async function recallAt(depth: number, graph: { m: number; efConstruction: number; efSearch: number }): Promise<number> {
  const [documents, queries] = [randomSet('d', DOCUMENTS, DIMENSION, SEEDS.b), randomSet('q', QUERIES, DIMENSION, SEEDS.b)];
  const truth = await ask(exact, documents, queries, params(10));
  const served = await ask(hnsw, documents, queries, { ...params(depth), hnsw: graph });
  const hits = queries.ids.map((_, row) => {
    const expected = new Set(truth.neighbours.subarray(row * 10, row * 10 + 10));
    return served.neighbours.subarray(row * depth, row * depth + 10).filter((found) => expected.has(found)).length;
  });
  return hits.reduce((sum, n) => sum + n, 0) / (10 * QUERIES);
}

const GRAPH = { m: 4, efConstruction: 20, efSearch: 10 };
const HNSW = '{ m: 4, efConstruction: 20, efSearch: 10 }';

test("an index of ef 10 is measured at ef 10, however deep exact neighbours are kept: production's recall, which fails", async () => {
  const folder = await project(`{ limit: 10, k: 100, hnsw: ${HNSW} }`, '{ rules: [{ metric: annRecall@10, atLeast: 0.7 }] }');
  const { verdict } = await run(folder);
  const evaluation = JSON.parse(await readFile(join(folder, 'report', 'evaluation.json'), 'utf8')) as Evaluation;
  const [asked, lifted] = [await recallAt(10, GRAPH), await recallAt(100, GRAPH)];
  expect(lifted).toBeGreaterThan(asked + 0.2);
  expect(evaluation.index['annRecall@10']?.new.mean).toBeCloseTo(asked, 10);
  expect(evaluation.search).toMatchObject({ limit: 10, k: 100, kUsed: 100 });
  const study = evaluation.studies?.efSearchSweep;
  if (study === undefined || 'notApplicable' in study) throw new Error('no sweep');
  expect(study.points.find(({ efSearch }) => efSearch === 10)?.new).toBeCloseTo(asked, 10);
  expect(verdict.outcome).toBe('fail');
});

test('exact neighbours are measured as deep as the metrics need; served ones end at the limit', async () => {
  const rules = '[{ metric: R@100, nonInferior: 0.5, on: exact }, { metric: nDCG@5, nonInferior: 0.5 }]';
  const folder = await project(`{ limit: 5, k: 100, hnsw: ${HNSW} }`, `{ rules: ${rules} }`);
  await run(folder);
  const evaluation = JSON.parse(await readFile(join(folder, 'report', 'evaluation.json'), 'utf8')) as Evaluation;
  if ('notApplicable' in evaluation.quality) throw new Error('no quality');
  expect(Object.keys(evaluation.quality['R@100'] ?? {})).toEqual(['exact']);
  expect(Object.keys(evaluation.quality['nDCG@5'] ?? {}).sort()).toEqual(['exact', 'served']);
  expect(Object.keys(evaluation.neighbours['overlap@10'] ?? {})).toEqual(['exact']);
  expect(Object.keys(evaluation.index)).toEqual(['annRecall@5']);
  expect(evaluation.shown.lists.every(({ new: list }) => list.length <= 5)).toBe(true);
});

test('a rule on served neighbours that looks deeper is refused before anything is embedded, with the reason', async () => {
  const folder = await project(`{ k: 100, hnsw: ${HNSW} }`, '{ rules: [{ metric: R@100, nonInferior: 0.1 }] }');
  const error = await run(folder).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  expect((error as { details: string[] }).details).toEqual([
    expect.stringMatching(/^cutover\.yaml:5:.*production asks for 10 results \(search\.limit\).*`on: exact`/),
  ]);
});
