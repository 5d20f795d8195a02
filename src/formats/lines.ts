import { textChunks } from './bytes.ts';

/** One line of a text file; `number` counts from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/**
 * Streams a UTF-8 file, gzipped or not, line by line (LF or CRLF, a byte-order mark dropped), blank lines skipped.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, FILE_ENCODING, FILE_PACKED, GZIP_DAMAGED, LINE_TOO_LONG
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let number = 0;
  for await (const chunk of textChunks(file)) {
    const pieces = chunk.toString('utf8').split('\n');
    // A chunk ends with a line end, except the last one of a file.
    if (pieces.at(-1) === '') pieces.pop();
    for (const piece of pieces) {
      const text = piece.replace(/\r$/, '').replace(++number === 1 ? /^\uFEFF/ : /^$/, '');
      if (text.trim() !== '') yield { number, text };
    }
  }
}
