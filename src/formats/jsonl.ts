import { CutoverError, reasonOf } from '../core/errors.ts';
import { readLines } from './lines.ts';

/** One object of a JSON Lines file; `line` counts from 1. */
export interface JsonLine {
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
