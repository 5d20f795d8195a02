import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCsv, readTsv } from '../../src/tables/delimited.ts';
import { collect, fileWriter } from './files.ts';

const write = fileWriter();

test('TSV splits at tabs and knows no quotes', async () => {
  expect(await collect(readTsv(write('a.tsv', 'q\t"d\t1\r\n\nq2\t\tx')))).toEqual([
    { line: 1, cells: ['q', '"d', '1'] },
    { line: 3, cells: ['q2', '', 'x'] },
  ]);
});

test('CSV: the seven rules of RFC 4180, with the line a row starts on', async () => {
  const file = write('a.csv', '\uFEFFa,b,c\r\n"x, y","say ""hi""","two\nlines"\r\n\r\n,,\n"",z');
  expect(await collect(readCsv(file))).toEqual([
    { line: 1, cells: ['a', 'b', 'c'] },
    { line: 2, cells: ['x, y', 'say "hi"', 'two\nlines'] },
    { line: 5, cells: ['', '', ''] },
    { line: 6, cells: ['', 'z'] },
  ]);
});

test('what is written quoted comes back', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ü') });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { minLength: 1 }), { minLength: 1 }), async (rows) => {
      const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\r\n');
      expect((await collect(readCsv(write('p.csv', text)))).map(({ cells }) => cells)).toEqual(rows);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['an open quote', 'a\n"b', ':2: a quote is not closed'],
  ['a quote in a bare cell', 'a,b"c', ':1: a quote stands inside an unquoted cell'],
  ['text after a closing quote', '"a"b', ':1: text follows a closing quote'],
])('CSV refuses %s', async (_, text, reason) => {
  const file = write('bad.csv', text);
  await expect(collect(readCsv(file))).rejects.toMatchObject({
    code: 'DELIMITED_MALFORMED',
    message: expect.stringContaining(file + reason),
  });
});

test('a missing CSV is a clear error', async () => {
  await expect(collect(readCsv('/nowhere/a.csv'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
});
