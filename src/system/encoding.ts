import { isUtf8 } from 'node:buffer';
import { CutoverError } from '../core/errors.ts';

/** First bytes of files that are packed. */
const PACKED = [
  ['gzip', [0x1f, 0x8b]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
] as const;

/** First bytes of files of numbers or tables, which are no text in another encoding. */
const TABLES: readonly (readonly [kind: string, magic: string])[] = [
  ['a Parquet file', 'PAR1'],
  ['an Arrow file', 'ARROW1'],
  ['a NumPy array', '\x93NUMPY'],
  ['an SQLite database', 'SQLite format 3'],
  ['a PDF', '%PDF-'],
];

/** By what a file is packed, from its first bytes; null where it isn't. */
export function compressionOf(head: Uint8Array): (typeof PACKED)[number][0] | null {
  return PACKED.find(([, magic]) => magic.every((byte, i) => head[i] === byte))?.[0] ?? null;
}

/** So many bytes are looked at. */
const LOOKED_AT = 512;

/**
 * The encoding of a text from its first bytes, by byte-order mark or by where the zeros of ASCII letters are: PowerShell's `>` writes
 * UTF-16, spreadsheets do on "Unicode text".
 */
function encodingOf(head: Uint8Array): 'UTF-8' | 'UTF-16' | 'UTF-32' {
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'UTF-32' : 'UTF-16';
  if (a === 0xfe && b === 0xff) return 'UTF-16';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'UTF-32';
  const looked = head.subarray(0, LOOKED_AT);
  const zeros = [0, 0];
  looked.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  });
  const most = looked.length / 4;
  return looked.length >= 4 && Math.max(...zeros) > most ? 'UTF-16' : 'UTF-8';
}

/** @param head first bytes of a text file @throws CutoverError FILE_PACKED, FILE_NOT_TEXT, FILE_ENCODING for what its first bytes give away */
export function requireUtf8Head(file: string, head: Uint8Array): void {
  const packed = compressionOf(head);
  if (packed !== null) throw new CutoverError('FILE_PACKED', { file, kind: packed });
  const table = TABLES.find(([, magic]) => Buffer.from(head.subarray(0, magic.length)).toString('latin1') === magic);
  if (table !== undefined) throw new CutoverError('FILE_NOT_TEXT', { file, kind: table[0] });
  const encoding = encodingOf(head);
  if (encoding !== 'UTF-8') throw foreign(file, `is ${encoding}, and UTF-8 is expected`, encoding);
}

/** @param chunk whole lines @param firstLine number of the first of them @throws CutoverError FILE_ENCODING naming the line */
export function requireUtf8(file: string, chunk: Buffer, firstLine = 1): void {
  if (isUtf8(chunk)) return;
  const { line, byte, encoding } = notUtf8(chunk);
  const found = `has the byte 0x${byte.toString(16).toUpperCase()}, which is no UTF-8: the file seems to be ${encoding}`;
  throw foreign(`${file}:${firstLine + line}`, found, encoding.startsWith('Latin-1') ? 'WINDOWS-1252' : null);
}

/** @param from what iconv calls it; null where nobody knows */
function foreign(where: string, found: string, from: string | null): CutoverError {
  return new CutoverError('FILE_ENCODING', { where, found, command: `\`iconv -f ${from ?? '<encoding>'} -t UTF-8\`` });
}

/** Where text stops being UTF-8, and what it most likely is. @param chunk whole lines that are not UTF-8 */
function notUtf8(chunk: Buffer): { readonly line: number; readonly byte: number; readonly encoding: string } {
  let start = 0;
  for (let line = 0; start < chunk.length; line++) {
    const end = chunk.indexOf(0x0a, start);
    const text = chunk.subarray(start, end < 0 ? chunk.length : end);
    if (!isUtf8(text))
      return { line, byte: firstStrange(text), encoding: looksWestern(text) ? 'Latin-1 (Windows-1252)' : 'of another encoding' };
    start = end < 0 ? chunk.length : end + 1;
  }
  return { line: 0, byte: 0, encoding: 'of another encoding' };
}

/** The first byte that no UTF-8 sequence explains. */
function firstStrange(text: Buffer): number {
  let [good, bad] = [0, text.length];
  // The longest start that is UTF-8, give or take a sequence that is cut.
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const isWhole = [0, 1, 2, 3].some((cut) => middle > cut && isUtf8(text.subarray(0, middle - cut)));
    if (isWhole) good = middle;
    else bad = middle;
  }
  for (let at = Math.max(0, good - 4); at < text.length; at++) {
    const byte = text[at] ?? 0;
    if (byte >= 0x80 && !startsSequence(text.subarray(at))) return byte;
    if (byte >= 0x80) at += lengthOf(byte) - 1;
  }
  return text[good] ?? 0;
}

function lengthOf(byte: number): number {
  return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
}

function startsSequence(bytes: Buffer): boolean {
  return isUtf8(bytes.subarray(0, lengthOf(bytes[0] ?? 0)));
}

/** Bytes above ASCII are letters of Western Europe, or the quotes and dashes that Windows puts below them. */
function looksWestern(text: Buffer): boolean {
  const high = [...text].filter((byte) => byte >= 0x80);
  const known = high.filter(
    (byte) =>
      byte >= 0xc0 ||
      byte === 0xa0 ||
      [0x80, 0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0xa3, 0xa7, 0xa9, 0xae, 0xb0, 0xbd].includes(byte),
  );
  return known.length >= 0.8 * high.length && high.length <= text.length / 3;
}
