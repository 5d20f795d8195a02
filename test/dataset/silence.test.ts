import { describe, expect, it } from 'vitest';
import { silenceOf } from '../../src/dataset/silence.ts';
import type { Qrels } from '../../src/model/dataset.ts';

function qrelsOf(queries: readonly Readonly<Record<string, number>>[]): Qrels {
  return new Map(queries.map((grades, i) => [`q${i}`, new Map(Object.entries(grades))]));
}

const ONE = Array.from({ length: 19 }, (_, i) => ({ [`d${i}`]: 1 }));

describe('what it means that a document is not listed', () => {
  it('not relevant where nearly every query has one right document, as in a known-item set', () => {
    expect(silenceOf(qrelsOf([...ONE, { a: 1, b: 2 }]), null)).toMatchObject({ means: 'complete', stated: false });
    expect(silenceOf(qrelsOf([...ONE, { a: 1, b: 2 }]), null)?.reason).toContain('known-item');
  });

  it('not relevant where only relevant documents are listed, and says that', () => {
    const found = silenceOf(qrelsOf([{ a: 1, b: 2 }, { c: 1 }]), null);
    expect(found).toMatchObject({ means: 'complete', stated: false });
    expect(found?.reason).not.toContain('known-item');
  });

  it('unknown where documents were judged and found not relevant, with grade 0 or below', () => {
    for (const grade of [0, -1]) expect(silenceOf(qrelsOf([...ONE, { a: 1, b: grade }]), null)?.means).toBe('pooled');
  });

  it('unknown where grades are made of clicks', () => {
    expect(silenceOf(qrelsOf(ONE), null, true)?.means).toBe('pooled');
  });

  it('what the data set says, whatever the judgements look like', () => {
    for (const means of ['complete', 'pooled', 'sampled'] as const)
      expect(silenceOf(qrelsOf([{ a: 1, b: 0 }]), means)).toMatchObject({ means, stated: true });
  });

  it('nothing without a judgement', () => {
    expect([silenceOf(null, 'pooled'), silenceOf(new Map(), null), silenceOf(qrelsOf([{}]), null)]).toEqual([null, null, null]);
  });
});
