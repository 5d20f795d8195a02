import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { P } from '../../src/measure/metrics/quality/P.ts';
import { REGISTRY } from '../../src/measure/registry.ts';
import type { QualityMetric } from '../../src/model/metric.ts';
import { expectDirection, expectInRange, TRIALS, type Trial } from './metric-trials.ts';
import { WORKED } from './worked-values.ts';

const folder = new URL('../../src/measure/metrics/', import.meta.url);
const kinds = Object.keys(REGISTRY) as (keyof typeof REGISTRY)[];
const all = kinds.flatMap((kind) => [...REGISTRY[kind]]);

test('every folder is a kind of metric, and every kind a folder', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...kinds].sort());
});

describe.each(kinds)('%s', (kind) => {
  test('every file is registered, and its id is its name', async () => {
    const ids = readdirSync(new URL(`${kind}/`, folder)).map((file) => basename(file, '.ts'));
    expect(ids.sort()).toEqual(REGISTRY[kind].map(({ id }) => id).sort());
    for (const id of ids) {
      const module = await import(`../../src/measure/metrics/${kind}/${id}.ts`);
      expect(REGISTRY[kind]).toContain(module[id]);
    }
  });

  const trials = TRIALS[kind] as (metric: unknown) => fc.Arbitrary<Trial>;
  describe.each(REGISTRY[kind].map((metric) => [metric.id, metric] as const))('%s', (id, metric) => {
    test('has values worked out by hand in worked-values.ts', () => {
      expect(WORKED[id] ?? []).not.toEqual([]);
      for (const [input, value, byHand] of WORKED[id] ?? []) expect(value, input).toBeCloseTo(byHand, 12);
    });

    test('stays within its range', () => expectInRange(trials(metric)));

    if (metric.direction !== 'none')
      test(`is ${metric.direction} for what is better`, () => expectDirection(metric.direction, trials(metric)));

    test('says what it is', () => {
      expect(metric.description.length).toBeGreaterThan(60);
      expect(metric.formula).not.toBe('');
      expect(metric.range[0]).toBeLessThan(metric.range[1] ?? Number.POSITIVE_INFINITY);
      expect(metric.source.title).not.toBe('');
      if (!metric.source.title.startsWith('Defined here')) {
        expect(metric.source.doi ?? metric.source.url).toMatch(/^(10\.\d{4,}\/\S+|https:\/\/\S+)$/);
      }
    });
  });
});

test('every value worked out by hand is of a registered metric, and ids are unique, whatever their case', () => {
  expect(Object.keys(WORKED).filter((id) => !all.some((metric) => metric.id === id))).toEqual([]);
  expect(new Set(all.map(({ id }) => id.toLowerCase())).size).toBe(all.length);
});

describe('a metric that is wrong is told', () => {
  const toy = (compute: QualityMetric['compute'], more: Partial<QualityMetric> = {}): fc.Arbitrary<Trial> =>
    TRIALS.quality({ ...P, ...more, compute });

  test('by its range: 42, a little more than 1, a little less than 0, no number', () => {
    for (const value of [42, 1.001, -0.001, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => expectInRange(toy(() => value)), String(value)).toThrow();
  });

  test('by its direction: one that falls where quality rises, and one that never moves', () => {
    expect(() =>
      expectDirection(
        'higher',
        toy((list, name) => 1 - P.compute(list, name)),
      ),
    ).toThrow();
    expect(() => expectDirection('lower', toy(P.compute))).toThrow();
    expect(() =>
      expectDirection(
        'higher',
        toy(() => 0.5),
      ),
    ).toThrow();
  });
});
