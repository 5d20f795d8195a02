import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/dataset/load.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { BumpProject, policy } from './bump-project.ts';

const json = <T>(project: BumpProject, file: string): T => JSON.parse(project.read(file)) as T;

/** A log in which each of 36 queries was shown every document 20 times, and its own was clicked 8 times. */
function clicked(more = ''): BumpProject {
  const project = new BumpProject();
  const queries = project
    .read('data/queries.jsonl')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text);
  const id = (i: number) => `d${String(i).padStart(2, '0')}`;
  const rows = queries.flatMap((text, i) => Array.from({ length: 12 }, (_, j) => `${text},${id(j)},20,${j === i % 12 ? 8 : 0}`));
  project.write('log.csv', `query,document,shown,clicks\n${rows.join('\n')}\n`);
  const dataset = `dataset: { name: shop, corpus: { path: data/corpus.jsonl }, clicks: { path: log.csv, impressions: shown${more} } }\n`;
  project.write('cutover.yaml', project.read('cutover.yaml').replace('dataset: data\n', dataset));
  return project;
}

describe('a run on a click log', () => {
  it('passes as on human judgements, and terminal, HTML, Markdown, JUnit and SARIF say that clicks judged', async () => {
    const project = clicked();
    const { code, err } = await project.run('run', '--quiet');
    expect(code).toBe(0);
    const { dataset } = json<Evaluation>(project, 'reports/evaluation.json');
    expect(dataset).toMatchObject({ queries: 36, judgedQueries: 36, judgements: 432, weakGrades: { source: 'clicks' } });
    const { cautions, headline } = json<Verdict>(project, 'reports/verdict.json');
    expect(cautions?.map(({ id }) => id)).toEqual(['weak-grades']);
    expect(headline).toMatch(/ Judged by clicks\.$/);
    for (const text of [
      err,
      ...['summary.md', 'report.html', 'junit.xml', 'report.sarif'].map((file) => project.read(`reports/${file}`)),
    ]) {
      expect(text).toContain('Judged by clicks');
      expect(text).toContain('position bias');
    }
    expect(project.read('reports/report.html')).toContain('grade 1 from a click-through rate of 0.1, 2 from 0.3');
    expect(project.read('reports/certificate.json')).toMatch(/^\{/);

    // In the words of the data, the rule is a text; the mark is not.
    expect((await project.run('report', '--redact', '--quiet')).code).toBe(0);
    const hidden = json<Evaluation>(project, 'reports/redacted/evaluation.json').dataset.weakGrades;
    expect(hidden).toEqual({ source: 'clicks', rule: 'Left out of a redacted report.' });
    expect(project.read('reports/redacted/report.html')).toContain('Judged by clicks');
  });

  it('is refused by a policy that forbids weak grades, with exit code 1 and what to do', async () => {
    const project = clicked();
    project.write('policy.yaml', `weakGrades: forbid\n${policy(0.2)}`);
    const { code, err } = await project.run('run');
    expect(code).toBe(1);
    expect(err).toContain('nDCG@10 rests on grades made of clicks, and the policy forbids weak grades');
    expect(err).toContain('Let people judge some queries');
  });

  it('tells every fault of the log at once, exit code 2, and writes no report', async () => {
    const project = clicked();
    project.write('log.csv', 'query,document,shown,clicks\nrefund,d00,20,-3\nrefund,d99,20,9\n');
    const { code, err } = await project.run('run');
    expect(code).toBe(2);
    expect(err).toContain('DATASET_INVALID');
    expect(err).toContain('log.csv:2: clicks must be a whole number of at least 0, found "-3"');
    expect(err).toContain('log.csv:3: document "d99" is not in corpus.jsonl');
    expect(() => project.read('reports/evaluation.json')).toThrow('ENOENT');
  });

  it('can be made a folder, which keeps the mark', async () => {
    const project = clicked();
    expect((await project.run('dataset', 'sample', '--out', 'folder', '--fraction', '1', '--quiet')).code).toBe(0);
    const folder = await loadDataset(join(project.folder, 'folder'));
    expect(folder.weakGrades?.rule).toContain('click-through rate');
    expect([...(folder.qrels ?? [])]).toHaveLength(36);
    const { out } = await project.run('dataset', 'stats', 'folder');
    expect(out).toContain('clicks: grade 1 from a click-through rate of 0.1');
  });
});
