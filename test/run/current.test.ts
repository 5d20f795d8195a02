import { existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { FORMATS } from '../../src/report/formats/registry.ts';
import { BumpProject, policy } from '../cli/bump-project.ts';

/** What tells how a run came out. */
const ANSWERS = ['verdict.json', 'certificate.json', ...FORMATS.map(({ fileName }) => fileName)];

let evaluated: BumpProject;
let project: BumpProject;
beforeAll(async () => {
  evaluated = new BumpProject();
  expect((await evaluated.run('run')).code).toBe(0);
});
beforeEach(() => {
  project = new BumpProject(evaluated.folder);
});

const path = (...parts: string[]) => join(project.folder, ...parts);
const standing = (...folder: string[]) => ANSWERS.filter((name) => existsSync(path('reports', ...folder, name)));

/** The last line of a JSONL file goes. */
function shorten(file: string): void {
  project.write(file, `${project.read(file).trim().split('\n').slice(0, -1).join('\n')}\n`);
}

/** Vectors of both versions as files, so that they can be away. */
async function precomputed(): Promise<void> {
  const rows = (file: string, shift: number) =>
    project
      .read(file)
      .trim()
      .split('\n')
      .map((line, i) => {
        const { _id } = JSON.parse(line) as { _id: string };
        return `${JSON.stringify({ id: _id, vector: [1, ((i % 12) + shift) / 5, ((i % 12) * (i % 12)) / 50] })}\n`;
      })
      .join('');
  for (const [side, shift] of [
    ['old', 0],
    ['new', 0.01],
  ] as const) {
    project.write(`vectors/${side}-documents.jsonl`, rows('data/corpus.jsonl', shift));
    project.write(`vectors/${side}-queries.jsonl`, rows('data/queries.jsonl', shift));
  }
  const version = (side: string) =>
    `${side}: { id: ${side}, embedder: precomputed, tag: ${side}, vectors: { query: vectors/${side}-queries.jsonl, document: vectors/${side}-documents.jsonl } }`;
  project.write(
    'cutover.yaml',
    `dataset: data\n${version('old')}\n${version('new')}\npolicy: policy.yaml\noutput: reports\nproduction: { rebuilds: 0 }\n`,
  );
  expect((await project.run('run')).code).toBe(0);
}

describe('gate and report', () => {
  const COMMANDS = [['gate'], ['gate', '--policy', 'policy.yaml'], ['report'], ['report', '--redact'], ['report', '--against', 'reports']];

  test.each([
    [
      'a document says something else',
      'corpus',
      () => project.write('data/corpus.jsonl', project.read('data/corpus.jsonl').replace('all', 'some')),
    ],
    [
      'a query is gone',
      'queries',
      () => project.write('data/queries.jsonl', project.read('data/queries.jsonl').replace('number 0', 'number 99')),
    ],
    ['the new version is another one', 'new', () => project.configure('one', 'flaw')],
    ['the weights changed under their name', 'new', () => project.write('two.weights', 'other')],
    [
      'a consumer was added',
      'consumers',
      () => project.configure('one', 'two', 'consumers: [{ name: a, threshold: 0.5, pairs: query-document, keep: pass-rate }]\n'),
    ],
    ['the index is another one', 'search', () => project.configure('one', 'two', 'search: { k: 50 }\n')],
    [
      'production varies otherwise',
      'production',
      () => project.write('cutover.yaml', project.read('cutover.yaml').replace('rebuilds: 0', 'rebuilds: 1')),
    ],
  ])('refuse an evaluation since which %s', async (_, key, change) => {
    change();
    for (const command of COMMANDS) {
      const { code, err } = await project.run(...command);
      expect([code, err], command.join(' ')).toEqual([2, expect.stringMatching(/ARTIFACT_STALE[\s\S]*`cutover run`/)]);
      expect(err).toContain(`was made from another ${key}:`);
    }
    expect(standing(), 'what stood there is left to `run`').toEqual(ANSWERS);
  });

  test('judge again under a changed policy; a report waits for that', async () => {
    expect((await project.run('gate')).err).toContain('unchanged');
    project.write(
      'policy.yaml',
      `${policy(0.3)}  - { metric: R@10, nonInferior: 0.1 }\n  - { metric: P@1, nonInferior: 0.5, ifMissing: skip }\n`,
    );
    const { code, err } = await project.run('report');
    expect([code, err]).toEqual([2, expect.stringMatching(/ARTIFACT_STALE[\s\S]*another policy[\s\S]*`cutover gate`/)]);
    const judged = await project.run('gate', '--json');
    expect([judged.code, (JSON.parse(judged.out) as Verdict).rules.map(({ outcome }) => outcome)]).toEqual([
      0,
      ['pass', 'pass', 'skipped'],
    ]);
    expect((await project.run('report')).code).toBe(0);
  });

  test('work where neither data nor vectors are, and say so', async () => {
    await precomputed();
    rmSync(path('data'), { recursive: true });
    renameSync(path('vectors'), path('elsewhere'));
    for (const command of ['gate', 'report']) {
      const { code, err } = await project.run(command);
      expect([code, err]).toEqual([0, expect.stringMatching(/can't be held against the data set: .*data does not exist/)]);
      expect(err).toMatch(/can't be held against the versions: .*old-\w+\.jsonl \(.*cutover\.yaml:2\) does not exist/);
    }
    project.write('cutover.yaml', project.read('cutover.yaml').replace('tag: new', 'tag: newer'));
    expect((await project.run('gate')).err).toContain('was made from another spec:');
  });

  test('refuse an evaluation that somebody edited, and one without its manifest', async () => {
    project.write('reports/evaluation.json', project.read('reports/evaluation.json').replace('"seed"', ' "seed"'));
    expect(await project.run('gate')).toMatchObject({ code: 2, err: expect.stringContaining('ARTIFACT_FOREIGN') });
    rmSync(path('reports', 'manifests', 'measure.json'));
    expect(await project.run('gate')).toMatchObject({ code: 2, err: expect.stringContaining('ARTIFACT_MISSING') });
  });
});

describe('a run that comes to no verdict leaves none of other inputs', () => {
  test.each([
    ['a data set that cannot be read', () => project.write('data/corpus.jsonl', `${project.read('data/corpus.jsonl')}{"_id":\n`)],
    ['a version that cannot be opened', () => rmSync(path('two.weights'))],
    ['a policy that cannot be read', () => project.write('policy.yaml', policy(-1))],
    ['a configuration in which something is wrong', () => project.configure('one', 'two', 'sede: 7\n')],
    ['one version on both sides', () => project.configure('one', 'one')],
    [
      'a module that throws on the way',
      () => {
        project.write('boom.mjs', "export const fingerprint = 'boom';\nexport const embed = () => { throw new Error('boom'); };\n");
        project.write('cutover.yaml', project.read('cutover.yaml').replace(/new: .*/, 'new: { id: boom, embedder: ./boom.mjs }'));
      },
    ],
  ])('%s', async (_, change) => {
    expect((await project.run('report', '--redact')).code).toBe(0);
    expect(standing()).toEqual(ANSWERS);
    change();
    expect((await project.run('run')).code).toBe(2);
    expect([standing(), standing('redacted')]).toEqual([[], []]);
    expect(existsSync(path('reports', 'evaluation.json')), 'says itself what it is of, and refuses to be judged').toBe(true);
  });

  test('nor does a key that cannot sign, where the inputs are others', async () => {
    project.write('none.pem', 'none');
    expect((await project.run('run', '--sign-key', 'none.pem')).code).toBe(2);
    expect(standing(), 'the same inputs: still true').toEqual(ANSWERS);
    shorten('data/queries.jsonl');
    expect((await project.run('run', '--sign-key', 'none.pem')).code).toBe(2);
    expect(standing()).toEqual([]);
  });

  test('one interrupted on the way', async () => {
    project.configure('one', 'flaw');
    const stop = new AbortController();
    project.signal = stop.signal;
    const run = project.run('run');
    stop.abort();
    expect((await run).code).toBe(130);
    expect(standing()).toEqual([]);
  });

  test('and one of the same inputs keeps it: nothing is written twice', async () => {
    const times = () => ANSWERS.map((name) => statSync(path('reports', name)).mtimeMs);
    const [before, verdict] = [times(), readFileSync(path('reports', 'verdict.json'), 'utf8')];
    const { code, err } = await project.run('run');
    expect([code, err]).toEqual([0, expect.stringMatching(/gate\s+unchanged\s+report\s+unchanged/)]);
    // The certificate is written by each run.
    expect(times().filter((_, i) => ANSWERS[i] !== 'certificate.json')).toEqual(before.filter((_, i) => ANSWERS[i] !== 'certificate.json'));
    expect(readFileSync(path('reports', 'verdict.json'), 'utf8')).toBe(verdict);
  });
});
