import { expect, test } from 'vitest';
import type { Run } from '../../../src/model/search.ts';
import { halvesOf, tunedWeights } from '../../../src/run/pipeline/tuning.ts';

const needs = Array.from({ length: 40 }, (_, i) => `n${Math.floor(i / 2)}`);
const ids = needs.map((_, i) => `q${i}`);
const qrels = new Map(ids.map((id) => [id, new Map([['right', 1]])]));

test('halves are of needs: queries of one need are together, ten needs on each side', () => {
  const halves = halvesOf(needs, 7);
  needs.forEach((need, i) => {
    expect(halves[i]).toBe(halves[needs.indexOf(need)]);
  });
  expect(halves.filter(Boolean).length).toBe(20);
  expect(halvesOf(needs, 7)).toEqual(halves);
});

test('each half has its own best weight; of equals the one nearest to one half', () => {
  const halves = halvesOf(needs, 7);
  // The first half is right from 0.8 on, the second one up to 0.2.
  const fused = (weight: number): Run =>
    new Map(ids.map((id, i) => [id, { ids: [(halves[i] ? weight <= 0.2 : weight >= 0.8) ? 'right' : 'wrong'], scores: [1] }]));
  expect(tunedWeights(fused, qrels, { ids, needs }, halves)).toEqual([0.8, 0.2]);
  const same = (): Run => new Map(ids.map((id) => [id, { ids: ['right'], scores: [1] }]));
  expect(tunedWeights(same, qrels, { ids, needs }, halves)).toEqual([0.5, 0.5]);
});
