import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consumerResult, flipsAt } from '../../../src/measure/consumers/consumer-result.ts';
import { type PairSample, roundedThreshold, stepsOf, thresholdEffect } from '../../../src/measure/consumers/threshold.ts';
import { keepsPassRate, keptQuantity, translateThreshold } from '../../../src/measure/consumers/threshold-translation.ts';
import { lossOverNoise } from '../../../src/measure/metrics/summary/overlapLossOverNoise.ts';
import { countUntranslated } from '../../../src/measure/metrics/summary/untranslatedConsumers.ts';
import type { Consumer } from '../../../src/model/config.ts';

const base: Consumer = {
  name: 'rag-floor',
  threshold: 0.8,
  pairs: 'query-document',
  among: 'top-k',
  k: 10,
  keep: 'pass-rate',
  tolerance: 0.02,
  usedBy: null,
  accepted: null,
};

function sample(scores: readonly number[], labels: readonly number[] | null = null, relevant?: number): PairSample {
  const seen = labels?.filter((label) => label === 1).length ?? 0;
  return { keys: scores.map((_, i) => `p${i}`), scores, labels, relevant: relevant ?? seen };
}

// Old passes 0.9 and 0.8 of four: pass rate 1/2, precision 1/2, recall 1/2 of 2.
const old = sample([0.9, 0.8, 0.7, 0.6], [1, 0, 1, 0]);

test('an effect, by hand', () => {
  const pairs = sample([0.9, 0.8, 0.7, 0.6], [1, -1, 1, 0], 4);
  expect(thresholdEffect(0.7, pairs)).toEqual({
    threshold: 0.7,
    passRate: 3 / 4,
    precision: 2 / 3,
    recall: 2 / 4,
    f1: 4 / 7,
    judgedShare: 2 / 3,
  });
  expect(thresholdEffect(1, pairs)).toEqual({ threshold: 1, passRate: 0, precision: null, recall: 0, f1: 0, judgedShare: null });
  expect(thresholdEffect(0, sample([0.5]))).toEqual({
    threshold: 0,
    passRate: 1,
    precision: null,
    recall: null,
    f1: null,
    judgedShare: null,
  });
});

describe('translation', () => {
  const fresh = sample([0.55, 0.5123456, 0.4, 0.3], [1, 1, 0, 0]);

  test.each([
    ['pass-rate', 0.5123, 1 / 2],
    // All four pass at 0.3 with precision 1/2, the old one; nothing lower lets more pass.
    ['precision', 0.3, 1 / 2],
    ['recall', 0.55, 1 / 2],
    ['f1', 0.5123, 1],
  ] as const)('keeps %s', (keep, threshold, kept) => {
    const { translated, whyUntranslated } = consumerResult({ ...base, keep }, old, fresh);
    expect(whyUntranslated).toBeNull();
    expect(translated?.threshold).toBe(threshold);
    expect(translated && keptQuantity(translated, keep)).toBe(kept);
  });

  test('keeps the precision at the lowest value, past a stretch that is worse', () => {
    const wavy = sample([0.9, 0.8, 0.7, 0.6, 0.5], [0, 0, 1, 1, 0]);
    expect(consumerResult({ ...base, keep: 'precision' }, old, wavy).translated?.threshold).toBe(0.6);
  });

  test('counts unjudged pairs as not relevant, and says how many were judged', () => {
    const { translated } = consumerResult({ ...base, keep: 'precision' }, old, sample([0.9, 0.8, 0.7], [1, -1, -1]));
    expect(translated).toMatchObject({ threshold: 0.8, precision: 1 / 2, judgedShare: 1 / 2 });
  });

  test('ties pass together: the nearest pass rate is taken, the stricter of equals', () => {
    const tied = sample([0.9, 0.5, 0.5, 0.1]);
    expect(consumerResult({ ...base, tolerance: 0.3 }, old, tied).translated).toMatchObject({ threshold: 0.9, passRate: 1 / 4 });
  });

  test('a pass rate that ties put out of reach is not translated', () => {
    const result = consumerResult(base, old, sample([0.5, 0.5, 0.5, 0.5]));
    expect(result.translated).toBeNull();
    expect(result.whyUntranslated).toBe(
      'The nearest pass rate that any value reaches is 0.0 % instead of 50.0 %, because pairs share one score.',
    );
  });

  test('a pass rate of none or all is kept by a value beyond every score', () => {
    const fresh = sample([0.55, 0.54999]);
    expect(consumerResult({ ...base, threshold: 0.95 }, old, fresh).translated).toMatchObject({ threshold: 0.5501, passRate: 0 });
    expect(consumerResult({ ...base, threshold: 0.1 }, old, fresh).translated).toMatchObject({ threshold: 0.5499, passRate: 1 });
  });

  test.each(['precision', 'recall', 'f1'] as const)('%s of nothing that passes can not be kept', (keep) => {
    const result = consumerResult({ ...base, keep, threshold: 0.95, accepted: 0.5 }, old, fresh);
    expect(result.translated).toBeNull();
    expect(result.whyUntranslated).toContain('No pair passes the old threshold 0.95');
    expect(result.withinTolerance).toBe(false);
  });

  test.each(['precision', 'recall', 'f1'] as const)('a %s of 0 would be kept by anything, so it is not translated', (keep) => {
    const none = sample([0.9, 0.8, 0.1], [0, -1, 1]);
    const result = consumerResult({ ...base, keep, accepted: 0.9 }, none, none);
    expect(result.whyUntranslated).toContain('is 0, which any value keeps');
    expect(result.withinTolerance).toBe(false);
  });

  test('a precision out of reach is not translated', () => {
    const result = consumerResult({ ...base, keep: 'precision' }, old, sample([0.9, 0.8, 0.7], [0, 0, 1]));
    expect(result.whyUntranslated).toBe('No value reaches the old precision of 50.0 % under the new version.');
  });

  test('no relevant pair known: recall is undefined', () => {
    const result = consumerResult({ ...base, keep: 'recall' }, sample([0.9], [0]), sample([0.9], [0]));
    expect(result.whyUntranslated).toContain('No pair is known to be relevant');
  });
});

describe('accepted values', () => {
  const fresh = sample([0.55, 0.5, 0.4, 0.3], [1, 0, 1, 0]);
  const within = (keep: Consumer['keep'], accepted: number | null, pairs = fresh) =>
    consumerResult({ ...base, keep, accepted }, old, pairs).withinTolerance;

  test('pass rate: not too many and not too few', () => {
    expect([0.5, 0.45, 0.55, 0.35, null].map((value) => within('pass-rate', value))).toEqual([true, true, false, false, false]);
  });

  test('precision: a value that cuts nearly everything is not within', () => {
    expect(within('precision', 0.5)).toBe(true);
    expect(within('precision', 0.55)).toBe(false);
    expect(within('precision', 0.9)).toBe(false);
  });

  test('precision: what the translated value reaches is within, though above the old one', () => {
    const better = sample([0.9, 0.8], [1, 1]);
    expect(consumerResult({ ...base, keep: 'precision', accepted: 0.8 }, old, better)).toMatchObject({
      withinTolerance: true,
      translated: { precision: 1 },
    });
  });

  test('recall: a value that cuts nothing is not within', () => {
    expect([0.55, 0.3, 0.6].map((value) => within('recall', value))).toEqual([true, false, false]);
  });

  test('a decimal tolerance holds at its edge', () => {
    const fifty = sample(Array.from({ length: 50 }, (_, i) => i / 50));
    const result = consumerResult({ ...base, threshold: 0.5, accepted: 0.52 }, fifty, fifty);
    expect(result.accepted?.passRate).toBeCloseTo(result.before.passRate - 0.02, 12);
    expect(result.withinTolerance).toBe(true);
  });

  test('tiny pass rates: within the tolerance is not enough, half to twice is asked', () => {
    // 2 of 312 pairs pass; a tolerance of 0.02 would let 0 to 8 pass.
    const many = sample(Array.from({ length: 312 }, (_, i) => 1 - i / 312));
    const passing = (count: number) => consumerResult({ ...base, threshold: 1 - 1.5 / 312, accepted: 1 - (count - 0.5) / 312 }, many, many);
    expect(passing(2).before.passRate).toBe(2 / 312);
    expect([0, 1, 2, 3, 4, 5, 8].map((count) => passing(count).withinTolerance)).toEqual([false, true, true, true, true, false, false]);
  });

  test('a pass rate that ties put beyond half or twice is not translated', () => {
    const many = sample(Array.from({ length: 312 }, (_, i) => 1 - i / 312));
    const tied = sample(Array.from({ length: 312 }, (_, i) => (i < 5 ? 0.9 : 0.5 - i / 1000)));
    const result = consumerResult({ ...base, threshold: 1 - 1.5 / 312 }, many, tied);
    expect(result.translated).toBeNull();
    expect(result.whyUntranslated).toContain('because pairs share one score');
  });

  test('half a pair always counts as kept: no value comes nearer', () => {
    expect(keepsPassRate(0, 0, 0, 10)).toBe(true);
    expect(keepsPassRate(0.05, 0, 0, 10)).toBe(true);
    expect(keepsPassRate(0.05, 0, 0.02, 1000)).toBe(false);
    expect(keepsPassRate(0.5, 0.53, 0.02, 1000)).toBe(false);
  });

  test('countUntranslated counts what is not within', () => {
    expect(countUntranslated([{ withinTolerance: true }, { withinTolerance: false }])).toBe(1);
  });
});

test('flips are counted over pairs that both versions see', () => {
  const before = { keys: ['a', 'b', 'c', 'gone'], scores: [0.9, 0.8, 0.1, 0.9] };
  const after = { keys: ['new', 'c', 'b', 'a'], scores: [0.9, 0.85, 0.8, 0.79] };
  expect(flipsAt(0.8, { ...before, labels: null, relevant: 0 }, { ...after, labels: null, relevant: 0 })).toEqual({
    common: 3,
    lost: 1,
    gained: 1,
  });
});

describe('bad input', () => {
  test('no pairs, or no labels for what needs them', () => {
    expect(() => consumerResult(base, sample([]), old)).toThrow('Consumer rag-floor has no pairs to look at under the old version.');
    expect(() => consumerResult(base, old, sample([]))).toThrow('under the new version');
    expect(() => consumerResult({ ...base, keep: 'recall' }, old, sample([0.5]))).toThrow('wants its recall kept');
  });

  test('scores that are not finite, columns of different length, pairs listed twice, too few relevant', () => {
    expect(() => consumerResult(base, old, sample([Number.NaN]))).toThrow('The score of pair p0 is not a finite number.');
    expect(() => thresholdEffect(0.5, { ...old, keys: ['a'] })).toThrow(RangeError);
    expect(() => thresholdEffect(0.5, { ...old, labels: [1] })).toThrow(RangeError);
    expect(() => thresholdEffect(0.5, { ...old, relevant: 1 })).toThrow(RangeError);
    expect(() => thresholdEffect(0.5, sample([]))).toThrow(RangeError);
    expect(() => flipsAt(0.5, { ...sample([1, 2]), keys: ['a', 'a'] }, sample([1]))).toThrow(RangeError);
    expect(() => flipsAt(0.5, sample([1]), { ...sample([1, 2]), keys: ['a', 'a'] })).toThrow(RangeError);
  });
});

describe('rounded values', () => {
  test.each([
    [0.712345, 0.7, 0.7123],
    [0.7, 0.5, 0.7],
    [0.71239, 0.71231, 0.71239],
    [0.712399, 0.71231, 0.71239],
    [-0.25001, -0.3, -0.2501],
    [Number.POSITIVE_INFINITY, 0.85, 0.8501],
    [0.3, Number.NEGATIVE_INFINITY, 0.3],
    [12345.678901, 12345, 12345.6789],
  ])('between %d and %d: %d', (score, below, value) => {
    expect(roundedThreshold({ score, below })).toBe(value);
  });

  test('scores beyond decimals are told apart still', () => {
    const [score, below] = [1e-20, 0];
    expect(roundedThreshold({ score, below })).toBe(score);
    expect(roundedThreshold({ score: Number.POSITIVE_INFINITY, below: 1e300 })).toBeGreaterThan(1e300);
  });
});

describe('properties', () => {
  const pair = fc.record({ score: fc.float({ min: -1, max: 1, noNaN: true }), label: fc.constantFrom(-1, 0, 1) });
  const pairs = fc.array(pair, { minLength: 1, maxLength: 40 }).map((list) =>
    sample(
      list.map(({ score }) => score),
      list.map(({ label }) => label),
    ),
  );

  test('every step, rounded, decides every pair as the step does', () => {
    fc.assert(
      fc.property(pairs, (seen) => {
        const steps = stepsOf(seen);
        expect(steps[0]?.passing).toBe(0);
        expect(steps.at(-1)?.passing).toBe(seen.scores.length);
        for (const step of steps) {
          const value = roundedThreshold(step);
          expect(Number.isFinite(value)).toBe(true);
          expect(thresholdEffect(value, seen).passRate).toBe(step.passing / seen.scores.length);
        }
      }),
    );
  });

  test('a translated value keeps its promise, as measured again', () => {
    const keep = fc.constantFrom('pass-rate', 'precision', 'recall', 'f1' as const);
    fc.assert(
      fc.property(pairs, pairs, keep, fc.double({ min: -1, max: 1, noNaN: true }), (before, after, kept, threshold) => {
        const consumer = { ...base, keep: kept as Consumer['keep'], threshold };
        const effect = thresholdEffect(threshold, before);
        const { translated, whyUntranslated } = translateThreshold(consumer, effect, after);
        if (translated === null) {
          expect(whyUntranslated).not.toBe('');
          return;
        }
        expect(thresholdEffect(translated.threshold, after)).toEqual(translated);
        const [target, reached] = [keptQuantity(effect, consumer.keep) as number, keptQuantity(translated, consumer.keep) as number];
        if (kept === 'pass-rate') expect(Math.abs(reached - target)).toBeLessThanOrEqual(Math.max(0.02, 0.5 / after.scores.length) + 1e-12);
        else expect(reached).toBeGreaterThanOrEqual(target - 1e-12);
        if (whyUntranslated === null) {
          const result = consumerResult({ ...consumer, tolerance: 1, accepted: translated.threshold }, before, after);
          expect(result.withinTolerance).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('nothing changes, nothing to translate', () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: -1, max: 1, noNaN: true }), (seen, threshold) => {
        const result = consumerResult({ ...base, threshold, accepted: threshold }, seen, seen);
        expect(result.flips).toEqual({ common: seen.scores.length, lost: 0, gained: 0 });
        expect(result.translated?.passRate).toBe(result.before.passRate);
        expect(result.withinTolerance).toBe(true);
      }),
    );
  });
});

test('lossOverNoise is a multiple of a floor of at least 1/k', () => {
  expect(lossOverNoise(0.4, 0.2, 10)).toBeCloseTo(3, 12);
  expect(lossOverNoise(0.4, 0, 10)).toBeCloseTo(6, 12);
  expect(() => lossOverNoise(1.1, 0, 10)).toThrow(RangeError);
  expect(() => lossOverNoise(0.4, 0, 0)).toThrow(RangeError);
});
