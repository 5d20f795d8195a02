import { expect, test } from 'vitest';
import { readJsonl } from '../../src/formats/lines.ts';
import { collect, fileWriter } from './files.ts';

const write = fileWriter();

test('yields every value with its line', async () => {
  const file = write('a.jsonl', '{"a":1}\n\n[2]\n"x"\n');
  expect(await collect(readJsonl(file))).toEqual([
    { line: 1, value: { a: 1 } },
    { line: 3, value: [2] },
    { line: 4, value: 'x' },
  ]);
});

test('the first malformed line throws with file and line', async () => {
  const file = write('bad.jsonl', '{"a":1}\n{"a":\n');
  await expect(collect(readJsonl(file))).rejects.toMatchObject({ code: 'JSON_MALFORMED', message: expect.stringContaining(`${file}:2`) });
});

test('a caller that listens gets every malformed line and the good ones', async () => {
  const bad: number[] = [];
  const good = await collect(readJsonl(write('mixed.jsonl', '{\n1\nnope\n2'), (line) => bad.push(line)));
  expect(bad).toEqual([1, 3]);
  expect(good.map(({ value }) => value)).toEqual([1, 2]);
});
