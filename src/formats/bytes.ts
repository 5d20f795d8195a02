import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CutoverError, reasonOf, systemCode, unreadable } from '../core/errors.ts';
import { compressionOf, requireUtf8, requireUtf8Head } from '../system/encoding.ts';
import { refuseDevice } from '../system/files.ts';

const LINE_END = 0x0a;
/** A line may be so long, in bytes: twice as much no longer fits into one text of the engine. */
const LONGEST_LINE = 256 * 1024 * 1024;

/** Streams the bytes of a file; of one that is gzipped, those inside, whatever its name. @throws CutoverError FILE_*, GZIP_DAMAGED */
export async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  await refuseDevice(file);
  const source = createReadStream(file);
  try {
    const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const first = await chunks.next();
    if (first.done === true) return;
    const all = joined(first.value, chunks);
    if (compressionOf(first.value) === 'gzip') yield* unzipped(all);
    else yield* all;
  } catch (error) {
    if (systemCode(error)?.startsWith('Z_') === true)
      throw new CutoverError('GZIP_DAMAGED', { file, reason: reasonOf(error) }, { cause: error });
    if (!(error instanceof CutoverError) && systemCode(error) !== undefined) throw unreadable(file, error);
    throw error;
  } finally {
    source.destroy();
  }
}

async function* joined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* unzipped(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // What goes wrong is thrown where the result is read.
  pipeline(Readable.from(chunks), gunzip).catch(() => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}

/**
 * Streams a text file in whole lines, gunzipped, and known to be UTF-8: each chunk ends with a line end, except the last.
 * @param longest bytes that a line may have
 * @throws CutoverError FILE_ENCODING naming the line, LINE_TOO_LONG, and what {@link bytesOf} throws
 */
export async function* textChunks(file: string, longest = LONGEST_LINE): AsyncGenerator<Buffer> {
  let open: Buffer[] = [];
  let size = 0;
  let line = 1;
  let isFirst = true;
  for await (const chunk of bytesOf(file)) {
    if (isFirst) requireUtf8Head(file, chunk);
    isFirst = false;
    const end = chunk.lastIndexOf(LINE_END) + 1;
    size += end > 0 ? end : chunk.length;
    if (size > longest && end === 0) throw new CutoverError('LINE_TOO_LONG', { where: `${file}:${line}`, megabytes: longest / 2 ** 20 });
    if (end === 0) {
      open.push(chunk);
      continue;
    }
    // Joined once a line ends, not once a chunk: the time of a long line is that of reading it.
    const whole = open.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...open, chunk.subarray(0, end)]);
    requireUtf8(file, whole, line);
    yield whole;
    line += linesIn(whole);
    open = end < chunk.length ? [chunk.subarray(end)] : [];
    size = chunk.length - end;
  }
  if (size === 0) return;
  const rest = Buffer.concat(open);
  requireUtf8(file, rest, line);
  yield rest;
}

/** A whole text file, known to be UTF-8, gunzipped. Throws as {@link textChunks} does. */
export async function readUtf8(file: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of textChunks(file)) chunks.push(chunk);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

function linesIn(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) count++;
  return count;
}
