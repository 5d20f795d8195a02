import { describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/model/studies.ts';
import { attribution } from '../../src/studies/attribution.ts';
import { explainedMeasures } from '../../src/studies/quality-means.ts';
import { contextOf, randomQrels, type Shape } from './context.ts';

const SPARSE = { m: 2, efConstruction: 4, efSearch: 10 };

async function attributed(shape: Shape): Promise<Attribution> {
  const found = await attribution.run(await contextOf(shape));
  if ('notApplicable' in found) throw new Error(found.notApplicable);
  return found;
}

describe('attribution', () => {
  it('has parts that add up exactly, and finds the loss of a bad index', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const rules = [
        { metric: 'nDCG@10', nonInferior: 0.1 },
        { metric: 'R@20', nonInferior: 0.1 },
        { metric: 'AP@20', nonInferior: 0.1 },
      ];
      const { measures, queries } = await attributed({ qrels: randomQrels(seed, 30, 400), hnsw: SPARSE, rules });
      expect(queries).toBe(30);
      expect(measures.map(({ measure }) => measure)).toEqual(['nDCG@10', 'R@20', 'AP@20']);
      for (const { old, new: fresh, parts, modelParts } of measures) {
        expect(Math.abs(parts.oldIndex + parts.model + parts.newIndex - (fresh - old))).toBeLessThan(1e-12);
        expect(modelParts).toEqual([]);
      }
      expect(measures.some(({ parts }) => parts.oldIndex !== 0 && parts.newIndex !== 0)).toBe(true);
    }
  });

  it('finds nothing between a version and itself', async () => {
    const { measures, split } = await attributed({ same: true, qrels: randomQrels(1, 30, 400) });
    expect(measures).toHaveLength(1);
    expect(measures[0]?.parts).toEqual({ oldIndex: 0, model: 0, newIndex: 0 });
    expect(measures[0]?.old).toBeGreaterThan(0);
    expect(split).toEqual({ notApplicable: expect.stringContaining('not known') });
  });

  it('does not apply without judgements', async () => {
    expect(attribution.applies(await contextOf({ qrels: null }))).toEqual({ notApplicable: expect.stringContaining('judgements') });
    expect(attribution.applies(await contextOf({ qrels: new Map() }))).toEqual({ notApplicable: expect.stringContaining('judged') });
    expect(attribution.applies(await contextOf({ qrels: randomQrels(1, 30, 400) }))).toBeNull();
  });
});

it('explains what nonInferior rules ask for, each once, else nDCG@10', async () => {
  const names = async (rules: readonly object[]) =>
    explainedMeasures((await contextOf({ rules, documents: 5, queries: 2 })).config.policy).map(({ name }) => name);
  expect(
    await names([
      { metric: 'R@10', nonInferior: 0.1 },
      { metric: 'R@10', nonInferior: 0.2 },
      { metric: 'AP@5', atLeast: 0.2 },
    ]),
  ).toEqual(['R@10']);
  expect(await names([{ metric: 'annRecall@10', nonInferior: 0.1 }])).toEqual(['nDCG@10']);
});
