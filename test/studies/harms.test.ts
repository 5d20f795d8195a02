import { expect, test } from 'vitest';
import { isNotApplicable } from '../../src/core/absence.ts';
import type { Fingerprint } from '../../src/core/brand.ts';
import type { VectorSet } from '../../src/model/vectors.ts';
import { harms, noisy, shifted, thinned } from '../../src/studies/harms.ts';
import { contextOf } from './context.ts';

function set(rows: readonly (readonly number[])[]): VectorSet<'new'> {
  const dimension = rows[0]?.length ?? 0;
  return {
    side: 'new',
    fingerprint: 'v' as Fingerprint,
    dimension,
    ids: rows.map((_, i) => `x${i}`),
    data: Float32Array.from(rows.flat()),
  };
}

const lengthOf = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));

test('noise has the length asked for, over the vector’s own, and another direction in each', () => {
  const plain = set([
    [3, 4, 0, 0],
    [0, 0, 0, 2],
  ]);
  const harmed = noisy(plain, 0.5, 7, 'queries');
  const added = harmed.data.map((value, i) => value - (plain.data[i] ?? 0));
  expect(lengthOf(added.slice(0, 4))).toBeCloseTo(2.5, 5);
  expect(lengthOf(added.slice(4))).toBeCloseTo(1, 5);
  expect(noisy(plain, 0.5, 7, 'queries').data).toEqual(harmed.data);
  expect(noisy(plain, 0.5, 7, 'documents').data).not.toEqual(harmed.data);
});

test('lost dimensions are the same in queries and documents, and leave no vector without a direction', () => {
  const plain = set([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);
  const { data } = thinned(plain, 0.75, 7);
  const kept = [...data.slice(0, 4)].flatMap((value, i) => (value === 0 ? [] : [i]));
  expect(kept).toHaveLength(1);
  expect([...data.slice(4)].flatMap((value, i) => (value === 0 ? [] : [i]))).toEqual(kept);
  const bare = set([0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((place) => Number(place === i))));
  for (let row = 0; row < 4; row++) expect(lengthOf(thinned(bare, 0.97, 7).data.slice(4 * row, 4 * row + 4))).toBeGreaterThan(0);
});

test('a shift of 1 moves the mean query to the mean document', () => {
  const queries = set([
    [1, 0],
    [3, 0],
  ]);
  const { data } = shifted(queries, set([[0, 4]]), 1);
  expect([...data]).toEqual([-1, 4, 1, 4]);
  expect([...shifted(queries, set([[0, 4]]), 2).data]).toEqual([-3, 8, -1, 8]);
});

test('writes what each size of each harm finds by query, worse as it grows', async () => {
  const qrels = new Map(
    Array.from({ length: 30 }, (_, i) => [`q${String(i).padStart(5, '0')}`, new Map([[`d${String(i).padStart(5, '0')}`, 1]])]),
  );
  const context = await contextOf({ documents: 60, queries: 30, k: 10, qrels });
  expect(harms.applies(context)).toBeNull();
  const found = await harms.run(context);
  if (isNotApplicable(found)) throw new Error(found.notApplicable);
  expect(found.measures).toEqual(['nDCG@10']);
  expect(found.harms.map(({ kind, size }) => `${kind} ${size}`)).toEqual([
    'noise 0.25',
    'noise 0.5',
    'noise 1',
    'noise 2',
    'dimensions 0.5',
    'dimensions 0.75',
    'dimensions 0.9',
    'dimensions 0.97',
    'shift 1',
    'shift 2',
    'shift 4',
    'shift 8',
  ]);
  for (const { values } of [{ values: found.old }, ...found.harms]) expect(values['nDCG@10']).toHaveLength(30);
});

test('needs judgements', async () => {
  expect(harms.applies(await contextOf({ qrels: null }))).toEqual({ notApplicable: 'the data set has no relevance judgements' });
});
