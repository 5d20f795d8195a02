import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLines } from '../../src/formats/lines.ts';
import { collect, fileWriter } from './files.ts';

const write = fileWriter();

test('numbers lines from 1, drops the byte-order mark and carriage returns, skips blank lines', async () => {
  const file = write('a.txt', '\uFEFFone\r\n\r\n  \nfour \nfive');
  expect(await collect(readLines(file))).toEqual([
    { number: 1, text: 'one' },
    { number: 4, text: 'four ' },
    { number: 5, text: 'five' },
  ]);
});

test('an empty file has no lines', async () => {
  expect(await collect(readLines(write('empty.txt', '')))).toEqual([]);
});

test('lines and characters longer than a chunk come whole', async () => {
  const long = 'ä€😀'.repeat(50_000);
  expect(await collect(readLines(write('long.txt', `x\n${long}\ny`)))).toEqual([
    { number: 1, text: 'x' },
    { number: 2, text: long },
    { number: 3, text: 'y' },
  ]);
});

test('any lines without white space come back as written', async () => {
  const word = fc.stringMatching(/^[!-~]+$/);
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1 }), async (words) => {
      const lines = await collect(readLines(write('words.txt', words.join('\n'))));
      expect(lines).toEqual(words.map((text, i) => ({ number: i + 1, text })));
    }),
    { numRuns: 25 },
  );
});

test('a missing file and a folder are clear errors', async () => {
  await expect(collect(readLines('/nowhere/a.txt'))).rejects.toMatchObject({
    code: 'FILE_MISSING',
    message: expect.stringContaining('/nowhere/a.txt'),
  });
  await expect(collect(readLines(join(tmpdir())))).rejects.toMatchObject({ code: 'FILE_IS_FOLDER' });
});
