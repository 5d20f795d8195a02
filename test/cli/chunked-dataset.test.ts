import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgedDocuments } from '../../src/dataset/parents.ts';
import type { Document } from '../../src/model/dataset.ts';
import type { Evaluation } from '../../src/model/evaluation.ts';
import { BumpProject } from './bump-project.ts';

const evaluationOf = (project: BumpProject): Evaluation => JSON.parse(project.read('reports/evaluation.json')) as Evaluation;

/** Splits each document of the project's corpus into chunks; judgements stay those of the documents. */
function chunk(project: BumpProject): void {
  const documents = project
    .read('data/corpus.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { _id: string; title: string; text: string });
  const chunks = documents.flatMap(({ _id, title, text }) =>
    [text, `more of the ${title}`, 'see also other pages'].map((part, i) => ({ _id: `${_id}#${i}`, title, text: part, parent: _id })),
  );
  project.write('data/corpus.jsonl', chunks.map((row) => JSON.stringify(row)).join('\n'));
}

describe('chunked documents', () => {
  it('are judged by their parents in runs, quality and report, while the index is measured over chunks', async () => {
    const project = new BumpProject();
    chunk(project);
    const { code, err } = await project.run('run');
    expect(err).toContain('Documents are chunked: 36 chunks of 12 judged documents.');
    expect(err).not.toContain('error');
    expect(code).toBe(0);
    const evaluation = evaluationOf(project);
    expect(evaluation.dataset).toMatchObject({ documents: 36, parents: 12, judgements: 36 * 12 });
    expect(evaluation.search?.kUsed).toBe(12);
    // Every list holds each judged document once: recall at the number of parents is whole.
    const recall = (evaluation.quality as Record<string, { exact?: { new: { mean: number } } }>)['R@100'];
    expect(recall?.exact?.new.mean).toBe(1);
    expect(evaluation.shown.documents.ids.every((id) => /^d\d\d$/.test(id))).toBe(true);
    expect(evaluation.index['annRecall@10']?.new.mean).toBeGreaterThan(0.9);
    expect(readFileSync(join(project.folder, 'reports/report.html'), 'utf8')).toContain('Chunks, each found by itself');
  });
});

describe('without judgements', () => {
  it('a policy with rules of quality is not passed, and the reason names what is missing', async () => {
    const project = new BumpProject();
    rmSync(join(project.folder, 'data/qrels'), { recursive: true });
    const { code, err } = await project.run('run');
    expect(code).toBe(1);
    expect(err).toContain('no relevance judgements');
  });

  it('a policy of what can be known decides, and the report says what it does not know', async () => {
    const project = new BumpProject();
    rmSync(join(project.folder, 'data/qrels'), { recursive: true });
    project.write('policy.yaml', 'rules:\n  - { metric: annRecall@10, atLeast: 0.9 }\n  - { metric: overlap@10, atLeast: 0.1 }\n');
    const { code, err } = await project.run('run');
    expect(err).not.toContain('error');
    expect(code).toBe(0);
    expect(err).toContain('quality is not measured');
    expect(evaluationOf(project).quality).toEqual({ notApplicable: 'the data set has no relevance judgements' });
  });
});

it('shows of a chunked document the first title and all texts', () => {
  const documents: Document[] = [
    { id: 'c1', title: 'T', text: 'one', parent: 'p' },
    { id: 'c2', title: 'U', text: 'two', parent: 'p' },
  ];
  expect(judgedDocuments({ documents })).toEqual([{ id: 'p', title: 'T', text: 'one\n\ntwo' }]);
});
