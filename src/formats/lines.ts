import { CutoverError, reasonOf } from '../core/errors.ts';
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

/** One object of a JSON Lines file; `line` counts from 1. */
interface JsonLine {
  readonly line: number;
  readonly value: unknown;
}

/**
 * Streams a JSON Lines file.
 * @param onMalformed gets each line that isn't JSON, so that a caller can report all of them; without it the first one throws.
 * @throws CutoverError JSON_MALFORMED (file:line), FILE_MISSING, FILE_UNREADABLE
 */
export async function* readJsonl(file: string, onMalformed?: (line: number, reason: string) => void): AsyncGenerator<JsonLine> {
  for await (const { number, text } of readLines(file)) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      if (onMalformed === undefined) throw new CutoverError('JSON_MALFORMED', { where: `${file}:${number}`, reason: reasonOf(error) });
      onMalformed(number, reasonOf(error));
      continue;
    }
    yield { line: number, value };
  }
}
