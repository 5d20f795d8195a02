import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { Attribution, Counterfactual, NoiseFloor, Studies, Waterfall } from '../../src/model/studies.ts';
import { Project } from '../e2e/project.ts';

const MODEL = 'model: Xenova/all-MiniLM-L6-v2\ndtype: q8\nnormalize: true\n';
const SETTINGS = {
  published: 'pooling: mean\nmaxTokens: 256\nprefixes: { query: "", document: "" }\n',
  prefixed: 'pooling: mean\nmaxTokens: 256\nprefixes: { query: "query: ", document: "passage: " }\n',
  wrong: 'pooling: cls\nmaxTokens: 32\nprefixes: { query: "query: ", document: "passage: " }\n',
};

let project: Project;
beforeAll(async () => {
  project = await Project.create(['billing']);
  for (const [name, settings] of Object.entries(SETTINGS)) await project.write(`versions/${name}.yaml`, `id: ${name}\n${MODEL}${settings}`);
});
afterAll(() => project.remove());

function found<T extends object>(result: T | { readonly notApplicable: string } | undefined): T {
  if (result === undefined) throw new Error('No study ran.');
  if ('notApplicable' in result) throw new Error(result.notApplicable);
  return result;
}

async function studied(fresh: string, ...args: string[]): Promise<{ studies: Studies; evaluation: Evaluation; stderr: string }> {
  await project.configure({ old: 'versions/published.yaml', new: `versions/${fresh}.yaml` });
  const { stderr, code } = await project.run('run', ...args);
  expect(code, stderr).not.toBe(2);
  const evaluation = await project.json<Evaluation>('report', 'evaluation.json');
  if (evaluation.studies === undefined) throw new Error('No study ran.');
  return { studies: evaluation.studies, evaluation, stderr };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function checkSums({ old, new: fresh, parts, modelParts }: Waterfall): void {
  expect(Math.abs(parts.oldIndex + parts.model + parts.newIndex - (fresh - old))).toBeLessThan(1e-12);
  expect(Math.abs(sum(modelParts) - parts.model)).toBeLessThan(1e-12);
}

describe('versions of the same weights', () => {
  it('a change of prefixes alone is the whole of the model part, and embeds nothing more', async () => {
    const { studies, stderr } = await studied('prefixed');
    const { measures, split } = found<Attribution>(studies.attribution);
    expect(split).toEqual([{ field: 'prefixes', old: '{"query":"","document":""}', new: '{"query":"query: ","document":"passage: "}' }]);
    expect(measures).toHaveLength(1);
    for (const one of measures) {
      checkSums(one);
      expect(one.modelParts).toEqual([one.parts.model]);
    }
    expect(stderr).not.toContain('settings between old and new');
  });

  it('several changes are switched one by one, each step embedded once', async () => {
    const { studies, stderr } = await studied('wrong');
    const { measures, split } = found<Attribution>(studies.attribution);
    expect(found(split as Attribution['split'] & object)).toMatchObject([
      { field: 'prefixes' },
      { field: 'pooling' },
      { field: 'maxTokens' },
    ]);
    for (const one of measures) {
      checkSums(one);
      expect(one.modelParts).toHaveLength(3);
      expect(one.modelParts.filter((part) => part !== 0).length).toBeGreaterThan(1);
    }
    // The first step is the version of the test before, which the cache holds: only the second is embedded.
    expect(stderr).toMatch(/attribution: embedding 53 texts under 2 settings/);
    expect(await project.read('report', 'report.html')).toContain('another order would divide the model’s share differently');
  });
});

describe('the counterfactual', () => {
  it('is not made unasked, and the run says how to ask', async () => {
    const { studies, stderr } = await studied('wrong');
    expect(studies.counterfactual).toEqual({ notApplicable: expect.stringContaining('cutover run --counterfactual') });
    expect(stderr).toContain('--counterfactual');
    expect(stderr).toMatch(/study\s+unchanged/);
  });

  it('gives what the published settings give: here, those of the old version', async () => {
    const { studies, evaluation, stderr } = await studied('wrong', '--counterfactual');
    const result = found<Counterfactual>(studies.counterfactual);
    expect(result.disagreements.map(({ field, specified, published }) => [field, specified, published]).slice(0, 2)).toEqual([
      ['pooling', 'cls', 'mean'],
      ['maxTokens', '32', '256'],
    ]);
    expect(result.fingerprint).toBe(evaluation.versions?.old.fingerprint);
    expect(result.texts).toBe(53);
    const [measure] = result.measures;
    expect(measure?.published).toBe(measure?.old);
    expect(measure?.difference).toBe((measure?.published ?? 0) - (measure?.specified ?? 0));
    expect(measure?.difference).toBeGreaterThan(0.02);
    expect(result.summary).toContain('With mean pooling, no prefixes and at most 256 tokens');
    expect(stderr).toMatch(/counterfactual: embedding 0 of 53 texts/);
    expect(stderr).toContain(result.summary);
    expect(stderr).not.toContain('settings between old and new');
  });

  it('is kept by a run that asks again, and no other study runs', async () => {
    const before = await project.read('report', 'studies.json');
    const { stderr } = await studied('wrong', '--counterfactual');
    expect(stderr).toMatch(/study\s+unchanged/);
    expect(stderr).toMatch(/measure\s+unchanged/);
    expect(await project.read('report', 'studies.json')).toBe(before);
  });

  it('is asked for by the configuration, too, and measure alone takes it over', async () => {
    await project.configure({ old: 'versions/published.yaml', new: 'versions/wrong.yaml', extra: 'counterfactual: true' });
    expect((await project.run('study')).stderr).toMatch(/study\s+unchanged/);
    await project.configure({ old: 'versions/published.yaml', new: 'versions/wrong.yaml' });
    expect((await project.run('measure')).code).toBe(0);
    const { studies } = await project.json<Evaluation>('report', 'evaluation.json');
    expect(found<Counterfactual>(studies?.counterfactual).version).toBe('wrong');
  });

  it('does not apply where the settings are those that the model publishes', async () => {
    await project.configure();
    expect((await project.run('run', '--counterfactual')).code).toBe(0);
    const { studies } = await project.json<Evaluation>('report', 'evaluation.json');
    expect(studies?.counterfactual).toEqual({ notApplicable: expect.stringContaining('agree') });
    expect(await project.read('report', 'report.html')).not.toContain('id="as-published"');
  });
});

describe('the noise floor', () => {
  it('becomes a value that a policy can name', async () => {
    const { evaluation, studies } = await studied('prefixed');
    const { overlap } = found<NoiseFloor>(studies.noiseFloor);
    const mean = evaluation.neighbours['overlap@10']?.served?.mean ?? 0;
    expect(overlap['10']?.change).toBeCloseTo(1 - mean, 12);
    expect(overlap['10']?.floor).toBeGreaterThanOrEqual(0.1);
    expect(evaluation.values['overlapLossOverNoise@10']).toBe(overlap['10']?.overNoise);
    await project.write('strict.yaml', 'rules:\n  - { metric: overlapLossOverNoise@10, atMost: 0 }\n');
    expect((await project.run('gate', '--policy', 'strict.yaml')).code).toBe(1);
  });

  it('takes in batches of quantised weights, where the configuration says that production makes them', async () => {
    await project.configure({
      old: 'versions/published.yaml',
      new: 'versions/prefixed.yaml',
      extra: 'production: { batchSize: 8, rebuilds: 1 }',
    });
    expect([0, 3]).toContain((await project.run('run')).code);
    const { studies } = await project.json<Evaluation>('report', 'evaluation.json');
    const floor = found<NoiseFloor>(studies?.noiseFloor);
    for (const side of ['old', 'new'] as const) {
      const batches = found(floor[side].batches);
      expect(batches).toMatchObject({ repetitions: 1, queries: 26 });
      expect('scoreDifference' in batches && batches.scoreDifference.p95).toBeGreaterThan(1e-4);
      expect('scoreDifference' in batches && batches.scoreDifference.max).toBeLessThan(0.2);
    }
    expect(floor.score.floor).toBeGreaterThan(1e-4);
  });

  it('is absent with its reason where the study stage did not run, and a rule on it then fails', async () => {
    await project.configure({ old: 'versions/published.yaml', new: 'versions/prefixed.yaml' });
    await rm(project.path('report', 'studies.json'));
    expect((await project.run('measure')).code).toBe(0);
    const evaluation = await project.json<Evaluation>('report', 'evaluation.json');
    expect(evaluation.studies).toBeUndefined();
    expect(evaluation.values['overlapLossOverNoise@10']).toEqual({ notApplicable: expect.stringContaining('cutover study') });
    expect((await project.run('gate', '--policy', 'strict.yaml')).code).toBe(1);
  });

  it('refuses to run before search', async () => {
    await rm(project.path('report'), { recursive: true });
    const { code, stderr } = await project.run('study');
    expect(code).toBe(2);
    expect(stderr).toContain('ARTIFACT_MISSING');
    expect(stderr).toContain('cutover search');
  });
});
