import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { CutoverError, systemCode, unreadable } from '../errors.ts';
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
  const source = createReadStream(file);
  const parser = parse({
    bom: true,
    info: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n'],
  });
  // pipe() doesn't hand on errors of what it reads from.
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info, raw } of source.pipe(parser) as AsyncIterable<ParsedRow>) {
      const inside = raw.replace(LAST_LINE_END, '').split('\n').length - 1;
      yield { line: info.lines - inside, cells: record };
    }
  } catch (error) {
    if (error instanceof CsvError) throw new CutoverError('DELIMITED_MALFORMED', malformed(file, error), { cause: error });
    if (systemCode(error) !== undefined) throw unreadable(file, error);
    throw error;
  } finally {
    source.destroy();
  }
}

/** What csv-parse hands over with `info` and `raw`; `lines` is the line that the row ends on. */
interface ParsedRow {
  readonly record: string[];
  readonly info: { readonly lines: number };
  readonly raw: string;
}

const LAST_LINE_END = /\r?\n$/;

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  INVALID_OPENING_QUOTE: 'a quote stands inside an unquoted cell',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote',
};

function malformed(file: string, error: CsvError): { where: string; reason: string } {
  const line = typeof error.lines === 'number' ? `:${error.lines}` : '';
  return { where: `${file}${line}`, reason: REASONS[error.code] ?? error.message.replace(/\.$/, '') };
}
