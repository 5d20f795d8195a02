import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine, readCsv, readTsv } from '../../src/formats/delimited.ts';
import { collect, fileWriter } from './files.ts';

const write = fileWriter();

test('TSV splits at tabs and knows no quotes', async () => {
  expect(await collect(readTsv(write('a.tsv', 'q\t"d\t1\r\n\nq2\t\tx')))).toEqual([
    { line: 1, lines: 1, cells: ['q', '"d', '1'] },
    { line: 3, lines: 1, cells: ['q2', '', 'x'] },
  ]);
});

test('CSV: the seven rules of RFC 4180, with the line a row starts on', async () => {
  const file = write('a.csv', '\uFEFFa,b,c\r\n"x, y","say ""hi""","two\nlines"\r\n\r\n,,\n"",z');
  expect(await collect(readCsv(file))).toEqual([
    { line: 1, lines: 1, cells: ['a', 'b', 'c'] },
    { line: 2, lines: 2, cells: ['x, y', 'say "hi"', 'two\nlines'] },
    { line: 5, lines: 1, cells: ['', '', ''] },
    { line: 6, lines: 1, cells: ['', 'z'] },
  ]);
});

test('CSV: carriage returns inside a cell and blank lines do not shift the lines', async () => {
  const file = write('crlf.csv', 'a,b\r\n\n\nq,"two\r\nli\nnes"\r\nx,y\r\n\r\nz,b');
  expect((await collect(readCsv(file))).map(({ line, lines }) => [line, lines])).toEqual([
    [1, 1],
    [4, 3],
    [7, 1],
    [9, 1],
  ]);
});

test('a row that is written comes back', async () => {
  const row = ['a', 'b, c', 'say "hi"', 'two\r\nlines', ''];
  expect((await collect(readCsv(write('w.csv', csvLine(row)))))[0]?.cells).toEqual(row);
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
  ['an open quote', 'a\n"b', ':2: a quote opens here and is not closed'],
  [
    'an open quote, far from the end',
    `a,b\n1,"x, ""y""\n2,"z"\n3,"b\n4,c\n5,d`,
    ':2: text follows a closing quote, which opens here and closes on line 3',
  ],
  ['an open quote at the end', 'a,"b\nc"\n4,"c\r\n5,d\n', ':3: a quote opens here and is not closed'],
  ['a quote in a bare cell', 'a,b"c', ':1: a quote is inside an unquoted cell'],
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
