import { expect, test } from 'vitest';
import { inMemory } from '../../src/search/corpus.ts';
import { nearestOthers } from '../../src/search/nearest.ts';
import { bruteForce, found, randomSet, vectorSet } from './vectors.ts';

const at = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];

test('three items at 0°, 10° and 90°', async () => {
  const items = vectorSet('i', [at(0), at(10), at(90)]);
  const rankings = await nearestOthers(inMemory(items), { k: 1, similarity: 'cosine' });
  expect([0, 1, 2].map((row) => found(rankings, row))).toEqual([['i00001'], ['i00000'], ['i00001']]);
  // cos 10° = 0.98481, cos 80° = 0.17365
  expect(rankings.scores[0]).toBeCloseTo(0.98481, 5);
  expect(rankings.scores[2]).toBeCloseTo(0.17365, 5);
});

test('never itself, always its equals', async () => {
  const items = vectorSet(
    'i',
    Array.from({ length: 30 }, () => [1, 0]),
  );
  const rankings = await nearestOthers(inMemory(items), { k: 3, similarity: 'cosine' });
  expect(found(rankings, 29)).toEqual(['i00028', 'i00027', 'i00026']);
  expect(found(rankings, 28)).toEqual(['i00029', 'i00027', 'i00026']);
  expect(found(rankings, 0)).toEqual(['i00029', 'i00028', 'i00027']);
});

test('agrees with a full sort without the item itself; dot may rank others above it', async () => {
  const items = randomSet('i', 200, 6);
  const rankings = await nearestOthers(inMemory(items), { k: 5, similarity: 'dot' });
  const truth = bruteForce(items, items, 200, 'dot');
  for (const [row, { ids }] of truth.entries()) expect(found(rankings, row)).toEqual(ids.filter((id) => id !== items.ids[row]).slice(0, 5));
});

test('k shrinks to n − 1', async () => {
  const rankings = await nearestOthers(
    inMemory(
      vectorSet('i', [
        [1, 0],
        [0, 1],
      ]),
    ),
    { k: 10, similarity: 'cosine' },
  );
  expect(rankings.k).toBe(1);
  expect([...rankings.neighbours]).toEqual([1, 0]);
});

test('a sample is drawn by the seed, and its neighbours come from all items', async () => {
  const items = randomSet('i', 300, 4);
  const whole = await nearestOthers(inMemory(items), { k: 2, similarity: 'cosine' });
  const sample = { size: 20, seed: 3 };
  const part = await nearestOthers(inMemory(items), { k: 2, similarity: 'cosine', sample });
  expect(part.queryIds).toHaveLength(20);
  expect(part.documentIds).toEqual(items.ids);
  expect([...part.queryIds].sort()).toEqual(part.queryIds);
  for (const [row, id] of part.queryIds.entries()) expect(found(part, row)).toEqual(found(whole, items.ids.indexOf(id)));
  expect(await nearestOthers(inMemory(items), { k: 2, similarity: 'cosine', sample })).toEqual(part);
  const other = await nearestOthers(inMemory(items), { k: 2, similarity: 'cosine', sample: { size: 20, seed: 4 } });
  expect(other.queryIds).not.toEqual(part.queryIds);
});

test('fewer than two items have no others', async () => {
  await expect(nearestOthers(inMemory(vectorSet('i', [[1]])), { k: 1, similarity: 'cosine' })).rejects.toThrow(RangeError);
});
