import { describe, expect, it } from 'vitest';
import type { NoiseFloor, NoiseSample } from '../../src/model/studies.ts';
import { cutoffsOf, noiseFloor } from '../../src/studies/noise-floor.ts';
import { contextOf, type Shape } from './context.ts';

/** A graph so sparse that every build misses other neighbours. */
const SPARSE = { m: 2, efConstruction: 4, efSearch: 10 };

async function floorOf(shape: Shape): Promise<NoiseFloor> {
  const found = await noiseFloor.run(await contextOf(shape));
  if ('notApplicable' in found) throw new Error(found.notApplicable);
  return found;
}

function measured(sample: NoiseFloor['old']['rebuild']): NoiseSample {
  if ('notApplicable' in sample) throw new Error(sample.notApplicable);
  return sample;
}

describe('the noise floor', () => {
  it('is 1/k where every build finds the same', async () => {
    const { overlap, score, old } = await floorOf({});
    expect(measured(old.rebuild)).toMatchObject({ repetitions: 4, queries: 30, overlapLoss: { '10': { mean: 0, p95: 0 } } });
    expect(overlap['10']).toMatchObject({ floor: 0.1, minimum: 0.1 });
    expect(overlap['10']?.overNoise).toBeCloseTo((overlap['10']?.change ?? 0) / 0.1, 12);
    expect(overlap['10']?.change).toBeGreaterThan(0.5);
    // float32's step at the largest of the scores, never 0.
    expect(score.floor).toBe(score.minimum);
    expect(score.minimum).toBeGreaterThan(0);
    expect(score.minimum).toBeLessThan(2 ** -23);
    expect(score.overNoise).toBeCloseTo(score.change / score.floor, 6);
  });

  it('grows where builds of one version differ', async () => {
    const { overlap, score, old, new: fresh } = await floorOf({ hnsw: SPARSE, documents: 1500 });
    const losses = [old, fresh].map(({ rebuild }) => measured(rebuild).overlapLoss['10']?.p95 ?? 0);
    expect(Math.min(...losses)).toBeGreaterThan(0.2);
    expect(overlap['10']?.floor).toBe(Math.max(...losses));
    expect(score.floor).toBe(Math.max(...[old, fresh].map(({ rebuild }) => measured(rebuild).scoreDifference.p95)));
    expect(score.floor).toBeGreaterThan(0.001);
  });

  it('finds no change of a version against itself', async () => {
    const { overlap, score, old, new: fresh } = await floorOf({ same: true, hnsw: SPARSE });
    expect(overlap['10']).toMatchObject({ change: 0, overNoise: 0 });
    expect(score).toMatchObject({ change: 0, overNoise: 0 });
    expect(old).toEqual(fresh);
  });

  it('says the same again', async () => {
    const shape = { hnsw: SPARSE, production: { rebuilds: 2 } };
    const first = await floorOf(shape);
    expect(measured(first.old.rebuild).repetitions).toBe(2);
    expect(await floorOf(shape)).toEqual(first);
  });

  it('says nothing of lists shorter than k, and still something of scores', async () => {
    const { overlap, score } = await floorOf({ k: 5, production: { rebuilds: 1 } });
    expect(overlap).toEqual({});
    expect(score.floor).toBeGreaterThan(0);
  });

  it('takes in every cutoff that a rule names', async () => {
    const rules = [{ metric: 'overlapLossOverNoise@3', atMost: 9 }];
    const context = await contextOf({ rules, production: { rebuilds: 1 } });
    expect(cutoffsOf(context.config)).toEqual([3, 10]);
    const found = await floorOf({ rules, production: { rebuilds: 1 } });
    expect(Object.keys(found.overlap)).toEqual(['3', '10']);
    expect(found.overlap['3']?.floor).toBeCloseTo(1 / 3, 12);
  });

  it('does not apply where nothing is varied', async () => {
    const context = await contextOf({ production: { rebuilds: 0 } });
    expect(noiseFloor.applies(context)).toEqual({ notApplicable: expect.stringContaining('rebuilds: 0') });
    const batches = await contextOf({ production: { rebuilds: 0, batchSize: 8 } });
    expect(noiseFloor.applies(batches)).toBeNull();
    expect(await noiseFloor.run(batches)).toEqual({ notApplicable: expect.stringContaining('not quantised') });
  });
});
