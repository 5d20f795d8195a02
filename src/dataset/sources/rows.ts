import { arrowNames, readArrowRows } from '../../formats/arrow-rows.ts';
import { type DelimitedRow, readCsv, readHeader, readTsv } from '../../formats/delimited.ts';
import { endingOf } from '../../formats/gzip.ts';
import { readJsonl } from '../../formats/lines.ts';
import { parquetNames, readParquetRows } from '../../formats/parquet.ts';
import type { Problems } from '../problems.ts';
import { type Row, recordOf } from '../records.ts';

/** A file of records, by column. */
export interface Table {
  /** Names of its columns; null where every record says its own (JSON Lines). */
  readonly columns: readonly string[] | null;
  /** Where they are named: a file's first line, or the file. */
  readonly header: string;
  rows(wanted: readonly string[]): AsyncGenerator<Row>;
}

/** Endings of files that hold records; each may have `.gz` behind it. */
export const TABLES: readonly string[] = ['.jsonl', '.csv', '.tsv', '.parquet', '.arrow'];

/** Opens a file of records by its ending; null where the ending is none of {@link TABLES}. @throws CutoverError of the reader */
export async function openTable(file: string, problems: Problems): Promise<Table | null> {
  switch (endingOf(file)) {
    case '.jsonl':
      return { columns: null, header: file, rows: () => jsonRows(file, problems) };
    case '.csv':
      return delimitedTable(file, readCsv, problems);
    case '.tsv':
      return delimitedTable(file, readTsv, problems);
    case '.parquet':
      return {
        columns: await parquetNames(file),
        header: file,
        rows: (texts) => batchRows(file, readParquetRows(file, { texts, vector: null })),
      };
    case '.arrow':
      return {
        columns: await arrowNames(file),
        header: file,
        rows: (texts) => batchRows(file, readArrowRows(file, { texts, vector: null })),
      };
    default:
      return null;
  }
}

/** Objects of a JSON Lines file; what is none goes to `problems`. */
export async function* jsonRows(file: string, problems: Problems): AsyncGenerator<Row> {
  const malformed = (line: number, reason: string) => problems.add(`${file}:${line}`, `not valid JSON: ${reason}`);
  for await (const { line, value } of readJsonl(file, malformed)) {
    const record = recordOf(value);
    if (record === null) problems.add(`${file}:${line}`, 'expected a JSON object');
    else yield { where: `${file}:${line}`, place: `on line ${line}`, record };
  }
}

/** What a first line without names holds: a word a cell would be a header that nobody here knows. */
const NAMES_ONLY = /^[A-Za-z_-]+$/;

/**
 * A file of ids and texts with no header, as MS MARCO's are; null where the first line is one.
 * @param known column names that a header would have
 */
export async function headlessTable(file: string, { columns }: Table, known: readonly string[], problems: Problems): Promise<Table | null> {
  if (endingOf(file) !== '.tsv' || columns?.length !== 2) return null;
  if (columns.some((name) => known.includes(name)) || columns.every((name) => NAMES_ONLY.test(name))) return null;
  return {
    columns: ['_id', 'text'],
    header: `${file}:1`,
    rows: async function* () {
      for await (const { line, cells } of readTsv(file)) {
        const [_id, text] = cells;
        const where = `${file}:${line}`;
        if (cells.length === 2) yield { where, place: `on line ${line}`, record: { _id, text } };
        else problems.add(where, `has ${cells.length} cells, the first line has 2: an id and a text`);
      }
    },
  };
}

type ReadDelimited = (file: string) => AsyncGenerator<DelimitedRow>;

async function delimitedTable(file: string, read: ReadDelimited, problems: Problems): Promise<Table> {
  const columns = await readHeader(file, read);
  return {
    columns,
    header: `${file}:1`,
    rows: async function* () {
      let header = true;
      for await (const { line, cells } of read(file)) {
        if (!header && cells.length !== columns.length)
          problems.add(
            `${file}:${line}`,
            `has ${cells.length} cells, the header has ${columns.length}; quote cells that hold the separator`,
          );
        else if (!header)
          yield {
            where: `${file}:${line}`,
            place: `on line ${line}`,
            record: Object.fromEntries(columns.map((column, i) => [column, cells[i]])),
          };
        header = false;
      }
    },
  };
}

async function* batchRows(file: string, batches: ReturnType<typeof readParquetRows>): AsyncGenerator<Row> {
  let number = 0;
  for await (const { rows, texts } of batches)
    for (let i = 0; i < rows; i++) {
      number++;
      const record = Object.fromEntries(Object.entries(texts).map(([name, values]) => [name, values[i]]));
      yield { where: `${file}, row ${number}`, place: `in row ${number}`, record };
    }
}
