import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readTrecRun, writeTrecRun } from '../../src/search/trec-run.ts';
import { fileWriter } from '../formats/files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const write = fileWriter();
const folder = temporaryFolder();

test('order is by score as written, as in trec_eval 10, or by float32, as in 9; ties by document id high to low; the rank column says nothing', async () => {
  const file = write('a.run', 'q2 Q0 d1 1 0.5 t\nq1 Q0 a 1 0.1 t\nq1\tQ0  b 2 0.10000000001 t\n\nq1 Q0 c 3 2 t\n');
  expect((await readTrecRun(file)).get('q1')?.ids).toEqual(['c', 'b', 'a']);
  const other = write('b.run', 'q1 Q0 b 1 0.1 t\nq1 Q0 a 2 0.10000000001 t\n');
  expect((await readTrecRun(other)).get('q1')?.ids).toEqual(['a', 'b']);
  expect((await readTrecRun(other, 'float32')).get('q1')?.ids).toEqual(['b', 'a']);
  const run = await readTrecRun(file, 'float32');
  expect([...run.keys()]).toEqual(['q2', 'q1']);
  // 0.1 and 0.10000000001 are one float32, so b stands before a by its id.
  expect(run.get('q1')).toEqual({ ids: ['c', 'b', 'a'], scores: Float32Array.of(2, 0.1, 0.1) });
});

test('comments and tags with spaces are read as trec_eval 10 reads them', async () => {
  const run = await readTrecRun(write('c.run', '# a run\nq1 Q0 a 1 0.9 my tag\n#q1 Q0 b 2 0.8 my tag\nq1 Q0 c 3 0.7 my tag 2\n'));
  expect(run.get('q1')?.ids).toEqual(['a', 'c']);
});

test('JSON of documents and scores by query is read as ranx writes it, gzipped or not', async () => {
  const text = JSON.stringify({ q2: { b: 0.1, a: 0.3 }, 10: { d: 2 } }, null, 2);
  for (const file of [write('a.json', text), write('b.json.gz', gzipSync(text)), write('c.json', `\uFEFF${text}`)]) {
    const run = await readTrecRun(file);
    expect(run.get('q2')).toEqual({ ids: ['a', 'b'], scores: Float32Array.of(0.3, 0.1) });
    expect(run.get('10')?.ids).toEqual(['d']);
  }
  const bad = write('bad.json', '{"q1": {"a": "0.5", "b": 1e39, "c": null, "d": 1}}');
  await expect(readTrecRun(bad)).rejects.toMatchObject({
    message: expect.stringContaining('3 malformed scores'),
    details: [
      `${bad}: query "q1", document "a": the score "0.5" is not a number`,
      `${bad}: query "q1", document "b": the score "1e+39" is larger than float32 can hold`,
      `${bad}: query "q1", document "c": the score null is not a number`,
    ],
  });
  await expect(readTrecRun(write('lines.json', '{"query": "q1", "score": 1}\n'))).rejects.toMatchObject({ code: 'TREC_RUN_MALFORMED' });
});

test('more than ten bad lines are counted', async () => {
  const bad = Array.from({ length: 31 }, (_, i) => `q Q0 d${i} 1 0,5 t\n`).join('');
  await expect(readTrecRun(write('many.run', bad))).rejects.toMatchObject({
    message: expect.stringContaining('31 malformed lines'),
    details: expect.objectContaining({ length: 11, 10: '… and 21 more' }),
  });
});

test('every bad line is named', async () => {
  const file = write('bad.run', 'q Q0 d 1 0.5 t\nq Q0 d 2 0.4 t\nq Q0 e 1 0.5\nq Q0 f 1 NaN t\nq Q0 g 1 1e39 t\nq Q0 h 1 x t\n');
  const details = ['document "d" is here a second time for query "q"', '5 columns instead of 6'].map(
    (reason, i) => `${file}:${i + 2}: ${reason}`,
  );
  const scores = ['"NaN" is not a finite number', '"1e39" is larger than float32 can hold', '"x" is not a finite number'].map(
    (reason, i) => `${file}:${i + 4}: the score ${reason}`,
  );
  await expect(readTrecRun(file)).rejects.toMatchObject({
    code: 'TREC_RUN_MALFORMED',
    message: expect.stringContaining('5 malformed lines'),
    details: [...details, ...scores],
  });
});

test('a written run reads back the same, float32 for float32', async () => {
  const golden = await readTrecRun(new URL('../golden/old.run', import.meta.url).pathname);
  expect(golden.size).toBeGreaterThan(50);
  const file = join(folder, 'out.run');
  await writeTrecRun(file, golden, 'tag');
  expect(await readTrecRun(file)).toEqual(golden);
  expect(readFileSync(file, 'utf8').split('\n')[0]).toMatch(/^\S+ Q0 \S+ 1 \S+ tag$/);
  const scores = Float32Array.of(1 / 3, 1 / 3 - 2 ** -25, 1e-30);
  await writeTrecRun(file, new Map([['q', { ids: ['a', 'b', 'c'], scores }]]), 'tag');
  expect((await readTrecRun(file)).get('q')?.scores).toEqual(scores);
});

test('ids with white space cannot be written', async () => {
  const run = new Map([['q', { ids: ['a b'], scores: Float32Array.of(1) }]]);
  await expect(writeTrecRun(join(folder, 'x.run'), run, 't')).rejects.toThrow(RangeError);
});
