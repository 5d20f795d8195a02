import { chmod, cp, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { MODELS, Project } from './project.ts';

let project: Project;
beforeEach(async () => {
  project = await Project.create(['billing'], 'cold');
  for (const side of ['old', 'new']) await precompute(side);
  await project.configure({ old: 'old.yaml', new: 'new.yaml' });
  await project.write('policy.yaml', 'rules:\n  - { metric: overlap@10, atLeast: 0.01 }\n');
});
afterEach(() => project.remove());

/** Tagged random vectors stand for an embedder elsewhere: quick, and no model is needed. */
async function precompute(
  side: string,
  change: (row: { id: string; vector: number[] }, i: number) => object = (row) => row,
): Promise<void> {
  for (const [role, file] of [
    ['document', 'corpus.jsonl'],
    ['query', 'queries.jsonl'],
  ] as const) {
    const random = seededRandom(1, `${side} ${role}`);
    const lines = (await project.read('data', file)).trim().split('\n');
    const rows = lines.map((line, i) => {
      const id = (JSON.parse(line) as { _id: string })._id;
      return JSON.stringify(change({ id, vector: Array.from({ length: 8 }, () => random.next() - 0.5) }, i));
    });
    await project.write(`${side}.${role}.jsonl`, `${rows.join('\n')}\n`);
  }
  const vectors = `{ document: { path: ${side}.document.jsonl }, query: { path: ${side}.query.jsonl } }`;
  await project.write(`${side}.yaml`, `id: ${side}\nembedder: precomputed\ntag: ${side}-2030\nnormalize: true\nvectors: ${vectors}\n`);
}

async function refused(...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await project.run('run', ...args);
  expect(code, stderr).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/\nnext {2}\S/);
  expect(stderr).not.toMatch(/\n\s+at /);
  await expect(project.read('report', 'verdict.json')).rejects.toThrow('ENOENT');
  return stderr;
}

describe('bad input exits with 2, says where and what to do', () => {
  it('accepts the good case, so that what follows fails for its own reason', async () => {
    expect((await project.run('run')).code).toBe(0);
  });

  it('lists every problem of a data set with file and line', async () => {
    const corpus = (await project.read('data', 'corpus.jsonl')).trim().split('\n');
    await project.write('data/corpus.jsonl', [...corpus, corpus[0], '{"_id":"x"', '{"_id":"empty","title":"","text":""}'].join('\n'));
    const qrels = (await project.read('data', 'qrels', 'test.tsv')).trimEnd();
    const [query = ''] = qrels.split('\n')[1]?.split('\t') ?? [];
    await project.write('data/qrels/test.tsv', `${qrels}\n${query}\tnobody\tmuch\n`);
    const text = await refused();
    expect(text).toMatch(/corpus\.jsonl:28.*billing-/);
    expect(text).toMatch(/corpus\.jsonl:29/);
    expect(text).toMatch(/corpus\.jsonl:30/);
    expect(text).toMatch(/test\.tsv:\d+.*much/);
  });

  it('refuses an empty corpus and a missing file', async () => {
    await project.write('data/corpus.jsonl', '');
    expect(await refused()).toContain('corpus.jsonl');
    await rm(project.path('data', 'corpus.jsonl'));
    expect(await refused()).toMatch(/corpus\.jsonl.*(missing|does not exist)/);
  });

  it('suggests the key that was meant, with line and column', async () => {
    await project.configure({ old: 'old.yaml', new: 'new.yaml', extra: 'seeed: 8' });
    expect(await refused()).toMatch(/cutover\.yaml:7:1.*seeed.*seed/);
    await project.write('cutover.yaml', 'dataset: [data\n');
    expect(await refused()).toMatch(/cutover\.yaml:\d+/);
  });

  it('refuses vectors that are NaN, zero, of another dimension, missing, untagged or of two tags', async () => {
    const bad: readonly [RegExp, (row: { id: string; vector: number[] }, i: number) => object][] = [
      [/new\.\w+\.jsonl:3|billing-/, (row, i) => (i === 2 ? { ...row, vector: row.vector.map(() => 0) } : row)],
      [/number|finite/, (row, i) => (i === 2 ? { ...row, vector: [null, ...row.vector.slice(1)] } : row)],
      [/dimension|values/, (row, i) => (i === 2 ? { ...row, vector: [1, 2] } : row)],
      [/has no vector|without|missing|lack/i, (row, i) => (i === 2 ? { ...row, id: 'another' } : row)],
      [/tag/, (row, i) => ({ ...row, tag: i === 2 ? 'b' : 'new-2030' })],
    ];
    for (const [message, change] of bad) {
      await precompute('new', change);
      expect(await refused()).toMatch(message);
    }
    await precompute('new');
    await project.write('new.yaml', (await project.read('new.yaml')).replace(/tag: .*\n/, ''));
    expect(await refused()).toMatch(/tag/);
  });

  it('refuses to compare a version with itself under another name', async () => {
    await project.write('same.yaml', (await project.read('old.yaml')).replace('id: old', 'id: renamed'));
    await project.configure({ old: 'old.yaml', new: 'same.yaml' });
    expect(await refused()).toContain('VERSIONS_IDENTICAL');
  });

  it('refuses to compare the same vector files under two tags', async () => {
    const text = (await project.read('old.yaml')).replace('id: old', 'id: renamed').replace('tag: old-2030', 'tag: other-2030');
    await project.write('same.yaml', text);
    await project.configure({ old: 'old.yaml', new: 'same.yaml' });
    expect(await refused()).toMatch(/VERSIONS_IDENTICAL[\s\S]*the same vectors under two tags/);
  });

  it('names a missing model, the places looked in and the next step', async () => {
    await project.write('none.yaml', 'id: none\nmodel: Nobody/nothing\ndtype: q8\npooling: cls\nmaxTokens: 128\n');
    await project.configure({ old: 'old.yaml', new: 'none.yaml' });
    const text = await refused();
    expect(text).toContain('Nobody/nothing');
    expect(text).toContain(MODELS);
    expect(text).toContain('allowNetwork');
  });

  it('exits with 2 when a worker throws: weights that are cut short', async () => {
    await cp(join(MODELS, 'Xenova', 'bge-small-en'), project.path('models', 'Xenova', 'bge-small-en'), { recursive: true });
    const weights = project.path('models', 'Xenova', 'bge-small-en', 'onnx', 'model_quantized.onnx');
    await chmod(weights, 0o644);
    await truncate(weights, 1_000_000);
    await project.write('cut.yaml', 'id: cut\nmodel: Xenova/bge-small-en\ndtype: q8\npooling: cls\nmaxTokens: 128\n');
    await project.write(
      'cutover.yaml',
      'dataset: data\nold: old.yaml\nnew: cut.yaml\npolicy: policy.yaml\noutput: report\nmodels: { folders: [models], allowNetwork: false }\n',
    );
    const { code, stderr } = await project.spawn('run');
    expect(code, stderr).toBe(2);
  });

  it('exits with 2 when a user module throws, and names the module', async () => {
    await project.write(
      'mine.mjs',
      'export const fingerprint = "mine-1";\nexport async function embed() { throw new Error("quota used up"); }\n',
    );
    await project.write('mine.yaml', 'id: mine\nembedder: ./mine.mjs\n');
    await project.configure({ old: 'old.yaml', new: 'mine.yaml' });
    expect(await refused()).toMatch(/mine\.mjs[\s\S]*quota used up/);
  });

  it('refuses an output folder that cannot be written', async () => {
    await project.write('plain', '');
    expect(await refused('--output', 'plain/report')).toMatch(/FOLDER_IS_FILE.*plain/);
  });

  it('refuses a threshold that keeps precision on pairs without labels', async () => {
    const consumer = '{ name: dup, threshold: 0.9, pairs: document-document, keep: precision }';
    await project.configure({ old: 'old.yaml', new: 'new.yaml', extra: `consumers: [${consumer}]` });
    expect(await refused()).toMatch(/dup|consumers/);
  });
});

describe('missing judgements', () => {
  it('keeps a query without judgement for overlap and leaves it out of quality', async () => {
    const rows = (await project.read('data', 'qrels', 'test.tsv')).split('\n').filter((row) => !row.startsWith('billing-01a\t'));
    await project.write('data/qrels/test.tsv', rows.join('\n'));
    expect((await project.run('run')).code).toBe(0);
    const evaluation = await project.json<Evaluation>('report', 'evaluation.json');
    const quality = evaluation.quality as unknown as Record<
      string,
      { served: { old: { n: number; perQuery: readonly (number | null)[] } } }
    >;
    expect(evaluation.dataset).toMatchObject({ queries: 26, judgedQueries: 25 });
    expect(quality['nDCG@10']?.served.old.n).toBe(25);
    expect(quality['nDCG@10']?.served.old.perQuery[0]).toBeNull();
    expect(evaluation.neighbours['overlap@10']?.served?.n).toBe(26);
  });

  it('measures overlap and shift without any, and fails a quality rule with advice', async () => {
    await rm(project.path('data', 'qrels'), { recursive: true });
    expect((await project.run('run')).code).toBe(0);
    const evaluation = await project.json<Evaluation>('report', 'evaluation.json');
    expect(evaluation.quality).toHaveProperty('notApplicable');
    expect(evaluation.neighbours['overlap@10']?.exact?.mean).toBeGreaterThan(0);
    expect(evaluation.scores.length).toBeGreaterThan(0);
    await project.write('policy.yaml', 'rules:\n  - { metric: nDCG@10, nonInferior: 0.02 }\n');
    const failed = await project.run('run');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/judgements/);
    expect(failed.stderr).toMatch(/overlap@10|ifMissing/);
    await project.write(
      'policy.yaml',
      'rules:\n  - { metric: nDCG@10, nonInferior: 0.02, ifMissing: skip }\n  - { metric: overlap@10, atLeast: 0.01 }\n',
    );
    expect((await project.run('run')).code).toBe(0);
  });
});
