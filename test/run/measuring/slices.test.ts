import { describe, expect, it } from 'vitest';
import { columnOf } from '../../../src/measure/columns.ts';
import type { QueryTable } from '../../../src/model/evaluation.ts';
import { sliceResults } from '../../../src/run/measuring/slices.ts';

function table(slices: QueryTable['slices'], automatic: QueryTable['automatic'] = {}): QueryTable {
  return { ids: NEEDS.map((_, i) => `q${i}`), needs: NEEDS, slices, automatic, judged: NEEDS.map(() => true), texts: NEEDS.map(() => '') };
}

const NEEDS = Array.from({ length: 24 }, (_, i) => `n${i}`);
const STYLE = NEEDS.map((_, i) => (i < 2 ? 'tiny' : i < 12 ? 'ten' : 'twelve'));
const NO_SCORES = { old: NEEDS.map(() => null), new: NEEDS.map(() => null) };
const NOTHING = { quality: { notApplicable: 'no judgements' }, neighbours: {} };

describe('what a slice holds', () => {
  it('without judgements slices keep neighbours and scores', () => {
    const scores = { old: NEEDS.map((_, i) => 0.8 + i / 1000), new: NEEDS.map(() => 0.6) };
    const overlap = { 'overlap@10': { served: columnOf(NEEDS.map((_, i) => (i < 2 ? 0.2 : 0.6))) } };
    const results = sliceResults(table({ style: STYLE }), { ...NOTHING, neighbours: overlap }, scores);
    expect(results[1]).toMatchObject({ value: 'tiny', queries: 2, quality: {}, neighbours: { 'overlap@10': { served: 0.2 } } });
    expect(results[1]?.topScores?.old.mean).toBeCloseTo(0.8005, 12);
    expect(results[1]?.topScores?.distances.ks).toBe(1);
  });

  it('declared ones come first, then by field and value: which lost most is up to the policy', () => {
    const results = sliceResults(table({ topic: STYLE, style: STYLE }, { length: STYLE }), NOTHING, NO_SCORES);
    expect(results.map(({ field, value, automatic }) => `${field} ${value}${automatic ? ' found' : ''}`)).toEqual([
      'style ten',
      'style tiny',
      'style twelve',
      'topic ten',
      'topic tiny',
      'topic twelve',
      'length ten found',
      'length tiny found',
      'length twelve found',
    ]);
  });

  it('queries without a value are left out of its means', () => {
    const old = columnOf(NEEDS.map((_, i) => (i === 0 ? null : 0.5)));
    const columns = { quality: { 'nDCG@10': { served: { old, new: columnOf(NEEDS.map(() => 0.75)) } } }, neighbours: {} };
    const [, tiny] = sliceResults(table({ style: STYLE }), columns, NO_SCORES);
    expect(tiny?.quality).toEqual({ 'nDCG@10': { served: { old: 0.5, new: 0.75 } } });
  });
});
