import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgePage } from '../../../src/features/judge/page.ts';
import {
  blindSheet,
  highestGrade,
  idCell,
  idsOfCell,
  markLine,
  parseMark,
  SHEET_COLUMNS,
  sheetTsv,
} from '../../../src/features/judge/sheet.ts';
import { document, HASHES, hostileSheet, query, smallSheet } from './judge-sheets.ts';

const rows = (tsv: string) =>
  tsv
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'));

describe('a blind sheet', () => {
  test('has a row a pair with an empty grade, and nothing else to fill in', () => {
    const [mark, header, ...pairs] = rows(sheetTsv(smallSheet()));
    expect(mark).toEqual([markLine(smallSheet())]);
    expect(header).toEqual([...SHEET_COLUMNS]);
    expect(pairs.map((cells) => `${cells[0]} ${cells[2]}`).sort()).toEqual(['q1 a', 'q1 b', 'q1 c', 'q2 b', 'q2 d']);
    expect(pairs.every((cells) => cells.length === 6 && cells[5] === '')).toBe(true);
  });

  test('its order depends on ids and seed alone: neither on the order given nor on what else is on it', () => {
    const ids = Array.from({ length: 12 }, (_, i) => `d${i}`);
    const sheet = (order: readonly string[], seed = 7) =>
      blindSheet([{ query: query('q'), documents: order.map((id) => document(id)) }], { hashes: HASHES, highest: 3, seed });
    expect(sheetTsv(sheet([...ids].reverse()))).toBe(sheetTsv(sheet(ids)));
    expect(sheet(ids, 8).items[0]?.documents.map(({ id }) => id)).not.toEqual(sheet(ids).items[0]?.documents.map(({ id }) => id));
    expect(sheet(ids, 8).id).not.toBe(sheet(ids).id);
  });

  test('hostile texts stay in their cell, and no cell is a formula', () => {
    const [, , ...pairs] = rows(sheetTsv(hostileSheet()));
    expect(pairs).toHaveLength(2);
    for (const cells of pairs) {
      expect(cells).toHaveLength(6);
      for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@]/);
      for (const unseen of ['\u0007', '\u202E']) expect(cells.join('')).not.toContain(unseen);
    }
  });

  test('ids come back from their cells, quoted by a spreadsheet or not', () => {
    const id = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && text !== '' && !/[\t\r\n]/.test(text));
    fc.assert(
      fc.property(id, (text) => {
        expect(idCell(text)).not.toMatch(/^[=+\-@]/);
        expect(idsOfCell(idCell(text))).toContain(text);
        expect(idsOfCell(`"${idCell(text).replaceAll('"', '""')}"`)).toContain(text);
      }),
    );
    for (const id of ['=1', "'=1", "''-x", 'plain', "it's", '@']) expect(idsOfCell(idCell(id))[0]).toBe(id);
    expect(() => idCell('a\tb')).toThrow(expect.objectContaining({ code: 'JUDGING_ID_UNWRITABLE' }));
  });

  test('the mark is read back, also after a spreadsheet filled the line up', () => {
    const sheet = smallSheet(2);
    const expected = { sheet: sheet.id, corpus: HASHES.corpus, queries: HASHES.queries, highest: 2, of: null };
    expect(parseMark(markLine(sheet))).toEqual(expected);
    expect(parseMark(`"${markLine(sheet)}"\t\t\t`)).toEqual(expected);
    const of = { evaluation: 'e'.repeat(12), old: 'a'.repeat(12), new: 'b'.repeat(12) };
    expect(parseMark(markLine({ ...sheet, of }))).toEqual({ ...expected, of });
    expect(parseMark('# some other comment')).toBeNull();
    expect(parseMark(markLine(sheet).slice(0, -3))).toBeNull();
  });

  test('grades go as far as those of the data set, to 3 where there are none', () => {
    const grades = (...list: number[]) => new Map([['q', new Map(list.map((grade, i) => [`d${i}`, grade]))]]);
    expect([
      highestGrade(null),
      highestGrade(grades(0, 1)),
      highestGrade(grades(0, 2)),
      highestGrade(grades(-1, 0)),
      highestGrade(grades(50)),
    ]).toEqual([3, 1, 2, 3, 3]);
  });
});

describe('its page', () => {
  test('lets nothing load, and holds no markup of the data', () => {
    const page = judgePage(hostileSheet());
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; img-src data:; /);
    expect(page).not.toContain('unsafe');
    expect(page).not.toContain('<img');
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toMatch(/[\u202E\u2028]/);
  });

  test('is the same bytes for the same sheet', () => {
    expect(judgePage(smallSheet())).toBe(judgePage(smallSheet()));
  });
});
