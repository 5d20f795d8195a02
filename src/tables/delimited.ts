import { createReadStream } from 'node:fs';
import { CutoverError, reasonOf, systemCode } from '../errors.ts';
import { readLines } from './lines.ts';

/** One row; `line` is the line it starts on, from 1. */
export interface DelimitedRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Streams a TSV file: cells are what stands between tabs, nothing is quoted; blank lines are skipped.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE
 */
export async function* readTsv(file: string): AsyncGenerator<DelimitedRow> {
  for await (const { number, text } of readLines(file)) yield { line: number, cells: text.split('\t') };
}

/**
 * Streams a CSV file (RFC 4180): cells may be quoted, hold commas and line ends, and double their quotes; blank lines are skipped.
 * @throws CutoverError DELIMITED_MALFORMED (file:line) on a quote that isn't closed or stands inside a bare cell; FILE_MISSING, FILE_UNREADABLE
 * @example 'a,"b, ""c"""' // cells: a | b, "c"
 */
export async function* readCsv(file: string): AsyncGenerator<DelimitedRow> {
  const parser = new CsvParser(file);
  try {
    for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) yield* parser.feed(chunk);
  } catch (error) {
    if (error instanceof CutoverError || systemCode(error) === undefined) throw error;
    if (systemCode(error) === 'ENOENT') throw new CutoverError('FILE_MISSING', { file }, { cause: error });
    throw new CutoverError('FILE_UNREADABLE', { file, reason: reasonOf(error) }, { cause: error });
  }
  yield* parser.end();
}

/** `afterQuote`: a quote was read inside a quoted cell, which either ends it or is the first half of a doubled one. */
type State = 'start' | 'bare' | 'quoted' | 'afterQuote';

class CsvParser {
  readonly #file: string;
  #state: State = 'start';
  #cells: string[] = [];
  #cell = '';
  #line = 1;
  #firstLine = 1;
  #atFileStart = true;

  constructor(file: string) {
    this.#file = file;
  }

  *feed(chunk: string): Generator<DelimitedRow> {
    const text = this.#atFileStart ? chunk.replace(/^\uFEFF/, '') : chunk;
    this.#atFileStart = false;
    for (const char of text) {
      if (this.#state === 'quoted') this.#inQuotes(char);
      else if (char === '\n') {
        yield* this.#endRow();
        this.#line++;
        this.#firstLine = this.#line;
      } else if (char === ',') this.#endCell();
      else if (char === '"') this.#quote();
      else if (this.#state === 'afterQuote' && char !== '\r') throw this.#malformed('text follows a closing quote');
      else if (this.#state !== 'afterQuote') this.#bare(char);
    }
  }

  *end(): Generator<DelimitedRow> {
    if (this.#state === 'quoted') throw this.#malformed('a quote is not closed');
    yield* this.#endRow();
  }

  #inQuotes(char: string): void {
    if (char === '"') this.#state = 'afterQuote';
    else this.#cell += char;
    if (char === '\n') this.#line++;
  }

  #quote(): void {
    if (this.#state === 'bare') throw this.#malformed('a quote stands inside an unquoted cell');
    if (this.#state === 'afterQuote') this.#cell += '"';
    this.#state = 'quoted';
  }

  #bare(char: string): void {
    this.#cell += char;
    this.#state = 'bare';
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = '';
    this.#state = 'start';
  }

  *#endRow(): Generator<DelimitedRow> {
    if (this.#state === 'bare') this.#cell = this.#cell.replace(/\r$/, '');
    const blank = this.#cells.length === 0 && this.#cell === '' && this.#state !== 'afterQuote';
    this.#endCell();
    if (!blank) yield { line: this.#firstLine, cells: this.#cells };
    this.#cells = [];
  }

  #malformed(reason: string): CutoverError {
    return new CutoverError('DELIMITED_MALFORMED', { where: `${this.#file}:${this.#firstLine}`, reason });
  }
}
