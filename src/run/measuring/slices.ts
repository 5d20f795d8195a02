import { byCodeUnits } from '../../core/order.ts';
import { scoreShift } from '../../measure/score-shift.ts';
import { compareSlices, type RankedDifference } from '../../measure/slices/slice-comparison.ts';
import type { ByOn, Column, Evaluation, QueryTable, SidedColumn, SliceResult, SliceScores } from '../../model/evaluation.ts';
import type { Side } from '../../model/version.ts';

/** Score of each query's first result; null where it has none. */
export type TopScores = { readonly [S in Side]: readonly (number | null)[] };

interface Slice {
  readonly field: string;
  readonly value: string;
  readonly automatic: boolean;
  /** Queries of the slice. */
  readonly rows: readonly number[];
}

type Columns = Pick<Evaluation, 'quality' | 'neighbours'>;

/**
 * Every declared and automatic slice, worst first. Those whose band over all slices lies below 0 lead, by the loss that
 * is sure. Then the others by how clearly they lost: the p-value of "lost" from a slice's difference and its own spread,
 * so that neither a slice of two needs nor a huge one with a hair's loss comes first. Slices of too few needs follow by
 * difference, those without quality by field and value.
 */
export function sliceResults(queries: QueryTable, columns: Columns, topScores: TopScores, seed: number): SliceResult[] {
  const slices = [...slicesIn(queries.slices, false), ...slicesIn(queries.automatic, true)];
  const members = slices.map(({ rows }) => flags(rows, queries.ids.length));
  const compared = compareSlices(queries, columns.quality, members, seed);
  const results = slices.map((slice, i) => ({
    ranked: compared[i] ?? null,
    result: sliceResult(slice, queries, columns, { ranked: compared[i] ?? null, topScores }),
  }));
  return results.sort((a, b) => worstFirst(a.ranked, b.ranked)).map(({ result }) => result);
}

function slicesIn(fields: QueryTable['slices'], automatic: boolean): Slice[] {
  return Object.keys(fields)
    .sort(byCodeUnits)
    .flatMap((field) => {
      const values = fields[field] ?? [];
      return [...new Set(values)].sort(byCodeUnits).map((value) => {
        const rows = values.flatMap((other, row) => (other === value ? [row] : []));
        return { field, value, automatic, rows };
      });
    });
}

function flags(rows: readonly number[], length: number): boolean[] {
  const members = new Array<boolean>(length).fill(false);
  for (const row of rows) members[row] = true;
  return members;
}

function worstFirst(a: RankedDifference | null, b: RankedDifference | null): number {
  const place = (ranked: RankedDifference | null): readonly [number, number] => {
    if (ranked === null) return [3, 0];
    const { mean, simultaneous } = ranked.difference;
    if (ranked.rank === null || simultaneous === null) return [2, mean];
    return simultaneous.upper < 0 ? [0, simultaneous.upper] : [1, ranked.rank];
  };
  const [[groupA, valueA], [groupB, valueB]] = [place(a), place(b)];
  return groupA - groupB || valueA - valueB || (a?.difference.mean ?? 0) - (b?.difference.mean ?? 0);
}

function sliceResult(
  { field, value, automatic, rows }: Slice,
  queries: QueryTable,
  { quality, neighbours }: Columns,
  { ranked, topScores }: { readonly ranked: RankedDifference | null; readonly topScores: TopScores },
): SliceResult {
  const sided = (column: SidedColumn) => ({ old: meanOf(column.old, rows), new: meanOf(column.new, rows) });
  return {
    field,
    value,
    automatic,
    queries: rows.length,
    needs: new Set(rows.map((row) => queries.needs[row])).size,
    difference: ranked?.difference ?? null,
    topScores: scoresOf(topScores, rows),
    quality:
      'notApplicable' in quality ? {} : mapValues(quality as Readonly<Record<string, ByOn<SidedColumn>>>, (on) => mapValues(on, sided)),
    neighbours: mapValues(neighbours, (on) => mapValues(on, (column: Column) => meanOf(column, rows))),
  };
}

function scoresOf(topScores: TopScores, rows: readonly number[]): SliceScores | null {
  const [before, after] = [rows.flatMap((row) => topScores.old[row] ?? []), rows.flatMap((row) => topScores.new[row] ?? [])];
  if (before.length === 0 || after.length === 0) return null;
  const { old, new: fresh, distances } = scoreShift('top-1', '', before, after);
  return { old, new: fresh, distances };
}

function meanOf(column: Column, rows: readonly number[]): number | null {
  const values = rows.flatMap((row) => column.perQuery[row] ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
