import { expect, test } from 'vitest';
import { checkHalf, outOfSample } from '../../../src/measure/consumers/out-of-sample.ts';
import { consumer, drawnSides, type Need, sidesOf } from './scene.ts';

const [FIRST, SECOND] = [Int32Array.of(0), Int32Array.of(1)];

// Need 0 keeps its precision of 1 at 0.5. Need 1 has 2/3 today; at 0.5 all four of its pairs pass, 2 of 4 relevant.
const first: Need = [
  [0.9, 0.6, 1],
  [0.8, 0.5, 1],
  [0.4, 0.2, 0],
];
const second: Need = [
  [0.9, 0.7, 1],
  [0.8, 0.6, 1],
  [0.7, 0.55, 0],
  [0.1, 0.5, 0],
];

test('one half gives the value, the other says what it keeps, by hand', () => {
  const sides = sidesOf([first, second]);
  const there = checkHalf(consumer, sides, { choosing: FIRST, checking: SECOND }, 7);
  expect(there).toEqual({ before: 2 / 3, kept: 2 / 4, missed: true });
  // Need 1 keeps 2/3 down to 0.55, which lets one pair of need 0 through.
  const back = checkHalf(consumer, sides, { choosing: SECOND, checking: FIRST }, 7);
  expect(back).toEqual({ before: 1, kept: 1, missed: false });
});

test('the tolerance decides what a miss is, and a pass rate may miss upwards', () => {
  const sides = sidesOf([first, second]);
  const halves = { choosing: FIRST, checking: SECOND };
  expect(checkHalf({ ...consumer, tolerance: 1 / 6 }, sides, halves, 7)?.missed).toBe(false);
  expect(checkHalf({ ...consumer, tolerance: 0.16 }, sides, halves, 7)?.missed).toBe(true);
  // 2 of 3 pass in need 0, so 0.5; of need 1 then 4 of 4 instead of 3 of 4.
  const rate = { ...consumer, keep: 'pass-rate' } as const;
  expect(checkHalf(rate, sides, halves, 7)).toEqual({ before: 3 / 4, kept: 1, missed: true });
  expect(checkHalf({ ...rate, tolerance: 0.25 }, sides, halves, 7)?.missed).toBe(false);
});

test('a half without a value, or without the quantity, checks nothing', () => {
  const nothing: Need = [[0.1, 0.1, 0]];
  const sides = sidesOf([nothing, first]);
  expect(checkHalf(consumer, sides, { choosing: FIRST, checking: SECOND }, 7)).toBeNull();
  expect(checkHalf(consumer, sides, { choosing: SECOND, checking: FIRST }, 7)).toBeNull();
});

test('needs that agree never miss', () => {
  const sides = sidesOf(Array.from({ length: 20 }, () => first));
  expect(outOfSample(consumer, sides, 7)).toEqual({ splits: 100, checks: 200, before: 1, kept: 1, missed: 0, withinTolerance: true });
});

test('too few needs, and halves that mostly have no value, give the reason', () => {
  expect(outOfSample(consumer, sidesOf(Array.from({ length: 19 }, () => first)), 7)).toEqual({
    notApplicable: 'Two halves to choose and to check on need 20 needs or items, not 19.',
  });
  const one = [first, ...Array.from({ length: 19 }, (): Need => [[0.1, 0.1, 0]])];
  expect(outOfSample(consumer, sidesOf(one), 7)).toEqual({
    notApplicable: 'Only 0 of 200 halves give a value that the other half can check.',
  });
});

test('a value that misses on other needs is seen, the same for the same seed', () => {
  const sides = drawnSides(40, 1);
  const found = outOfSample(consumer, sides, 7);
  expect(found).toMatchObject({ splits: 100, withinTolerance: false });
  const { missed = 0, checks = 0 } = 'missed' in found ? found : {};
  expect(missed).toBeGreaterThan(0.2);
  expect(missed).toBeLessThanOrEqual(1);
  // A share of the checks.
  expect(missed * checks).toBeCloseTo(Math.round(missed * checks), 9);
  expect(outOfSample(consumer, sides, 7)).toEqual(found);
  expect(outOfSample(consumer, sides, 8)).not.toEqual(found);
  const surer = outOfSample({ ...consumer, bound: 'lower', tolerance: 0.1 }, sides, 7);
  expect(surer).toMatchObject({ splits: 20 });
});
