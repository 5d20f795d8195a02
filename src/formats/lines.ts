import { createReadStream } from 'node:fs';
import { systemCode, unreadable } from '../core/errors.ts';

/** One line of a text file; `number` counts from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/**
 * Streams a UTF-8 file line by line (LF or CRLF, a byte-order mark dropped), blank lines skipped.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  let number = 0;
  // Pieces of a line that has not ended: joined once, since joining at each chunk would read a long line over and over.
  let rest: string[] = [];
  try {
    for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
      const [first = '', ...others] = chunk.split('\n');
      rest.push(first);
      for (const piece of others) {
        yield* lineOf(rest.join(''), ++number);
        rest = [piece];
      }
    }
  } catch (error) {
    if (systemCode(error) !== undefined) throw unreadable(file, error);
    throw error;
  }
  yield* lineOf(rest.join(''), ++number);
}

function* lineOf(raw: string, number: number): Generator<Line> {
  const text = raw.replace(/\r$/, '').replace(number === 1 ? /^\uFEFF/ : /^$/, '');
  if (text.trim() !== '') yield { number, text };
}
