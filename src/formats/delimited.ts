import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { CutoverError } from '../core/errors.ts';
import { textChunks } from './bytes.ts';
import { readLines } from './lines.ts';

/** One row; `line` is the line it starts on, from 1. */
export interface DelimitedRow {
  readonly line: number;
  /** Lines that it takes: more than 1 where a quoted cell holds line ends. */
  readonly lines: number;
  readonly cells: readonly string[];
}

/**
 * Streams a TSV file: cells are what is between tabs, nothing is quoted; blank lines are skipped.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE
 */
export async function* readTsv(file: string): AsyncGenerator<DelimitedRow> {
  for await (const { number, text } of readLines(file)) yield { line: number, lines: 1, cells: text.split('\t') };
}

/**
 * Streams a CSV file (RFC 4180): cells may be quoted, hold commas and line ends, and double their quotes; blank lines are skipped.
 * @throws CutoverError DELIMITED_MALFORMED (file:line) on a quote that isn't closed or is inside a bare cell; FILE_MISSING, FILE_UNREADABLE
 * @example 'a,"b, ""c"""' // cells: a | b, "c"
 */
export async function* readCsv(file: string): AsyncGenerator<DelimitedRow> {
  const source = Readable.from(textChunks(file));
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
    let counted = 0;
    for await (const { record, info, raw } of source.pipe(parser) as AsyncIterable<ParsedRow>) {
      const body = raw.replace(LINE_ENDS_AROUND, '');
      const inside = body.split('\n').length - 1;
      // csv-parse counts a carriage return inside a cell as its own line.
      counted += body.split('\r').length - 1;
      yield { line: info.lines - counted - inside, lines: inside + 1, cells: record };
    }
  } catch (error) {
    if (error instanceof CsvError) throw new CutoverError('DELIMITED_MALFORMED', await malformed(file, error), { cause: error });
    throw error;
  } finally {
    source.destroy();
  }
}

/**
 * Names of the columns: the first row, trimmed; none where the file is empty.
 * @throws CutoverError DELIMITED_MALFORMED where a CSV file has its cells separated by something else; of the reader
 */
export async function readHeader(file: string, read: typeof readCsv): Promise<string[]> {
  for await (const { line, cells } of read(file)) {
    const [only = '', ...more] = cells;
    const separator = more.length > 0 || read !== readCsv ? undefined : SEPARATORS.find(([sign]) => only.includes(sign))?.[1];
    if (separator === undefined) return cells.map((cell) => cell.trim());
    const reason = `the cells seem to be separated by ${separator}; save the file with commas, or with tabs as .tsv`;
    throw new CutoverError('DELIMITED_MALFORMED', { where: `${file}:${line}`, reason });
  }
  return [];
}

/** What spreadsheets write instead of commas. */
const SEPARATORS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
] as const;

/** One row as {@link readCsv} reads it back, without a line end. @example csvLine(['a', 'b, c']) // 'a,"b, c"' */
export function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}

/** What csv-parse hands over with `info` and `raw`; `lines` is the line that the row ends on. */
interface ParsedRow {
  readonly record: string[];
  readonly info: { readonly lines: number };
  readonly raw: string;
}

/** Blank lines before a row, and its own end. */
const LINE_ENDS_AROUND = /^[\r\n]+|\r?\n?$/g;

const REASONS: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE: 'a quote is inside an unquoted cell',
};

async function malformed(file: string, error: CsvError): Promise<{ where: string; reason: string }> {
  const fault = await quoteFault(file);
  if (fault === null || error.code === 'INVALID_OPENING_QUOTE') {
    const line = typeof error.lines === 'number' ? `:${error.lines}` : '';
    return { where: `${file}${line}`, reason: REASONS[error.code] ?? error.message.replace(/\.$/, '') };
  }
  const { opened, closed } = fault;
  const where = `${file}:${opened}`;
  if (closed === null) return { where, reason: 'a quote opens here and is not closed' };
  const place = closed === opened ? '' : `, which opens here and closes on line ${closed}`;
  return { where, reason: `text follows a closing quote${place}` };
}

/** Where the quotes of a CSV file go wrong; lines count from 1. */
interface QuoteFault {
  /** Line of the quote that opens the cell. */
  readonly opened: number;
  /** Line on which text follows its closing quote; null where it is never closed. */
  readonly closed: number | null;
}

/**
 * Finds the first quoted cell of a CSV file that is not closed, or is closed amid its text. A forgotten quote closes at the next
 * one, often many lines on, and a reader fails there: people need the line where it opened.
 * @returns null where every quoted cell ends as it should
 * @example await quoteFault(file) // of 'a,b\n1,"two\n2,"three"': { opened: 2, closed: 3 }
 */
async function quoteFault(file: string): Promise<QuoteFault | null> {
  let state: 'start' | 'bare' | 'quoted' | 'closing' = 'start';
  let line = 1;
  let opened = 1;
  for await (const chunk of textChunks(file))
    for (const sign of chunk.toString('utf8')) {
      if (state === 'closing' && sign !== '"' && sign !== ',' && sign !== '\n' && sign !== '\r') return { opened, closed: line };
      if (sign === '"' && state === 'start') {
        state = 'quoted';
        opened = line;
      } else if (sign === '"' && state !== 'bare') state = state === 'quoted' ? 'closing' : 'quoted';
      else if (state !== 'quoted' && sign !== '\uFEFF')
        state = sign === ',' || sign === '\n' ? 'start' : state === 'closing' ? state : 'bare';
      if (sign === '\n') line++;
    }
  return state === 'quoted' ? { opened, closed: null } : null;
}
