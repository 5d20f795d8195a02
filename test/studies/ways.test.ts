import { describe, expect, it } from 'vitest';
import { isNotApplicable } from '../../src/core/absence.ts';
import type { Fingerprint } from '../../src/core/brand.ts';
import type { Way, Ways } from '../../src/model/studies.ts';
import type { VectorSet } from '../../src/model/vectors.ts';
import { SEARCH_ENGINES } from '../../src/search/registry.ts';
import type { StudyContext } from '../../src/studies/study.ts';
import { curveOf } from '../../src/studies/ways/bridges.ts';
import { ways } from '../../src/studies/ways.ts';
import { contextOf, randomQrels } from './context.ts';

const SHAPE = { documents: 240, queries: 30, dimension: 16, k: 20, qrels: randomQrels(1, 30, 240) };
const MEASURE = 'nDCG@10';

/** The new version is the old one with its axes in another order: another space, the same neighbours. */
async function turnedContext(dimension = 16): Promise<StudyContext> {
  const context = await contextOf(SHAPE);
  const old = await context.sides.old.vectors();
  const turn = (set: VectorSet): VectorSet<'new'> => {
    const rows = set.data.length / set.dimension;
    const data = new Float32Array(rows * dimension);
    for (let row = 0; row < rows; row++)
      for (let j = 0; j < set.dimension; j++)
        data[row * dimension + ((j + 5) % set.dimension)] = set.data[row * set.dimension + j] as number;
    return { ...set, side: 'new', fingerprint: 'turned' as string as Fingerprint, dimension, data };
  };
  const fresh = { documents: turn(old.documents), queries: turn(old.queries) };
  const index = await SEARCH_ENGINES.exact.open(fresh.documents, context.config.search, null, { seed: 7 });
  const exact = await index.search(fresh.queries, context.config.search.k);
  await index.close();
  return { ...context, sides: { ...context.sides, new: { ...context.sides.new, exact, vectors: async () => fresh } } };
}

async function found(context: StudyContext): Promise<Ways> {
  const result = await ways.run(context);
  if (isNotApplicable(result)) throw new Error(result.notApplicable);
  return result;
}

const of = (result: Ways, id: string): Way => {
  const way = result.ways.find((one) => one.id === id);
  if (way === undefined) throw new Error(`No ${id} among ${result.ways.map((one) => one.id).join(', ')}.`);
  return way;
};
const mean = (way: Way): number => {
  const values = (way.values[MEASURE] ?? []).map((value) => value ?? 0);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
};

describe('ways to a space that is the old one, turned', () => {
  it('bridges find what re-embedding finds, new queries over the old index do not, staying is the same', async () => {
    const result = await found(await turnedContext());
    expect(result.ways.map(({ id }) => id)).toEqual(
      [
        'stay',
        'queries-first',
        'bridge-orthogonal-100',
        'bridge-orthogonal-120',
        'bridge-ridge-100',
        'bridge-ridge-120',
        'bridge-low-rank-100',
        'bridge-low-rank-120',
        'bridge-net-100',
        'bridge-net-120',
        'rescore-40',
        'in-place',
        'beside',
      ].filter((id) => id !== 'rescore-40'),
    );
    const beside = of(result, 'beside').values[MEASURE];
    expect(of(result, 'stay').values[MEASURE]).toEqual(beside);
    expect(of(result, 'bridge-orthogonal-100').values[MEASURE]).toEqual(beside);
    expect(mean(of(result, 'queries-first'))).not.toBeCloseTo(mean(of(result, 'beside')), 3);
  });

  it('says what each way costs before it serves', async () => {
    const result = await found(await turnedContext());
    const costs = Object.fromEntries(result.ways.map(({ id, toEmbed, vectors }) => [id, [toEmbed, vectors]]));
    expect(costs).toEqual({
      stay: [0, 1],
      'queries-first': [0, 1],
      'bridge-orthogonal-100': [100, 1],
      'bridge-orthogonal-120': [120, 1],
      'bridge-ridge-100': [100, 1],
      'bridge-ridge-120': [120, 1],
      'bridge-low-rank-100': [100, 1],
      'bridge-low-rank-120': [120, 1],
      'bridge-net-100': [100, 1],
      'bridge-net-120': [120, 1],
      'in-place': [240, 1],
      beside: [240, 2],
    });
    expect(of(result, 'in-place').setting).toBeGreaterThan(0);
    expect(result.documents).toBe(240);
  });

  it('other dimensions: no query of one goes over the other, a bridge does', async () => {
    const result = await found(await turnedContext(24));
    expect(result.ways.map(({ kind }) => kind)).not.toContain('queries-first');
    expect(of(result, 'bridge-orthogonal-100').values[MEASURE]).toEqual(of(result, 'beside').values[MEASURE]);
  });
});

it.each([
  [20, [20]],
  [100, [100]],
  [120, [100, 120]],
  [900, [100, 400, 900]],
  [6_400, [100, 400, 1_600, 6_400]],
  [50_000, [100, 400, 1_600, 6_400]],
])('of %i pairs a bridge is fitted on %j', (most, curve) => {
  expect(curveOf(most)).toEqual(curve);
});

describe('ways between versions that share nothing', () => {
  it('rescoring orders the old candidates by the new vectors; all of them as candidates is re-embedding', async () => {
    const context = await contextOf({ ...SHAPE, documents: 40, k: 40, qrels: randomQrels(1, 30, 40) });
    const result = await found({ ...context, config: { ...context.config, search: { ...context.config.search, limit: 20 } } });
    const all = of(result, 'rescore-40');
    expect(all.values[MEASURE]).toEqual(of(result, 'beside').values[MEASURE]);
    expect([all.toEmbed, all.setting, all.vectors]).toEqual([40, 40, 2]);
  });

  it('unjudged documents leave room where silence says nothing', async () => {
    const context = await contextOf(SHAPE);
    const silence = { means: 'pooled', stated: true, reason: 'stated' } as const;
    const pooled = await found({ ...context, dataset: { ...context.dataset, silence } });
    const open = of(pooled, 'beside').open?.[MEASURE];
    expect(open?.pairs.some((count) => count > 0)).toBe(true);
    expect(of(pooled, 'stay').open).toBeUndefined();
    expect(of(await found(context), 'beside').open).toBeUndefined();
  });

  it('does not apply where nothing is judged, or both sides are one', async () => {
    expect(ways.applies(await contextOf())).toEqual({ notApplicable: 'the data set has no relevance judgements' });
    expect(ways.applies(await contextOf({ ...SHAPE, same: true }))).toEqual({
      notApplicable: 'both sides have the same vectors: there is nowhere to go',
    });
    expect(ways.applies(await contextOf(SHAPE))).toBeNull();
  });
});
