import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../src/core/brand.ts';
import type { BackfillForecast, ForecastCurve } from '../../src/model/studies.ts';
import type { VectorSet } from '../../src/model/vectors.ts';
import type { Side } from '../../src/model/version.ts';
import { backfillForecast, routedRun, simulateMixedSpaceSearch } from '../../src/studies/backfill-forecast.ts';
import { scoreTables } from '../../src/studies/forecast/rankings.ts';
import { explainedMeasures, qualityMeans } from '../../src/studies/quality-means.ts';
import { contextOf, randomQrels } from './context.ts';

function set<S extends Side>(side: S, ids: readonly string[], rows: readonly (readonly number[])[]): VectorSet<S> {
  return { side, fingerprint: side as string as Fingerprint, dimension: 2, ids, data: Float32Array.from(rows.flat()) };
}

const IDS = ['a', 'b', 'c', 'd'];
const OLD = {
  documents: set('old', IDS, [
    [1, 0],
    [0.8, 0.6],
    [0.6, 0.8],
    [0, 1],
  ]),
  queries: set('old', ['q'], [[1, 0]]),
};
const NEW = {
  documents: set('new', IDS, [
    [0, 1],
    [0.6, 0.8],
    [0.8, 0.6],
    [1, 0],
  ]),
  queries: set('new', ['q'], [[1, 0]]),
};
const OPTIONS = { k: 4, tables: scoreTables('cosine') };
const listed = ({ documentIds, neighbours }: { documentIds: readonly string[]; neighbours: Int32Array }) =>
  [...neighbours].map((place) => documentIds[place]).join('');

describe('a half-done migration, by hand', () => {
  it('mixes spaces where nobody routes', () => {
    // Old vectors of a and b, new ones of c and d, seen by the query [1, 0]: a 1, b 0.8, c 0.8, d 1; ties by id, descending.
    const run = simulateMixedSpaceSearch(OLD.queries, OLD.documents, NEW.documents, OPTIONS)(Uint8Array.of(0, 0, 1, 1));
    expect(listed(run)).toBe('dacb');
  });

  it('merges by expected rank where tags route', () => {
    // Old part a, b, c: ranks 1 2 3 over a share of 3/4: 0.667, 2, 3.333. New part d: 0.5 over 1/4: 2. Ties by id, descending.
    expect(listed(routedRun(OLD, NEW, OPTIONS)(Uint8Array.of(0, 0, 0, 1)))).toBe('adbc');
  });

  it('is the old version at the start and the new one at the end', () => {
    expect(listed(routedRun(OLD, NEW, OPTIONS)(new Uint8Array(4)))).toBe('abcd');
    expect(listed(routedRun(OLD, NEW, OPTIONS)(new Uint8Array(4).fill(1)))).toBe('dcba');
    expect(listed(simulateMixedSpaceSearch(OLD.queries, OLD.documents, NEW.documents, OPTIONS)(new Uint8Array(4)))).toBe('abcd');
  });

  it('needs one dimension for a mix', () => {
    const wide = { ...NEW.documents, dimension: 4 };
    expect(() => simulateMixedSpaceSearch(OLD.queries, OLD.documents, wide, OPTIONS)).toThrow(RangeError);
  });
});

describe('the forecast', () => {
  const shape = { documents: 60, queries: 20, qrels: randomQrels(3, 20, 60) };

  it('begins at the old quality, ends at the new one, and has a band between', async () => {
    const context = await contextOf(shape);
    const { routed, old: before, new: after, orders, measure } = (await backfillForecast.run(context)) as BackfillForecast;
    const measures = explainedMeasures(context.config.policy).slice(0, 1);
    const means = (side: Side) => qualityMeans(measures, context.sides[side].exact, context.dataset).means[0] ?? Number.NaN;
    expect([orders, measure]).toEqual([5, measures[0]?.name]);
    expect(routed.map(({ share }) => share)).toEqual([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]);
    for (const end of [0, -1]) expect(routed.at(end)?.low).toBe(routed.at(end)?.high);
    expect(routed[0]?.mean).toBeCloseTo(means('old'), 12);
    expect(routed.at(-1)?.mean).toBeCloseTo(means('new'), 12);
    expect((before as ForecastCurve)[0]?.mean).toBeCloseTo(means('old'), 12);
    expect((after as ForecastCurve).at(-1)?.mean).toBeCloseTo(means('new'), 12);
    expect(routed[3]?.low).toBeLessThan(routed[3]?.high ?? 0);
  });

  it('stays level for a version that is the old one again', async () => {
    const { old: before, new: after } = (await backfillForecast.run(await contextOf({ ...shape, same: true }))) as BackfillForecast;
    for (const curve of [before, after] as ForecastCurve[])
      for (const { mean } of curve) expect(mean).toBeCloseTo(curve[0]?.mean ?? Number.NaN, 12);
  });

  it('needs judgements', async () => {
    expect(backfillForecast.applies(await contextOf({ documents: 60 }))).toHaveProperty('notApplicable');
    expect(backfillForecast.applies(await contextOf({ ...shape, documents: 12, qrels: randomQrels(3, 20, 12) }))).toHaveProperty(
      'notApplicable',
    );
  });
});
