import { describe, expect, it } from 'vitest';
import { columnOf, weighedMean } from '../../src/measure/columns.ts';

describe('the mean of a column', () => {
  const needs = ['a', 'a', 'a', 'b', 'c'];

  it('takes each need once, however many queries paraphrase it', () => {
    expect(weighedMean([1, 1, 1, 0, 0.5], { needs })).toBeCloseTo(0.5, 12);
    expect(weighedMean([1, 1, 1, 0, 0.5], { needs, weight: 'queries' })).toBeCloseTo(0.7, 12);
  });

  it('leaves out queries without a value, and needs that have none', () => {
    expect(weighedMean([1, null, 0, null, 0], { needs })).toBeCloseTo(0.25, 12);
    expect(weighedMean([null, null, null, null, null], { needs })).toBeNull();
    expect(weighedMean([], { needs: [] })).toBeNull();
  });

  it('counts queries, and takes each as a need unless told', () => {
    expect(columnOf([1, null, 0])).toEqual({ mean: 0.5, n: 2, perQuery: [1, null, 0] });
    expect(columnOf([1, 1, 1, 0, null], { needs })).toEqual({ mean: 0.5, n: 4, perQuery: [1, 1, 1, 0, null] });
  });
});
