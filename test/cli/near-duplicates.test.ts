import { expect, test } from 'vitest';
import { BumpProject, WORDS } from './bump-project.ts';

test('a known-item set whose right document has copies: their queries are counted and told', async () => {
  const project = new BumpProject();
  const copy = (id: string) => `${JSON.stringify({ _id: id, title: 'refund', text: 'all about the refund of a team' })}\n`;
  // Equal scores are ordered by id: of two copies, one before and one after, one outranks the right document.
  project.write('data/corpus.jsonl', copy('a00') + project.read('data/corpus.jsonl') + copy('z00'));
  const right = Array.from({ length: 36 }, (_, i) => `q${String(i).padStart(2, '0')}\td${String(i % WORDS.length).padStart(2, '0')}\t1`);
  project.write('data/qrels/test.tsv', `query-id\tcorpus-id\tscore\n${right.join('\n')}\n`);
  await project.run('run');
  const { nearDuplicates } = JSON.parse(project.read('reports/evaluation.json'));
  // Queries 0, 12 and 24 ask for the refund.
  expect(nearDuplicates).toEqual({ queries: 36, old: 3, new: 3 });
  expect(JSON.parse(project.read('reports/verdict.json')).reasons.join(' ')).toContain('for 3 of 36 queries with one right document');
});
