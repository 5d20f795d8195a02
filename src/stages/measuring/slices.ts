import { byCodeUnits } from '../../artifact/order.ts';
import type { ByOn, Column, Evaluation, QueryTable, SidedColumn, SliceResult } from '../../contract/evaluation.ts';

/** Quality and neighbours of every declared slice, fields and values in order. */
export function sliceResults(queries: QueryTable, columns: Pick<Evaluation, 'quality' | 'neighbours'>): SliceResult[] {
  const fields = Object.keys(queries.slices).sort(byCodeUnits);
  return fields.flatMap((field) => {
    const values = queries.slices[field] ?? [];
    return [...new Set(values)].sort(byCodeUnits).map((value) => {
      const rows = values.flatMap((other, row) => (other === value ? [row] : []));
      return sliceResult(field, value, rows, queries, columns);
    });
  });
}

function sliceResult(
  field: string,
  value: string,
  rows: readonly number[],
  queries: QueryTable,
  { quality, neighbours }: Pick<Evaluation, 'quality' | 'neighbours'>,
): SliceResult {
  const sided = (column: SidedColumn) => ({ old: meanOf(column.old, rows), new: meanOf(column.new, rows) });
  return {
    field,
    value,
    queries: rows.length,
    needs: new Set(rows.map((row) => queries.needs[row])).size,
    quality:
      'notApplicable' in quality ? {} : mapValues(quality as Readonly<Record<string, ByOn<SidedColumn>>>, (on) => mapValues(on, sided)),
    neighbours: mapValues(neighbours, (on) => mapValues(on, (column: Column) => meanOf(column, rows))),
  };
}

function meanOf(column: Column, rows: readonly number[]): number | null {
  const values = rows.flatMap((row) => column.perQuery[row] ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
