import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { redrawing } from '../../../src/measure/stats/redrawing.ts';

const NONE = { value: 0, weight: 0 };

function drawn(values: readonly number[], unseen = NONE, draws = 400) {
  const counts = new Float64Array(values.length).fill(1);
  return redrawing({ values: Float64Array.from(values), counts, unseen, draws, random: seededRandom(7, 'redrawing') });
}

/** Mean over all that is drawn at a true mean. */
function meanOf(values: readonly number[], mean: number, unseen = NONE): number {
  let sum = 0;
  const all = [...values, unseen.value];
  drawn(values, unseen).share(mean, (picks) => {
    sum += picks.reduce((total, place) => total + (all[place] ?? Number.NaN), 0) / picks.length;
    return true;
  });
  return sum / 400;
}

describe('redrawing', () => {
  it('draws from a population with the mean asked for, of what the sample has', () => {
    const values = [-0.5, -0.1, 0, 0, 0, 0, 0.1, 0.6];
    for (const mean of [-0.2, 0, 0.1]) expect(meanOf(values, mean)).toBeCloseTo(mean, 1);
    // By hand: of −1 and 1 the mean −0.5 takes three in four that are −1.
    let low = 0;
    drawn([-1, 1]).share(-0.5, (picks) => {
      low += picks.filter((place) => place === 0).length / picks.length;
      return true;
    });
    expect(low / 400).toBeCloseTo(0.75, 1);
  });

  it('has no population with a mean that its needs cannot have, unless one unlike them is added', () => {
    expect(drawn([0, 0, 0.2]).share(-0.1, () => true)).toBeNull();
    expect(meanOf([0, 0, 0.2], -0.1, { value: -0.5, weight: 0.4 })).toBeCloseTo(-0.1, 1);
    expect(drawn([0, 0, 0]).share(0, () => true)).toBeNull();
  });

  it('a lower mean draws no higher value, and the smallest loss is where enough draws hold', () => {
    const values = [-0.6, -0.2, 0, 0, 0, 0, 0.3, 0.5];
    const first = (mean: number) => {
      const picks: number[][] = [];
      drawn(values, NONE, 5).share(mean, (own) => picks.push([...own].map((place) => values[place] ?? 0)) > 0);
      return picks;
    };
    const [high, low] = [first(0), first(-0.1)];
    expect(low.every((own, draw) => own.every((value, i) => value <= (high[draw]?.[i] ?? Number.NaN)))).toBe(true);
    const mean = (picks: Int32Array) => picks.reduce((sum, place) => sum + (values[place] ?? 0), 0) / picks.length;
    const loss = drawn(values).smallestLoss((picks) => mean(picks) < 0, 0.8, 0.1);
    expect(drawn(values).share(-(loss ?? 0), (picks) => mean(picks) < 0)).toBeCloseTo(0.8, 1);
    expect(drawn(values).smallestLoss(() => false, 0.8, 0.1)).toBeNull();
  });

  it('draws a huge loss no more often than a usual one when losses become more frequent', () => {
    // Root mean square 0.35: both −0.4 and −0.9 count as that, so each is drawn as often as the other.
    const values = [-0.9, -0.4, 0, 0, 0, 0, 0, 0, 0.2, 0.3];
    const times = new Float64Array(values.length);
    drawn(values).share(-0.2, (picks) => {
      for (const place of picks) times[place] = (times[place] ?? 0) + 1;
      return true;
    });
    const [huge, usual, none] = [times[0] ?? 0, times[1] ?? 0, times[2] ?? 0];
    expect(huge / usual).toBeCloseTo(1, 0);
    expect(Math.abs(huge / usual - 1)).toBeLessThan(0.15);
    expect(usual).toBeGreaterThan(1.3 * none);
  });

  it('corrects a share that draws of draws show to be too large, and no other', () => {
    const values = [-0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.5];
    // Draws with less of the loss are spared more often, by more than those with more of it are spared less.
    const isSpared = (picks: Int32Array) => !picks.includes(0);
    const [share, corrected] = [drawn(values).share(0, isSpared), drawn(values).corrected(0, isSpared)];
    expect(share).toBeCloseTo(0.9 ** 10, 1);
    expect(corrected ?? 1).toBeLessThan((share ?? 0) - 0.05);
    // The other way round nothing is added.
    const isHit = (picks: Int32Array) => picks.includes(0);
    expect(drawn(values).corrected(0, isHit)).toBe(drawn(values).share(0, isHit));
    expect(drawn(values).corrected(0, () => true)).toBe(1);
    expect(drawn([0, 0, 0.2]).corrected(-0.1, () => true)).toBeNull();
  });
});
