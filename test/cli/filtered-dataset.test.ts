import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { BumpProject } from './bump-project.ts';

const evaluationOf = (project: BumpProject): Evaluation => JSON.parse(project.read('reports/evaluation.json')) as Evaluation;

type Means = Readonly<Record<string, { readonly served?: { readonly new: { readonly mean: number } } }>>;

/** Share of what is relevant that the new version serves: ten documents are served, and a filter leaves six. */
const servedRecall = ({ quality }: Evaluation): number | undefined => (quality as unknown as Means)['R@10']?.served?.new.mean;

type Line = Readonly<Record<string, unknown>> & { readonly _id: string };

/** Rewrites a JSON Lines file of the project. */
function rewrite(project: BumpProject, file: string, change: (line: Line, i: number) => object | object[]): void {
  const rows = project
    .read(file)
    .trim()
    .split('\n')
    .flatMap((line, i) => change(JSON.parse(line) as Line, i));
  project.write(file, rows.map((row) => JSON.stringify(row)).join('\n'));
}

/** Documents d00 to d05 are in English, the others in German; queries ask in the language of their own document. */
const language = (i: number) => (i % 12 < 6 ? 'en' : 'de');

function filter(project: BumpProject, filterOf: (i: number) => unknown): void {
  rewrite(project, 'data/corpus.jsonl', (line, i) => ({ ...line, metadata: { lang: language(i), pages: i } }));
  rewrite(project, 'data/queries.jsonl', (line, i) => ({ ...line, metadata: { filter: filterOf(i) } }));
}

describe('queries with a filter', () => {
  it('find documents that match only, in exact and in served search, and the report counts them', async () => {
    const project = new BumpProject();
    filter(project, (i) => ({ lang: i < 12 ? language(i) : [language(i), 'fr'] }));
    const { code, err } = await project.run('run');
    expect(err).toContain('Queries with a filter: 36 of 36');
    expect(code).toBe(0);
    const { dataset, index, shown } = evaluationOf(project);
    expect(dataset.filtered).toEqual({ queries: 36, empty: 0 });
    // Six documents match each query, so the lists end there and hold the relevant one.
    expect(servedRecall(evaluationOf(project))).toBe(1);
    expect(JSON.stringify(shown)).toContain('"d00"');
    expect(index['annRecall@10']?.new.mean).toBe(1);
    expect(project.read('reports/report.html')).toContain('36, 0 of them match no document');
  });

  it('work with chunks, by the metadata of each chunk', async () => {
    const project = new BumpProject();
    filter(project, (i) => ({ lang: language(i) }));
    rewrite(project, 'data/corpus.jsonl', (line) => [
      { ...line, _id: `${line._id}#0`, parent: line._id },
      { ...line, _id: `${line._id}#1`, parent: line._id, text: 'see also', metadata: { lang: 'fr' } },
    ]);
    const { code, err } = await project.run('run');
    expect(err).not.toContain('outside the filter');
    expect(code).toBe(0);
    expect(servedRecall(evaluationOf(project))).toBe(1);
  });

  it('of a value that nothing has are counted, and find nothing rather than pass by absence', async () => {
    const project = new BumpProject();
    filter(project, (i) => ({ lang: i % 2 === 0 ? language(i) : 'EN' }));
    const { err } = await project.run('run');
    expect(err).toContain('Queries whose filter matches no document: 18');
    expect(err).toContain('Relevant judgements outside the filter of their query: 18');
    const { dataset } = evaluationOf(project);
    expect(dataset.filtered).toEqual({ queries: 36, empty: 18 });
    expect(servedRecall(evaluationOf(project))).toBe(0.5);
  });

  it('of a value that nothing has, all of them, are no data set', async () => {
    const project = new BumpProject();
    filter(project, () => ({ lang: 'EN' }));
    const { code, err } = await project.run('run');
    expect(err).toContain('the filter of every query matches no document');
    expect(code).toBe(2);
  });

  it('are named by columns in a mapping', async () => {
    const project = new BumpProject();
    const csv = (head: string, row: (i: number) => string, count: number) =>
      `${head}\n${Array.from({ length: count }, (_, i) => row(i)).join('\n')}\n`;
    project.write(
      'c.csv',
      csv('id,text,lang', (i) => `d${i},number ${i},${language(i)}`, 12),
    );
    project.write(
      'q.csv',
      csv('id,text,lang', (i) => `q${i},number ${i},${i === 0 ? '' : language(i)}`, 12),
    );
    project.write(
      'j.csv',
      csv('query,document,grade', (i) => `q${i},d${i},1`, 12),
    );
    const config = project.read('cutover.yaml');
    const dataset = 'dataset: { corpus: { path: c.csv }, queries: { path: q.csv, filter: [lang] }, qrels: { path: j.csv } }\n';
    project.write('cutover.yaml', config.replace('dataset: data\n', dataset));
    await project.run('run');
    expect(evaluationOf(project).dataset.filtered).toEqual({ queries: 11, empty: 0 });
  });

  it('are refused by an engine that can not filter', async () => {
    const project = new BumpProject();
    filter(project, () => ({ lang: 'en' }));
    project.configure('one', 'two', 'search: { engine: usearch }\n');
    const { code, err } = await project.run('run');
    expect(err).toContain('usearch cannot filter');
    expect(code).toBe(2);
  });

  it('must name values', async () => {
    const project = new BumpProject();
    filter(project, () => ({ lang: [] }));
    const { code, err } = await project.run('run');
    expect(err).toContain('queries.jsonl:1: filter.lang must be a value');
    expect(code).toBe(2);
  });
});
