import { columnOf, type Weighing } from '../../measure/columns.ts';
import { exchangedRun } from '../../measure/exchanged.ts';
import { depthOf } from '../../measure/measure-name.ts';
import { churnColumns, indexColumns, neighbourColumns } from '../../measure/neighbour-columns.ts';
import { openColumns } from '../../measure/open-columns.ts';
import { qualityColumns } from '../../measure/quality-columns.ts';
import { pairedDifferences } from '../../measure/stats/needs.ts';
import type { Qrels, Silence } from '../../model/dataset.ts';
import type { ByOn, Column, Evaluation, SidedColumn } from '../../model/evaluation.ts';
import type { On } from '../../model/policy.ts';
import type { Run } from '../../model/search.ts';
import type { Side } from '../../model/version.ts';
import type { MeasureList } from './measure-list.ts';

/** Both versions' runs, by the neighbours they hold; `exact` is missing where only runs are compared. */
export type SidedRuns = { readonly [O in On]?: { readonly [S in Side]: Run } };

/** The queries in the order of the columns. */
type Asked = Weighing & { readonly ids: readonly string[] };

type Columns = Pick<Evaluation, 'quality' | 'neighbours' | 'index'>;

const ON = ['exact', 'served', 'pipeline'] as const;

/** What else {@link measureRuns} is told. */
interface Known {
  /** What the index found, where `runs` are of judged documents and the index holds their chunks; the runs unless given. */
  readonly found?: SidedRuns | undefined;
  /** Results of each query that are served, and that come out of a pipeline: a measure that looks deeper is not of them. No limits unless given. */
  readonly limits?: Limits;
  /** What it means that a document is not listed; missing without judgements. */
  readonly silence?: Silence | undefined;
}

type Limits = { readonly [O in Exclude<On, 'exact'>]: number };

const NO_LIMITS: Limits = { served: Number.POSITIVE_INFINITY, pipeline: Number.POSITIVE_INFINITY };

/** Every measure of the list on every pair of runs there is. */
export function measureRuns(
  runs: SidedRuns,
  qrels: Qrels | null,
  queries: Asked,
  list: MeasureList,
  { found = runs, limits = NO_LIMITS, silence }: Known = {},
): Columns {
  return {
    quality:
      qrels === null
        ? { notApplicable: 'the data set has no relevance judgements' }
        : quality(runs, qrels, queries, list, { limits, silence }),
    neighbours: neighbours(runs, qrels, queries, list, limits),
    index: index(found, queries, list),
  };
}

/** Whether a measure can be taken of these runs: what is served ends at its limit. */
function isWithin(on: On, name: string, limits: Limits): boolean {
  return on === 'exact' || (depthOf(name) ?? 0) <= limits[on];
}

function quality(
  runs: SidedRuns,
  qrels: Qrels,
  queries: Asked,
  { quality: names }: MeasureList,
  { limits, silence }: { readonly limits: Limits; readonly silence: Silence | undefined },
): Record<string, ByOn<SidedColumn>> {
  const isComplete = silence === undefined || silence.means === 'complete';
  const [condensed, plain] = [names.filter(({ judgedOnly }) => judgedOnly), names.filter(({ judgedOnly }) => !judgedOnly)];
  const tables = eachOn(runs, (sides, on) => {
    const columns = (side: Side) => ({
      ...qualityColumns(plain, sides[side], qrels, queries.ids).columns,
      ...qualityColumns(condensed, on === 'served' ? continued(sides[side], runs.exact?.[side]) : sides[side], qrels, queries.ids).columns,
    });
    const open = isComplete ? [] : plain.filter(({ name }) => isWithin(on, name, limits));
    const other = exchangedRun(sides.new, queries);
    const exchanged = other === null ? {} : qualityColumns(plain, other, qrels, queries.ids).columns;
    return { old: columns('old'), new: columns('new'), open: openColumns(open, sides, qrels, queries.ids), exchanged };
  });
  const named = names.map(({ name }) => {
    const on = mapOn(tables, (table, of): SidedColumn | undefined => {
      if (!isWithin(of, name, limits)) return undefined;
      const open = table.open[name];
      const [old, fresh] = [pick(table.old, name, queries), pick(table.new, name, queries)];
      const after = table.exchanged[name]?.perQuery;
      const exchanged = after && pairedDifferences(old.perQuery, after);
      return { old, new: fresh, ...(open === undefined ? {} : { open }), ...(exchanged === undefined ? {} : { exchanged }) };
    });
    return [name, on] as const;
  });
  return Object.fromEntries(named);
}

/**
 * Served lists, and after each the exact neighbours that it lacks. A condensed list closes ranks over unjudged documents, so it
 * needs more results than are served; these are what production would go on with.
 */
function continued(served: Run, exact: Run | undefined): Run {
  if (exact === undefined) return served;
  return new Map(
    [...served].map(([query, { ids, scores }]) => {
      const there = new Set(ids);
      const rest = [...(exact.get(query)?.ids.entries() ?? [])].filter(([, id]) => !there.has(id));
      const more = rest.map(([rank]) => exact.get(query)?.scores[rank] ?? 0);
      return [query, { ids: [...ids, ...rest.map(([, id]) => id)], scores: [...Array.from(scores), ...more] }];
    }),
  );
}

function neighbours(runs: SidedRuns, qrels: Qrels | null, queries: Asked, list: MeasureList, limits: Limits): Record<string, ByOn<Column>> {
  const tables = eachOn(runs, ({ old: before, new: after }) => ({
    ...neighbourColumns(list.neighbour, before, after, queries.ids),
    ...(qrels === null ? {} : churnColumns(list.churn, { old: before, new: after }, qrels, queries.ids)),
  }));
  const names = [...list.neighbour, ...(qrels === null ? [] : list.churn)];
  return Object.fromEntries(
    names.map((name) => [name, mapOn(tables, (table, on) => (isWithin(on, name, limits) ? pick(table, name, queries) : undefined))]),
  );
}

function index(runs: SidedRuns, queries: Asked, list: MeasureList): Record<string, SidedColumn> {
  const { exact, served } = runs;
  if (exact === undefined || served === undefined) return {};
  const before = indexColumns(list.index, served.old, exact.old, queries.ids);
  const after = indexColumns(list.index, served.new, exact.new, queries.ids);
  return Object.fromEntries(list.index.map((name) => [name, { old: pick(before, name, queries), new: pick(after, name, queries) }]));
}

function eachOn<T>(runs: SidedRuns, table: (sides: { readonly [S in Side]: Run }, on: On) => T): ByOn<T> {
  return mapOn(runs, table);
}

function mapOn<A, B>(values: ByOn<A>, change: (value: A, on: On) => B | undefined): ByOn<B> {
  const result: { [O in On]?: B } = {};
  for (const on of ON) {
    const value = values[on];
    const changed = value === undefined ? undefined : change(value, on);
    if (changed !== undefined) result[on] = changed;
  }
  return result;
}

/** The column of a name, its mean over needs. */
function pick(columns: Readonly<Record<string, Column>>, name: string, queries: Asked): Column {
  const column = columns[name];
  if (column === undefined) throw new TypeError(`${name} was not measured.`);
  return columnOf(column.perQuery, queries);
}
