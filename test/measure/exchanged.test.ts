import { expect, it } from 'vitest';
import { exchangedRun } from '../../src/measure/exchanged.ts';
import { runOf } from './golden.ts';

const RUN = runOf({ a1: ['x'], a2: ['y'], b: ['z'], c: ['w'] });

it('gives every query the list of another need', () => {
  const exchanged = exchangedRun(RUN, { ids: ['a1', 'a2', 'b', 'c'], needs: ['a', 'a', 'b', 'c'] });
  expect([...(exchanged ?? [])].map(([id, { ids }]) => [id, ids[0]])).toEqual([
    ['a1', 'z'],
    ['a2', 'w'],
    ['b', 'x'],
    ['c', 'y'],
  ]);
});

it('passes over paraphrases, and gives up where there is one need only', () => {
  const exchanged = exchangedRun(RUN, { ids: ['a1', 'b', 'a2', 'c'], needs: ['a', 'b', 'a', 'c'] });
  expect(exchanged?.get('a1')?.ids).toEqual(['w']);
  expect(exchangedRun(RUN, { ids: ['a1', 'a2'], needs: ['a', 'a'] })).toBeNull();
  expect(exchangedRun(new Map(), { ids: [], needs: [] })?.size).toBe(0);
});

it('leaves a query without a list where the other has none', () => {
  const exchanged = exchangedRun(runOf({ a: ['x'] }), { ids: ['a', 'b'], needs: ['a', 'b'] });
  expect([...(exchanged?.keys() ?? [])]).toEqual(['b']);
});
