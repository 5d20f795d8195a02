import { weighedMean } from '../../measure/columns.ts';
import { scoreShift } from '../../measure/score-shift.ts';
import { type SliceMembers, slicesIn } from '../../measure/slices/members.ts';
import type { Column, Evaluation, QueryTable, SidedColumn, SliceResult, SliceScores } from '../../model/evaluation.ts';
import { qualityOf } from '../../model/lookup.ts';
import type { Side } from '../../model/version.ts';

/** Score of each query's first result; null where it has none. */
export type TopScores = { readonly [S in Side]: readonly (number | null)[] };

type Columns = Pick<Evaluation, 'quality' | 'neighbours'>;

/** Every declared and automatic slice: declared ones first, then by field and value. */
export function sliceResults(queries: QueryTable, columns: Columns, topScores: TopScores): SliceResult[] {
  return slicesIn(queries).map((slice) => sliceResult(slice, queries, columns, topScores));
}

function sliceResult(
  { field, value, automatic, members }: SliceMembers,
  queries: QueryTable,
  { quality, neighbours }: Columns,
  topScores: TopScores,
): SliceResult {
  const rows = members.flatMap((member, row) => (member ? [row] : []));
  const mean = (column: Column) =>
    weighedMean(
      column.perQuery.map((one, row) => (members[row] ? one : null)),
      queries,
    );
  const sided = (column: SidedColumn) => ({ old: mean(column.old), new: mean(column.new) });
  return {
    field,
    value,
    automatic,
    queries: rows.length,
    needs: new Set(rows.map((row) => queries.needs[row])).size,
    topScores: scoresOf(topScores, rows),
    quality: mapValues(qualityOf({ quality }), (on) => mapValues(on, sided)),
    neighbours: mapValues(neighbours, (on) => mapValues(on, mean)),
  };
}

function scoresOf(topScores: TopScores, rows: readonly number[]): SliceScores | null {
  const [before, after] = [rows.flatMap((row) => topScores.old[row] ?? []), rows.flatMap((row) => topScores.new[row] ?? [])];
  if (before.length === 0 || after.length === 0) return null;
  const { old, new: fresh, distances } = scoreShift('top-1', '', before, after);
  return { old, new: fresh, distances };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
