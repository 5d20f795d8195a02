import { describe, expect, it } from 'vitest';
import { waiverDraft } from '../../../src/features/review/import.ts';
import type { Evaluation } from '../../../src/model/evaluation.ts';
import type { Reviews } from '../../../src/model/review.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { BumpProject } from '../../cli/bump-project.ts';
import { CASES } from '../../report/fixture-verdicts.ts';

const { evaluation, verdict } = CASES.fail;
const note = (query: string, mark: 'fine' | 'regression' | 'judge', text = '') => ({ reviewer: 'ana', query, mark, note: text });

describe('a draft of waivers', () => {
  const [slice] = verdict.rules.filter(({ slice, decides, outcome }) => slice !== null && decides && outcome === 'fail');
  if (slice?.slice == null) throw new Error('The fixture has a slice that fails.');
  const { field, value } = slice.slice;
  const inside = evaluation.queries.ids.filter((_, i) => evaluation.queries.slices[field]?.[i] === value);
  const outside = evaluation.queries.ids.filter((id) => !inside.includes(id));

  it('has the checks of which reviewers found queries fine and none a regression, and a day on which it ends', async () => {
    const { parse } = await import('yaml');
    const notes = [note(inside[0] ?? '', 'fine', 'same answer: "in other words"'), note(outside[0] ?? '', 'regression')];
    const { waivers } = parse(waiverDraft(verdict, evaluation, notes, '2026-01-31') ?? '') as { waivers: Record<string, string>[] };
    expect(waivers).toEqual([
      {
        rule: 'nDCG@10 noHarm 0.05 on served',
        slice: `${field}=${value}`,
        owner: 'ana',
        reason: `${inside[0]}: same answer: "in other words"`,
        expires: '2026-03-02',
      },
    ]);
  });

  it('is none where a query is a regression, nobody called one fine, or nothing failed', () => {
    const all = evaluation.queries.ids;
    expect(waiverDraft(verdict, evaluation, [note(inside[0] ?? '', 'fine'), note(inside[1] ?? '', 'regression')], '2026-01-31')).toBeNull();
    expect(waiverDraft(verdict, evaluation, [note(all[0] ?? '', 'judge')], '2026-01-31')).toBeNull();
    expect(waiverDraft(CASES.pass.verdict, CASES.pass.evaluation, [note(all[0] ?? '', 'fine')], '2026-01-31')).toBeNull();
  });
});

describe('cutover review import', () => {
  it('makes marks notes of the report and refuses what is of another evaluation or no review', async () => {
    const project = new BumpProject();
    await project.run('run');
    const { evaluation: hash } = JSON.parse(project.read('reports/verdict.json')) as Verdict;
    const { queries } = JSON.parse(project.read('reports/evaluation.json')) as Evaluation;
    const [first = '', second = ''] = queries.ids;
    const exported = (marks: readonly object[], change: object = {}) =>
      JSON.stringify({ kind: 'cutover.review', schemaVersion: 1, evaluation: hash, reviewer: 'ana', marks, ...change });
    const before = project.read('reports/report.html');
    project.write(
      'review.json',
      exported([
        { query: first, mark: 'regression', note: '<b>lost</b> its article' },
        { query: second, mark: 'judge', note: '' },
      ]),
    );
    const { code, out, err } = await project.run('review', 'import', 'review.json');
    expect([code, out], err).toEqual([0, expect.stringContaining('2 marks imported, 2 in the report now; 1 regressions, 1 to judge')]);
    const page = project.read('reports/report.html');
    expect(page).toContain('What reviewers say');
    expect(page).toContain('&lt;b&gt;lost&lt;/b&gt; its article');
    expect(project.read('reports/summary.md')).toContain('&lt;b&gt;lost&lt;/b&gt; its article');

    // Another word of the same reviewer replaces the first; another reviewer's stays beside it.
    project.write('review.json', exported([{ query: first, mark: 'fine', note: '' }]));
    await project.run('review', 'import', 'review.json');
    project.write('review.json', exported([{ query: first, mark: null, note: 'hm' }], { reviewer: 'bo' }));
    await project.run('review', 'import', 'review.json');
    const { notes } = JSON.parse(project.read('reports/reviews.json')) as Reviews;
    expect(notes.filter(({ query }) => query === first).map(({ reviewer, mark, note: text }) => [reviewer, mark, text])).toEqual([
      ['ana', 'fine', ''],
      ['bo', null, 'hm'],
    ]);
    expect(notes).toHaveLength(3);

    const kept = project.read('reports/reviews.json');
    for (const [text, words] of [
      [exported([{ query: 'nobody', mark: 'fine', note: '' }]), /REVIEW_INVALID .*no query nobody/],
      [exported([{ query: first, mark: 'great', note: '' }]), /REVIEW_INVALID .*mark 1/],
      [exported([], { evaluation: 'f'.repeat(64) }), /REVIEW_FOREIGN .*another evaluation \(ffffffffffff\)/],
      ['[]', /REVIEW_INVALID .*not a cutover.review/],
      ['{', /REVIEW_INVALID/],
    ] as const) {
      project.write('review.json', text);
      const refused = await project.run('review', 'import', 'review.json');
      expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(words)]);
    }
    expect(project.read('reports/reviews.json')).toBe(kept);
    expect(before).not.toContain('What reviewers say');
  });
});
