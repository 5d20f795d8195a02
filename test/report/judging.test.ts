import { describe, expect, it } from 'vitest';
import type { Judging } from '../../src/model/dataset.ts';
import { CASES } from './fixture-verdicts.ts';
import { render } from './page.ts';

const JUDGING: Judging = {
  imports: 2,
  since: '2026-01-31',
  last: '2026-02-03',
  judges: ['alice', '<b>bob'],
  added: 1234,
  replaced: 1,
  agreement: [
    { judges: ['<b>bob', 'alice'], pairs: 40, kappa: 0.8751 },
    { judges: ['alice', 'data set'], pairs: 3, kappa: null },
  ],
};

function page(judging?: Judging): string {
  const { evaluation } = CASES.pass;
  const dataset = judging === undefined ? evaluation.dataset : { ...evaluation.dataset, judging };
  return render('html', { ...CASES.pass, evaluation: { ...evaluation, dataset } });
}

describe('judging in the data set section', () => {
  it('says how often, since when, by whom and how far they agree', () => {
    const text = page(JUDGING);
    expect(text).toContain('2 times since 2026-01-31, last on 2026-02-03: 1,234 judgements added, 1 replaced.');
    expect(text).toContain('<bdi>&lt;b&gt;bob</bdi> and <bdi>alice</bdi>: 0.88 on 40 pairs');
    expect(text).toContain('<bdi>data set</bdi>: n/a on 3 pairs');
  });

  it('says nothing where nothing was imported', () => {
    expect(page()).not.toContain('Judged again');
  });
});
