import type { Column, Evaluation, SidedColumn } from '../../model/evaluation.ts';
import { ONS } from '../../model/policy.ts';
import type { Format } from '../format.ts';
import { at, checkInput } from '../input.ts';
import { visible } from '../text.ts';

/** One column of the file: its heading and a finished cell a query. */
interface CsvColumn {
  readonly head: string;
  cell(query: number): string;
}

/** RFC 4180: quoted where it has to be, quotes doubled. */
function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}

/** A text cell. Spreadsheets take a leading = + - @ or tab for a formula; an apostrophe before it makes it text. Numbers are left alone. */
function text(value: string): string {
  const shown = visible(value);
  return quote(/^[\s]*[=+\-@＝＋－＠]|^[\t\n]/u.test(shown) ? `'${shown}` : shown);
}

/** Full precision, with a point; empty where there is no value. */
function number(value: number | null): string {
  return value === null ? '' : String(value);
}

function single(head: string, column: Column): CsvColumn[] {
  return [{ head, cell: (query) => number(column.perQuery[query] ?? null) }];
}

function sided(head: string, { old, new: fresh }: SidedColumn): CsvColumn[] {
  const difference = (query: number): number | null => {
    const [before, after] = [old.perQuery[query] ?? null, fresh.perQuery[query] ?? null];
    return before === null || after === null ? null : after - before;
  };
  return [
    ...single(`${head} old`, old),
    ...single(`${head} new`, fresh),
    { head: `${head} difference`, cell: (query) => number(difference(query)) },
  ];
}

function columns({ queries, quality, neighbours, index }: Evaluation): CsvColumn[] {
  const words = (head: string, values: readonly string[]): CsvColumn => ({ head, cell: (query) => text(at(values, query)) });
  const measured = 'notApplicable' in quality ? {} : (quality as Exclude<typeof quality, { readonly notApplicable: string }>);
  return [
    words('query', queries.ids),
    words('need', queries.needs),
    { head: 'judged', cell: (query) => String(at(queries.judged, query)) },
    ...Object.entries(queries.slices).map(([field, values]) => words(`slice ${field}`, values)),
    ...Object.entries(queries.automatic).map(([field, values]) => words(`automatic slice ${field}`, values)),
    ...Object.entries(measured).flatMap(([measure, byOn]) =>
      ONS.flatMap((one) => (byOn[one] === undefined ? [] : sided(`${measure} ${one}`, byOn[one]))),
    ),
    ...Object.entries(neighbours).flatMap(([measure, byOn]) =>
      ONS.flatMap((one) => (byOn[one] === undefined ? [] : single(`${measure} ${one}`, byOn[one]))),
    ),
    ...Object.entries(index).flatMap(([measure, column]) => sided(measure, column)),
  ];
}

function table(evaluation: Evaluation): string {
  const all = columns(evaluation);
  const rows = evaluation.queries.ids.map((_, query) => all.map((column) => column.cell(query)).join(','));
  return [all.map(({ head }) => text(head)).join(','), ...rows, ''].join('\r\n');
}

/** Values a query, one row each in the order of evaluation.json: RFC 4180, UTF-8, lines end in CR LF. */
export const csv: Format = {
  id: 'csv',
  title: 'Values a query as CSV',
  fileName: 'queries.csv',
  mediaType: 'text/csv',
  render: (evaluation, verdict, timings) => {
    checkInput({ evaluation, verdict, timings });
    return table(evaluation);
  },
};
