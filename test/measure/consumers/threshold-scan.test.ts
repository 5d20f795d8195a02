import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PairSample, thresholdEffect } from '../../../src/measure/consumers/threshold.ts';
import { type RankedPairs, rankedPairs, weightedShares, weightedTranslation } from '../../../src/measure/consumers/threshold-scan.ts';
import { keptQuantity, translateThreshold } from '../../../src/measure/consumers/threshold-translation.ts';
import type { Consumer, ConsumerKeep } from '../../../src/model/config.ts';

function sample(scores: readonly number[], labels: readonly number[] | null): PairSample {
  const relevant = labels?.filter((label) => label === 1).length ?? 0;
  return { keys: scores.map((_, i) => `p${i}`), scores, labels, relevant };
}

/** Pairs in groups, recall's denominator counted from their labels. */
function grouped(pairs: PairSample, groups: readonly number[], count: number): RankedPairs {
  const existing = new Float64Array(count);
  groups.forEach((group, i) => {
    if (pairs.labels?.[i] === 1) existing[group] = (existing[group] ?? 0) + 1;
  });
  return rankedPairs(pairs, Int32Array.from(groups), existing);
}

// Group 0: 0.9 relevant, 0.6 not. Group 1: 0.8 not, 0.7 relevant.
const pairs = grouped(sample([0.9, 0.8, 0.7, 0.6], [1, 0, 1, -1]), [0, 1, 1, 0], 2);

describe('shares under weights, by hand', () => {
  it('count a group as often as it was drawn', () => {
    expect(weightedShares(0.75, pairs, [1, 1])).toEqual({ 'pass-rate': 2 / 4, precision: 1 / 2, recall: 1 / 2, f1: 2 / 4 });
    expect(weightedShares(0.75, pairs, [2, 0])).toEqual({ 'pass-rate': 2 / 4, precision: 1, recall: 1, f1: 1 });
    expect(weightedShares(0.75, pairs, [0, 2])).toEqual({ 'pass-rate': 2 / 4, precision: 0, recall: 0, f1: 0 });
    expect(weightedShares(1, pairs, [1, 1])).toEqual({ 'pass-rate': 0, precision: null, recall: 0, f1: 0 });
  });

  it('are null without pairs, and without labels but for the pass rate', () => {
    expect(weightedShares(0.75, pairs, [0, 0])['pass-rate']).toBeNull();
    const bare = grouped(sample([0.9, 0.5], null), [0, 1], 2);
    expect(weightedShares(0.75, bare, [1, 1])).toEqual({ 'pass-rate': 1 / 2, precision: null, recall: null, f1: null });
  });

  it('refuse groups that are not one a pair', () => {
    expect(() => rankedPairs(sample([0.5], null), Int32Array.of(0, 1), new Float64Array(2))).toThrow(RangeError);
  });
});

describe('translation under weights, by hand', () => {
  it('is a score that was drawn', () => {
    expect(weightedTranslation('pass-rate', 0.5, pairs, [1, 1])).toBe(0.8);
    // Only group 0 is left: 0.9 passes half of its pairs.
    expect(weightedTranslation('pass-rate', 0.5, pairs, [2, 0])).toBe(0.9);
    expect(weightedTranslation('recall', 0.5, pairs, [1, 1])).toBe(0.9);
    expect(weightedTranslation('recall', 0.5, pairs, [0, 2])).toBe(0.7);
    // The lowest whose precision holds: all four pass with 2 of 4.
    expect(weightedTranslation('precision', 0.5, pairs, [1, 1])).toBe(0.6);
    expect(weightedTranslation('f1', 0.5, pairs, [1, 1])).toBe(0.7);
  });

  it('is null where nothing was drawn or nothing keeps it', () => {
    expect(weightedTranslation('pass-rate', 0.5, pairs, [0, 0])).toBeNull();
    expect(weightedTranslation('precision', 0.9, pairs, [0, 2])).toBeNull();
  });
});

describe('properties', () => {
  const pair = fc.record({ score: fc.integer({ min: 0, max: 20 }).map((n) => n / 20), label: fc.constantFrom(-1, 0, 1), group: fc.nat(3) });
  const many = fc.array(pair, { minLength: 1, maxLength: 30 });
  const keep = fc.constantFrom<ConsumerKeep>('pass-rate', 'precision', 'recall', 'f1');

  it('equal weights give what the plain functions give', () => {
    fc.assert(
      fc.property(many, many, keep, fc.double({ min: 0, max: 1, noNaN: true }), (before, after, kept, threshold) => {
        const [old, fresh] = [before, after].map((list) =>
          sample(
            list.map(({ score }) => score),
            list.map(({ label }) => label),
          ),
        ) as [PairSample, PairSample];
        const scanned = grouped(
          fresh,
          after.map(({ group }) => group),
          4,
        );
        const effect = thresholdEffect(threshold, fresh);
        const shares = weightedShares(threshold, scanned, [1, 1, 1, 1]);
        expect([shares['pass-rate'], shares.precision, shares.recall, shares.f1]).toEqual([
          effect.passRate,
          effect.precision,
          effect.recall,
          effect.f1,
        ]);
        const consumer = { keep: kept, tolerance: 1, threshold } as Consumer;
        const today = thresholdEffect(threshold, old);
        const { translated } = translateThreshold(consumer, today, fresh);
        const target = keptQuantity(today, kept);
        // A value beyond every score is none that a scan of scores can find.
        if (translated === null || target === null || translated.passRate === 0) return;
        const found = weightedTranslation(kept, target, scanned, [1, 1, 1, 1]);
        expect(found).not.toBeNull();
        expect(thresholdEffect(found ?? 0, fresh).passRate).toBe(translated.passRate);
      }),
      { numRuns: 500 },
    );
  });

  it('a weight of two is the pairs listed twice', () => {
    fc.assert(
      fc.property(many, keep, fc.double({ min: 0, max: 1, noNaN: true }), (list, kept, target) => {
        const of = (shown: typeof list) =>
          grouped(
            sample(
              shown.map(({ score }) => score),
              shown.map(({ label }) => label),
            ),
            shown.map(({ group }) => group),
            4,
          );
        const doubled = [...list, ...list.filter(({ group }) => group === 0)];
        expect(weightedTranslation(kept, target, of(list), [2, 1, 1, 1])).toBe(
          weightedTranslation(kept, target, of(doubled), [1, 1, 1, 1]),
        );
      }),
    );
  });
});
