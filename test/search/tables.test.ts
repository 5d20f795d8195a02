import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeArrow } from '../../src/formats/arrow.ts';
import type { Rankings } from '../../src/model/search.ts';
import { exact } from '../../src/search/engines/exact.ts';
import { readPairs, writePairs } from '../../src/search/pair-table.ts';
import { readRankings, toRun, writeRankings } from '../../src/search/run-table.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ask } from './contract.ts';
import { params, randomSet } from './vectors.ts';

const folder = temporaryFolder();
/** Two queries: one with two of three places filled, one with none. */
const rankings: Rankings = {
  queryIds: ['q1', 'q2'],
  documentIds: ['a', 'b', 'never found'],
  k: 3,
  neighbours: Int32Array.of(1, 0, -1, -1, -1, -1),
  scores: Float32Array.of(0.9, 0.1, 0, 0, 0, 0),
};

test('rankings come back the same, short lists and unfound documents too', async () => {
  const file = join(folder, 'a.arrow');
  await writeRankings(file, rankings, { version: 'v', engine: 'exact' });
  expect(await readRankings(file)).toEqual({ rankings, about: { version: 'v', engine: 'exact' } });
  const real = await ask(exact, randomSet('d', 100, 8), randomSet('q', 10, 8), params(20));
  await writeRankings(file, real);
  expect((await readRankings(file)).rankings).toEqual(real);
});

test('as a run: ids best first, an empty list where nothing was found', () => {
  const run = toRun(rankings);
  expect([...run.keys()]).toEqual(['q1', 'q2']);
  expect(run.get('q1')).toEqual({ ids: ['b', 'a'], scores: Float32Array.of(0.9, 0.1) });
  expect(run.get('q2')).toEqual({ ids: [], scores: new Float32Array() });
});

test('other tables, damaged and missing files are refused', async () => {
  const file = join(folder, 'other.arrow');
  await writeArrow(file, { score: { type: 'float', data: Float32Array.of(1) } }, { kind: 'something' });
  await expect(readRankings(file)).rejects.toMatchObject({ code: 'RANKINGS_MALFORMED', message: expect.stringContaining(file) });
  await expect(readPairs(file)).rejects.toMatchObject({ code: 'RANKINGS_MALFORMED' });
  await writeArrow(file, { score: { type: 'float', data: Float32Array.of(1) } }, { kind: 'cutover.rankings', schemaVersion: '1', k: '1' });
  await expect(readRankings(file)).rejects.toThrow('a column is missing');
  writeFileSync(file, 'x');
  await expect(readRankings(file)).rejects.toMatchObject({ code: 'ARROW_MALFORMED' });
  await expect(readRankings(join(folder, 'nowhere.arrow'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
});

test('scored pairs come back the same', async () => {
  const file = join(folder, 'pairs.arrow');
  const pairs = {
    left: ['q1', 'q2'],
    right: ['a', 'b', 'c'],
    rows: Int32Array.of(1, 0),
    columns: Int32Array.of(2, 1),
    scores: Float32Array.of(0.5, -1),
  };
  await writePairs(file, pairs);
  expect(await readPairs(file)).toEqual(pairs);
  await expect(
    writePairs(file, { ...pairs, rows: new Int32Array(), columns: new Int32Array(), scores: new Float32Array() }),
  ).rejects.toThrow(RangeError);
});
