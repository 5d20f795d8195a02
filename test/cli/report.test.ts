import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasScreen, openFile } from '../../src/cli/process.ts';
import type { Against } from '../../src/model/against.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { BumpProject } from './bump-project.ts';

/** Costs no bounds, where the verdict is not what is looked at. */
const PLAIN = 'atLeast: 0.1';

/** Two candidates for the same old version, both evaluated: `reports` holds the second, `yesterday` the first. */
async function evaluatedTwice(rule = 'nonInferior: 0.2'): Promise<BumpProject> {
  const project = new BumpProject();
  project.write('policy.yaml', `resamples: 1000\nrules:\n  - { metric: nDCG@10, ${rule} }\n`);
  project.configure('one', 'two');
  await project.run('run', '--output', 'yesterday');
  project.configure('one', 'flaw');
  await project.run('run');
  return project;
}

describe('report --against', () => {
  it('sets two candidates against each other, measure by measure, rule by rule, query by query', async () => {
    const project = await evaluatedTwice();
    const { code, out, err } = await project.run('report', '--against', 'yesterday', '--json');
    expect(code).toBe(0);
    expect(err).toContain('against.html');
    const found = JSON.parse(out) as Against;
    const value = (file: string) => {
      const { quality } = JSON.parse(project.read(file)) as Evaluation;
      return 'notApplicable' in quality ? null : (quality['nDCG@10']?.served?.new ?? null);
    };
    const [mine, theirs] = [value('reports/evaluation.json'), value('yesterday/evaluation.json')];
    const row = found.measures.find(({ measure, on }) => measure === 'nDCG@10' && on === 'served');
    expect(row).toMatchObject({ this: mine?.mean, other: theirs?.mean });
    // Worked by hand from the columns of both evaluations.
    const differences = (mine?.perQuery ?? []).map((now, i) => (now ?? 0) - (theirs?.perQuery[i] ?? 0));
    expect(row?.difference?.mean).toBeCloseTo(differences.reduce((a, b) => a + b) / differences.length, 12);
    const interval = row?.difference?.interval;
    expect(interval?.lower).toBeLessThan(row?.difference?.mean ?? 0);
    expect(interval?.upper).toBeGreaterThan(row?.difference?.mean ?? 0);
    expect(found.lost.length).toBeGreaterThan(0);
    expect(found.lost[0]?.difference).toBeCloseTo(Math.min(...differences), 12);
    expect(found.rules[0]).toMatchObject({
      id: 'nDCG@10 nonInferior 0.2 on served',
      other: { outcome: 'pass' },
      this: { outcome: 'fail' },
    });
    expect(found.measures.some(({ measure }) => measure === 'overlap@10')).toBe(true);
    expect(found).toMatchObject({ sameOld: true, runs: { this: { new: { id: 'flaw' } }, other: { new: { id: 'two' } } } });
    const page = project.read('reports/against.html');
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page).toContain('1 of 1 checks have a different result.');
    expect(project.read('reports/against.md')).toMatch(/^## flaw against two\n/);
  });

  it('writes the same bytes again, takes a file for its folder, and says what else differs', async () => {
    const project = await evaluatedTwice(PLAIN);
    await project.run('report', '--against', 'yesterday');
    const before = project.read('reports/against.html');
    await project.run('report', '--against', 'yesterday/evaluation.json');
    expect(project.read('reports/against.html')).toBe(before);
    project.configure('two', 'flaw');
    project.write('policy.yaml', 'rules:\n  - { metric: R@10, nonInferior: 0.3 }\n');
    await project.run('run');
    const { out } = await project.run('report', '--against', 'yesterday', '--json');
    const found = JSON.parse(out) as Against;
    expect(found.sameOld).toBe(false);
    // Overlap is with each run's own old version.
    expect(found.measures.some(({ measure }) => measure.startsWith('overlap'))).toBe(false);
    expect(found.caveats).toContain('The two runs differ in the policy too.');
    expect(found.rules.some(({ other }) => other === null)).toBe(true);
    expect(project.read('reports/against.html')).toContain('did not start from the same old version');
  });

  it('refuses other corpora, queries and judgements, stale verdicts and what is no report', async () => {
    const project = await evaluatedTwice(PLAIN);
    const refused = async (file: string, text: string, expected: string) => {
      const before = project.read(file);
      project.write(file, text);
      await project.run('run');
      const { code, err } = await project.run('report', '--against', 'yesterday');
      expect(err).toMatch(new RegExp(`AGAINST_FOREIGN .*another ${expected}: [0-9a-f]{12}, this evaluation on [0-9a-f]{12}`));
      expect(code).toBe(2);
      project.write(file, before);
    };
    await refused('data/corpus.jsonl', `${project.read('data/corpus.jsonl')}{"_id":"x","text":"one more"}\n`, 'corpus');
    await refused('data/queries.jsonl', project.read('data/queries.jsonl').replace('number 1"', 'number one"'), 'queries');
    await refused('data/qrels/test.tsv', project.read('data/qrels/test.tsv').replace('\t1\n', '\t2\n'), 'qrels');
    await project.run('run');
    expect((await project.run('report', '--against', 'nowhere')).err).toContain('FILE_MISSING');
    project.write('yesterday/verdict.json', project.read('reports/verdict.json'));
    // A verdict of another evaluation is none that the gate wrote there.
    expect((await project.run('report', '--against', 'yesterday')).err).toContain('ARTIFACT_FOREIGN');
    expect((await project.run('report', '--against', 'yesterday', '--redact')).code).toBe(2);
  });
});

describe('report --open', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('opens the page where there is a screen, and names it where there is none or nothing opens it', async () => {
    const project = new BumpProject();
    await project.run('run');
    const opened: string[] = [];
    project.openFile = async (file) => void opened.push(file);
    expect((await project.run('report', '--open')).code).toBe(0);
    expect(opened).toEqual([`${project.folder}/reports/report.html`]);
    project.openFile = () => Promise.reject(new Error('no browser'));
    const failed = await project.run('report', '--open');
    expect(failed.code).toBe(0);
    expect(failed.err).toMatch(/could not be opened \(no browser\).*report\.html/);
    delete project.openFile;
    expect((await project.run('report', '--open')).err).toMatch(/no screen here.*report\.html/);
  });

  it('does not wait for the program that shows the page', async () => {
    // The launcher starts and finds nothing to start: no window opens here.
    vi.stubEnv('PATH', '');
    await openFile(join(import.meta.dirname, 'no-such-page.html'));
  }, 10_000);

  it('knows where nobody would see it', () => {
    expect(hasScreen('linux', { DISPLAY: ':0' })).toBe(true);
    expect(hasScreen('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
    expect(hasScreen('linux', {})).toBe(false);
    expect(hasScreen('darwin', {})).toBe(true);
    expect(hasScreen('darwin', { CI: 'true' })).toBe(false);
  });
});
