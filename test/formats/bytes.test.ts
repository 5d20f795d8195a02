import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { textChunks } from '../../src/formats/bytes.ts';
import { readCsv } from '../../src/formats/delimited.ts';
import { endingOf } from '../../src/formats/gzip.ts';
import { readJsonl, readLines } from '../../src/formats/lines.ts';
import { readVectorFile } from '../../src/formats/vector-file.ts';
import { readText } from '../../src/system/files.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { bytesOf, header, npy } from './npy-files.ts';

const folder = temporaryFolder();
let files = 0;

function fileOf(content: string | Uint8Array, ending = '.txt'): string {
  const file = join(folder, `f${files++}${ending}`);
  writeFileSync(file, content);
  return file;
}

async function linesOf(file: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text } of readLines(file)) lines.push(text);
  return lines;
}

async function collected<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe('a text file', () => {
  const text = 'erste Zeile: Straße\nzweite: 検索\r\n\nvierte: 😀';

  it.each([
    ['plain', Buffer.from(text)],
    ['with a byte-order mark', Buffer.from(`\uFEFF${text}`)],
    ['gzipped', gzipSync(text)],
    ['gzipped in two members', Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))])],
  ])('%s is read line by line', async (_, content) => {
    expect(await linesOf(fileOf(content))).toEqual(['erste Zeile: Straße', 'zweite: 検索', 'vierte: 😀']);
  });

  it.each<[string, Buffer, RegExp]>([
    [
      'UTF-16 with a mark',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]),
      /\.txt is UTF-16, and UTF-8 is expected/,
    ],
    ['UTF-16 without one', Buffer.from('{"_id": "q1"}\n', 'utf16le'), /is UTF-16/],
    ['big-endian UTF-16', Buffer.from('\uFEFFquery', 'utf16le').swap16(), /is UTF-16/],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), /is UTF-32/],
    ['Latin-1', Buffer.from('one\ncafé über\n', 'latin1'), /\.txt:2 has the byte 0xE9, which is no UTF-8: the file seems to be Latin-1/],
    ['the quotes of Windows', Buffer.from('it\x92s\n', 'latin1'), /:1 has the byte 0x92.*Latin-1/],
    ['UTF-8 cut in a character', Buffer.from('one\ntwo é').subarray(0, -1), /:2 has the byte 0xC3/],
  ])('in %s is named as such', async (_, content, words) => {
    const file = fileOf(content);
    await expect(linesOf(file)).rejects.toMatchObject({ code: 'FILE_ENCODING', message: expect.stringMatching(words) });
    await expect(readText(file)).rejects.toMatchObject({ code: 'FILE_ENCODING', message: expect.stringMatching(words) });
    await expect(collected(readCsv(file))).rejects.toMatchObject({ code: 'FILE_ENCODING' });
  });

  it.each([
    ['zip', [0x50, 0x4b, 3, 4]],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
    ['bzip2', [0x42, 0x5a, 0x68]],
    ['lz4', [4, 0x22, 0x4d, 0x18]],
  ])('packed by %s is named as such', async (kind, magic) => {
    await expect(linesOf(fileOf(Buffer.from([...magic, 0, 0, 0, 0])))).rejects.toMatchObject({
      code: 'FILE_PACKED',
      message: expect.stringContaining(`is packed by ${kind}`),
    });
  });

  it.each([
    ['a Parquet file', 'PAR1\x15\x04\x90'],
    ['an Arrow file', 'ARROW1\0\0'],
    ['a NumPy array', '\x93NUMPY\x01\0'],
    ['an SQLite database', 'SQLite format 3\0'],
    ['a PDF', '%PDF-1.7\n'],
  ])('that is %s is named as such, and no encoding is guessed', async (kind, head) => {
    const file = fileOf(Buffer.from(head, 'latin1'));
    const error = { code: 'FILE_NOT_TEXT', message: `${file} is ${kind}, and text is expected here.` };
    await expect(linesOf(file)).rejects.toMatchObject(error);
    await expect(readText(file)).rejects.toMatchObject(error);
  });

  it('that is cut, or damaged, inside its gzip is refused', async () => {
    const whole = gzipSync('line\n'.repeat(5000));
    const damaged = Buffer.from(whole);
    damaged.fill(0, 20, 30);
    for (const content of [whole.subarray(0, -12), damaged])
      await expect(linesOf(fileOf(content))).rejects.toMatchObject({ code: 'GZIP_DAMAGED' });
  });

  it('of one line of 60 MB is read in the time of its bytes', async () => {
    const word = 'x'.repeat(60 * 2 ** 20);
    const file = fileOf(`{"_id":"long","text":"${word}"}\n{"_id":"next","text":""}\n`, '.jsonl');
    const rows = await collected(readJsonl(file));
    expect(rows.map(({ line }) => line)).toEqual([1, 2]);
    expect(JSON.stringify(rows[0]?.value).length).toBe(word.length + 24);
  });
});

describe('files of vectors and rows, gzipped', () => {
  it('are told by the ending before .gz', () => {
    expect(['a.JSONL.gz', 'b.npy', 'c.tar.gz', 'd'].map(endingOf)).toEqual(['.jsonl', '.npy', '.tar', '']);
  });

  it('are read as plain ones are', async () => {
    const jsonl = '{"id":1,"vector":[0.5,0]}\n{"id":"b","vector":[0,0.5]}\n';
    const ids = fileOf(gzipSync('1\nb\n'), '.ids.txt.gz');
    const expected = [
      ['1', [0.5, 0]],
      ['b', [0, 0.5]],
    ];
    const matrix = npy(header('<f4', '(2, 2)'), bytesOf(Float32Array.of(0.5, 0, 0, 0.5)));
    for (const file of [
      { path: fileOf(jsonl, '.jsonl') },
      { path: fileOf(gzipSync(jsonl), '.jsonl.gz') },
      { path: fileOf(matrix, '.npy'), ids },
      { path: fileOf(gzipSync(matrix), '.npy.gz'), ids },
    ]) {
      const rows = await collected(readVectorFile(file));
      expect(rows.map(({ id, vector }) => [id, [...vector]])).toEqual(expected);
    }
  });

  it('keep quoted cells and their line numbers', async () => {
    const csv = 'id,text\n1,"two\nlines"\n2,x\n';
    const plain = await collected(readCsv(fileOf(csv, '.csv')));
    expect(await collected(readCsv(fileOf(gzipSync(csv), '.csv.gz')))).toEqual(plain);
    expect(plain.map(({ line, lines }) => [line, lines])).toEqual([
      [1, 1],
      [2, 2],
      [4, 1],
    ]);
  });
});

it('an .npz that claims to unpack to far more than vectors do is refused before it is unpacked', async () => {
  const { zipSync } = await import('fflate');
  const bytes = Buffer.from(zipSync({ 'ids.npy': new Uint8Array(10), 'vectors.npy': new Uint8Array(10) }));
  // The central directory says how large each entry is: its header is PK\x01\x02, the size 24 bytes on.
  for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 1)) bytes.writeUInt32LE(0xf0000000, at + 24);
  await expect(collected(readVectorFile({ path: fileOf(bytes, '.npz') }))).rejects.toMatchObject({
    code: 'NPY_MALFORMED',
    message: expect.stringContaining('would grow'),
  });
});

it('a line longer than fits in memory is refused with its place', async () => {
  const chunks = collected(textChunks(fileOf(`short\n${'x'.repeat(200_000)}`), 100_000));
  await expect(chunks).rejects.toMatchObject({ code: 'LINE_TOO_LONG', message: expect.stringContaining('.txt:') });
});
