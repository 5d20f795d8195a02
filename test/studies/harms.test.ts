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

/** What each query finds nearest is its right document, so that every query that is harmed loses. */
async function harmedContext(queries: number) {
  const shape = { documents: 60, queries, k: 10, same: true };
  const { sides } = await contextOf(shape);
  const { queryIds, documentIds, neighbours, k } = sides.old.exact;
  const qrels = new Map(queryIds.map((id, i) => [id, new Map([[documentIds[neighbours[i * k] ?? 0] ?? '', 1]])]));
  return contextOf({ ...shape, qrels });
}

const KINDS = { noise: [0, 0.5, 1, 2], dimensions: [0, 0.75, 0.9, 0.97], shift: [0, 2, 4, 8] };

test('tries usual sizes of each harm and closes in on where a usual rule begins to notice', async () => {
  const context = await harmedContext(60);
  expect(harms.applies(context)).toBeNull();
  const found = await harms.run(context);
  if (isNotApplicable(found)) throw new Error(found.notApplicable);
  expect(found.measures).toEqual(['nDCG@10']);
  for (const value of found.old['nDCG@10'] ?? []) expect(value).toBe(1);
  // 2.8016 standard errors and what a need unseen could have gained above 0.02: at 2.5 % it fails in 8 of 10 cases.
  const isNoticed = (values: readonly (number | null)[] | undefined): boolean => {
    const lost = (values ?? []).map((value) => 1 - (value ?? Number.NaN));
    const mean = lost.reduce((sum, value) => sum + value, 0) / lost.length;
    const spread = Math.sqrt(lost.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (lost.length - 1));
    return mean > 0.02 + (2.8016 * spread) / Math.sqrt(lost.length) + 0.5 / lost.length;
  };
  for (const [kind, usual] of Object.entries(KINDS)) {
    const own = found.harms.filter((harm) => harm.kind === kind);
    const sizes = own.map(({ size }) => size);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes).toEqual(expect.arrayContaining(usual.slice(1)));
    expect(sizes).toHaveLength(6);
    const first = own.findIndex((_, i) => own.slice(i).every(({ values }) => isNoticed(values['nDCG@10'])));
    expect(first).toBeGreaterThanOrEqual(0);
    const [to, from] = [sizes[first] ?? 0, sizes[first - 1] ?? 0];
    // Of the two usual sizes about it an eighth is left.
    const above = usual.findIndex((size) => size >= to);
    expect(to - from).toBeCloseTo(((usual[above] ?? 0) - (usual[above - 1] ?? 0)) / 8, 9);
  }
});

test('where not even the largest size is noticed, it tries more just below it', async () => {
  const found = await harms.run(await harmedContext(1));
  if (isNotApplicable(found)) throw new Error(found.notApplicable);
  const sizes = found.harms.filter(({ kind }) => kind === 'shift').map(({ size }) => size);
  expect(sizes).toEqual([2, 4, 6, 7, 7.5, 8]);
});

test('needs judgements', async () => {
  expect(harms.applies(await contextOf({ qrels: null }))).toEqual({ notApplicable: 'the data set has no relevance judgements' });
});
