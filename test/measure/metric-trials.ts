import fc from 'fast-check';
import { expect } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { judgedList } from '../../src/measure/judged-list.ts';
import { lossOverNoise } from '../../src/measure/metrics/summary/overlapLossOverNoise.ts';
import { countUntranslated } from '../../src/measure/metrics/summary/untranslatedConsumers.ts';
import type { MetricRegistry } from '../../src/measure/registry.ts';
import { type Space, spaceOf } from '../../src/measure/spaces/space.ts';
import type { MeasureName, MetricMeta, QualityMetric, Range } from '../../src/model/metric.ts';

/** What a metric gives for one input of its kind, and for one that is no worse by any reading of the metric. */
export interface Trial {
  readonly value: number | null;
  /** Looked at where the metric has a direction. */
  readonly better: number | null;
  /** At the cutoff of this trial. */
  readonly range: Range;
}

type Trials = { readonly [K in keyof MetricRegistry]: (metric: MetricRegistry[K][number]) => fc.Arbitrary<Trial> };

const ids = [...'abcdefghij'];
const list = fc.shuffledSubarray(ids);
const cutoffs = fc.integer({ min: 1, max: 12 });
const scores = fc
  .array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 30 })
  .map((values) => Float64Array.from(values, (value) => value / 8));
const descending = fc
  .array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 })
  .map((values) => values.map((value) => value / 40).sort((a, b) => b - a));

function nameOf(metric: QualityMetric, cutoff: number): MeasureName {
  const at = metric.cutoff === 'none' || (metric.cutoff === 'optional' && cutoff > 10) ? null : cutoff;
  return { name: metric.id, id: metric.id, cutoff: at, judgedOnly: false, params: metric.params };
}

/** Judged documents first, the best grade first: no order of the same documents is better. */
function sorted(order: readonly string[], judged: ReadonlyMap<string, number>): string[] {
  const gradeOf = (id: string): number => judged.get(id) ?? Number.NEGATIVE_INFINITY;
  return [...order].sort((a, b) => gradeOf(b) - gradeOf(a) || 0);
}

/** Rows of whole numbers, none of them zero. */
function spaces(rows: number, dimension: number): fc.Arbitrary<Space> {
  const row = fc
    .array(fc.integer({ min: -5, max: 5 }), { minLength: dimension, maxLength: dimension })
    .filter((values) => values.some((value) => value !== 0));
  return fc.array(row, { minLength: rows, maxLength: rows }).map((values) => spaceOf(Float32Array.from(values.flat()), dimension));
}
const shapes = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4 }));

/** Metrics of spaces say different things, so each that has a direction says here what is better: a worse space, then a better one. */
const BETTER_SPACES: Readonly<Record<string, (seed: number) => readonly [worse: Space, better: Space]>> = {
  // Rows in the middle of a cloud are neighbours of nearly every other one.
  hubness: (seed) => {
    const random = seededRandom(seed, 'hubs');
    const cloud = Array.from({ length: 40 }, () => Array.from({ length: 24 }, () => random.next() - 0.3));
    const middle = Array.from({ length: 24 }, (_, i) => cloud.reduce((sum, row) => sum + (row[i] ?? 0), 0));
    const hubs = Array.from({ length: 4 }, () => middle.map((value) => value + random.next()));
    return [spaceOf([...cloud, ...hubs].flat(), 24), spaceOf(cloud.flat(), 24)];
  },
};

/** Metrics of the whole evaluation have a function of their own each. */
const SUMMARIES: Readonly<Record<string, fc.Arbitrary<Omit<Trial, 'range'> & { readonly cutoff: number | null }>>> = {
  untranslatedConsumers: fc.array(fc.boolean(), { minLength: 1 }).map((works) => ({
    value: countUntranslated(works.map((withinTolerance) => ({ withinTolerance }))),
    better: countUntranslated(works.map(() => ({ withinTolerance: true }))),
    cutoff: null,
  })),
  overlapLossOverNoise: fc
    .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), cutoffs)
    .map(([overlap, floor, cutoff]) => ({
      value: lossOverNoise(overlap / 20, floor / 20, cutoff),
      better: null,
      cutoff,
    })),
};

/** How each kind of metric is tried. A new kind needs a line here, a new metric none. */
export const TRIALS: Trials = {
  quality: (metric) =>
    fc
      .tuple(list, fc.dictionary(fc.constantFrom(...ids), fc.integer({ min: -2, max: 3 }), { minKeys: 1 }), cutoffs)
      .map(([order, grades, cutoff]) => {
        const judged = new Map(Object.entries(grades));
        const name = nameOf(metric, cutoff);
        const measured = (of: readonly string[]) => metric.compute(judgedList(of, judged), name);
        return { value: measured(order), better: measured(sorted(order, judged)), range: metric.rangeAt?.(name) ?? metric.range };
      }),
  neighbour: (metric) =>
    fc.tuple(list, list, cutoffs).map(([old, fresh, cutoff]) => ({
      value: metric.compute(old, fresh, cutoff),
      better: metric.compute(old, old, cutoff),
      range: metric.rangeAt?.({ cutoff, params: {} }) ?? metric.range,
    })),
  churn: (metric) =>
    fc.tuple(list, list, list, cutoffs).map(([old, fresh, relevant, cutoff]) => ({
      value: metric.compute(old, fresh, new Set(relevant), cutoff),
      better: metric.compute(old, old, new Set(relevant), cutoff),
      range: metric.rangeAt?.({ cutoff, params: {} }) ?? metric.range,
    })),
  shift: (metric) =>
    fc
      .tuple(scores, scores)
      .map(([old, fresh]) => ({ value: metric.compute(old, fresh), better: metric.compute(old, old), range: metric.range })),
  separation: (metric) =>
    fc.tuple(scores, scores).map(([relevant, other]) => ({
      value: metric.compute(relevant, other),
      better: metric.compute(
        relevant.map((score) => score + 1),
        other,
      ),
      range: metric.range,
    })),
  margin: (metric) =>
    descending.map((values) => ({
      value: metric.compute(values),
      better: metric.compute(values.map((score, i) => (i === 0 ? score + 1 : score))),
      range: metric.range,
    })),
  index: (metric) =>
    fc.tuple(descending, descending, cutoffs).map(([served, exact, cutoff]) => ({
      value: metric.compute(served, exact, cutoff),
      better: metric.compute(exact, exact, cutoff),
      range: metric.rangeAt?.({ cutoff, params: {} }) ?? metric.range,
    })),
  geometry: (metric) => {
    if (metric.direction !== 'none') {
      const pair = BETTER_SPACES[metric.id];
      if (pair === undefined || metric.spaces !== 1)
        throw new Error(`Say in BETTER_SPACES of ${import.meta.filename} what is better for ${metric.id}.`);
      return fc.nat().map((seed) => {
        const [worse, better] = pair(seed);
        return { value: metric.compute(worse), better: metric.compute(better), range: metric.range };
      });
    }
    return shapes.chain(([rows, dimension]) =>
      fc.tuple(spaces(rows, dimension), spaces(rows, dimension)).map(([old, fresh]) => ({
        value: metric.spaces === 1 ? metric.compute(old) : metric.compute(old, fresh),
        better: null,
        range: metric.range,
      })),
    );
  },
  cost: (metric) =>
    descending
      .filter((values) => values.length > 0)
      .map((values) => ({ value: metric.compute(values), better: metric.compute(values.map((one) => one / 2)), range: metric.range })),
  summary: (metric) => {
    const trial = SUMMARIES[metric.id];
    if (trial === undefined) throw new Error(`Say in SUMMARIES of ${import.meta.filename} how ${metric.id} is computed.`);
    return trial.map(({ cutoff, ...found }) => ({ ...found, range: metric.rangeAt?.({ cutoff, params: {} }) ?? metric.range }));
  },
};

/** Float noise at the ends of a range. */
const NOISE = 1e-9;

/** Every value lies in the range that the metric gives, and some input has one. */
export function expectInRange(trials: fc.Arbitrary<Trial>): void {
  let values = 0;
  fc.assert(
    fc.property(trials, ({ value, range: [low, high] }) => {
      if (value === null) return;
      values++;
      expect(value).toBeGreaterThanOrEqual(low - NOISE);
      expect(value).toBeLessThanOrEqual((high ?? Number.MAX_VALUE) + NOISE);
    }),
  );
  expect(values, 'inputs that have a value').toBeGreaterThan(0);
}

/** What is no worse never gets a worse value, and now and then a better one. */
export function expectDirection(direction: MetricMeta['direction'], trials: fc.Arbitrary<Trial>): void {
  const sign = { higher: 1, lower: -1, none: 0 }[direction];
  let gains = 0;
  fc.assert(
    fc.property(trials, ({ value, better }) => {
      if (value === null || better === null) return;
      expect(sign * (better - value)).toBeGreaterThanOrEqual(-NOISE);
      if (sign * (better - value) > NOISE) gains++;
    }),
  );
  expect(gains, 'inputs whose improvement is seen').toBeGreaterThan(0);
}
