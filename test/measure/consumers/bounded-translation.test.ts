import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { boundedTranslation, withLowerBound } from '../../../src/measure/consumers/bounded-translation.ts';
import { consumerResult } from '../../../src/measure/consumers/consumer-result.ts';
import { groupedSides } from '../../../src/measure/consumers/grouped-pairs.ts';
import { quantitiesAt, weightedShares, weightedTranslation } from '../../../src/measure/consumers/threshold-scan.ts';
import type { Consumer } from '../../../src/model/config.ts';
import { consumer, drawnSides, everyGroup, type Need, pairsOf, sidesOf } from './scene.ts';

const bounded: Consumer = { ...consumer, bound: 'lower' };

function resultOf(needs: readonly Need[], given: Partial<Consumer> = {}) {
  const pairs = pairsOf(needs);
  const plain = consumerResult({ ...bounded, ...given }, pairs.old.sample, pairs.new.sample);
  return { plain, own: withLowerBound(plain, groupedSides(pairs), pairs.new.sample, 7) };
}

test('what is kept at each place, by hand', () => {
  const sides = sidesOf([
    [
      [0.9, 0.6, 1],
      [0.8, 0.5, 0],
    ],
    [
      [0.9, 0.7, 1],
      [0.1, 0.4, 1],
    ],
  ]);
  // In the order of the new scores: need 1 relevant, need 0 relevant, need 0 not, need 1 relevant; need 1 counts twice.
  expect(quantitiesAt('precision', sides.new, [1, 2], [0, 1, 2, 3, 4])).toEqual([null, 1, 1, 3 / 4, 5 / 6]);
  expect(quantitiesAt('recall', sides.new, [1, 2], [1, 4])).toEqual([2 / 5, 1]);
  expect(quantitiesAt('pass-rate', sides.new, [1, 2], [1, 3])).toEqual([2 / 6, 4 / 6]);
  expect(quantitiesAt('pass-rate', sides.new, [0, 0], [1])).toEqual([null]);
});

// Every need alike: nothing varies, so the bounds are the differences themselves.
const alike: Need = [
  [0.9, 0.6, 1],
  [0.8, 0.5, 0],
  [0.6, 0.4, 1],
  [0.5, 0.3, 0],
];

test('where all needs agree, the bound is the estimate and the value the plain one', () => {
  const { plain, own } = resultOf(
    Array.from({ length: 20 }, () => alike),
    { accepted: 0.5 },
  );
  // The lowest value with a precision of 1/2 lets all four pass.
  expect(plain.translated?.threshold).toBe(0.3);
  expect(own).toMatchObject({ translated: plain.translated, withinTolerance: true, whyUntranslated: null });
  expect(own.keptBounds).toEqual({
    confidence: 0.95,
    resamples: 1000,
    translated: { lower: 0, upper: 0 },
    accepted: { lower: 0, upper: 0 },
  });
  // With 0.85 today's precision is 1; at 0.5 it is 1/2.
  const half = resultOf(
    Array.from({ length: 20 }, () => alike),
    { threshold: 0.85, accepted: 0.5 },
  ).own;
  expect(half.keptBounds?.accepted).toEqual({ lower: -1 / 2, upper: -1 / 2 });
  expect(half.withinTolerance).toBe(false);
});

test('a precision that holds again below a place where it fails is not taken', () => {
  const dip: Need = alike.map(([old, fresh], i) => [old, fresh, i === 0 || i === 3 ? 1 : 0]);
  const { plain, own } = resultOf(Array.from({ length: 20 }, () => dip));
  // 1, 1/2, 1/3 and 1/2 from the strictest on.
  expect(plain.translated?.threshold).toBe(0.3);
  expect(own.translated).toMatchObject({ threshold: 0.5, precision: 1 / 2 });
});

test('fewer than 20 needs have no bound, so nothing is accepted or proposed', () => {
  const { plain, own } = resultOf(
    Array.from({ length: 19 }, () => alike),
    { accepted: 0.5 },
  );
  expect(plain.withinTolerance).toBe(true);
  expect(own).toMatchObject({
    translated: null,
    whyUntranslated: 'A bound of the old precision of 50.0 % needs 20 needs or items, not 19.',
    withinTolerance: false,
    keptBounds: { translated: null, accepted: null },
  });
});

/** 30 needs of one pair that passes today; under the new version a fifth of them is far below the others. */
const rare = Array.from(
  { length: 30 },
  (_, n): Need => [
    [0.9, n % 5 === 0 ? 0.2 : 0.6, 1],
    [0.1, 0.1, 0],
  ],
);

test('an accepted value whose estimate holds but whose bound does not is refused', () => {
  // 24 of 30 relevant pairs still pass 0.6: recall 0.8, 0.2 lower than today.
  const { plain, own } = resultOf(rare, { keep: 'recall', tolerance: 0.2, accepted: 0.6 });
  expect(plain).toMatchObject({ accepted: { recall: 0.8 }, withinTolerance: true });
  expect(own.withinTolerance).toBe(false);
  // The share that is lost is binomial: of 30 draws at 1/5, no more than 10 in 95 of 100 resamples.
  expect(own.keptBounds?.accepted?.lower).toBeCloseTo(-10 / 30, 12);
  expect(resultOf(rare, { keep: 'recall', tolerance: 0.34, accepted: 0.6 }).own.withinTolerance).toBe(true);
});

test('a pass rate may miss on neither side', () => {
  const given = { keep: 'pass-rate', accepted: 0.6, threshold: 0.8 } as const;
  // 30 of 60 pairs pass today, 24 of 60 then: −0.1, and −10/60 at its bound.
  const { own } = resultOf(rare, { ...given, tolerance: 0.1 });
  expect(own.keptBounds?.accepted?.lower).toBeCloseTo(-10 / 60, 12);
  expect(own.withinTolerance).toBe(false);
  expect(resultOf(rare, { ...given, tolerance: 0.17 }).own.withinTolerance).toBe(true);
  const wider = Array.from(
    { length: 30 },
    (_, n): Need => [
      [0.9, 0.6, 1],
      [0.1, n % 5 === 0 ? 0.6 : 0.1, 0],
    ],
  );
  expect(resultOf(wider, { ...given, tolerance: 0.1 }).own.withinTolerance).toBe(false);
  expect(resultOf(wider, { ...given, tolerance: 0.18 }).own.withinTolerance).toBe(true);
});

test('where no bound holds, the reason says with what confidence', () => {
  const apart = Array.from(
    { length: 30 },
    (_, n): Need => [
      [0.9, 0.6, n % 2],
      [0.1, 0.7, (n + 1) % 2],
    ],
  );
  const { own } = resultOf(apart, { tolerance: 0.01 });
  expect(own.translated).toBeNull();
  expect(own.whyUntranslated).toBe('No value is within 1.0 % of the old precision of 50.0 % with 95 % confidence on 30 needs or items.');
});

test('simulated: the plain value misses often, the bounded one no more often than stated', () => {
  const population = drawnSides(500, 999);
  const all = new Float64Array(population.groups).fill(1);
  const target = weightedShares(consumer.threshold, population.old, all).precision ?? 0;
  const misses = (score: number | null): boolean =>
    score !== null && (weightedShares(score, population.new, all).precision ?? 0) < target - consumer.tolerance;
  const SAMPLES = 100;
  let [plain, surer, proposed] = [0, 0, 0];
  for (let seed = 0; seed < SAMPLES; seed++) {
    const sides = drawnSides(30, seed);
    const weights = new Float64Array(30).fill(1);
    const before = weightedShares(consumer.threshold, sides.old, weights).precision ?? 0;
    if (misses(weightedTranslation('precision', before, sides.new, weights))) plain++;
    const random = seededRandom(seed, 'simulated');
    const score = boundedTranslation(bounded, sides, { members: everyGroup(sides), resamples: 200, random });
    if (score !== null) proposed++;
    if (misses(score)) surer++;
  }
  expect(plain).toBeGreaterThanOrEqual(15);
  expect(surer).toBeLessThanOrEqual(5);
  expect(proposed).toBeGreaterThanOrEqual(50);
});
