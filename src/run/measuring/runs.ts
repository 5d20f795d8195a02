import { churnColumns, indexColumns, neighbourColumns } from '../../measure/neighbour-columns.ts';
import { qualityColumns } from '../../measure/quality-columns.ts';
import type { Qrels } from '../../model/dataset.ts';
import type { ByOn, Column, Evaluation, SidedColumn } from '../../model/evaluation.ts';
import type { On } from '../../model/policy.ts';
import type { Run } from '../../model/search.ts';
import type { Side } from '../../model/version.ts';
import type { MeasureList } from './measure-list.ts';

/** Both versions' runs, by the neighbours they hold; `exact` is missing where only runs are compared. */
export type SidedRuns = { readonly [O in On]?: { readonly [S in Side]: Run } };

type Columns = Pick<Evaluation, 'quality' | 'neighbours' | 'index'>;

const ON = ['exact', 'served'] as const;

/**
 * Every measure of the list on every pair of runs there is.
 * @param found what the index found, where `runs` are of judged documents and the index holds their chunks
 */
export function measureRuns(
  runs: SidedRuns,
  qrels: Qrels | null,
  queryIds: readonly string[],
  list: MeasureList,
  found: SidedRuns = runs,
): Columns {
  return {
    quality: qrels === null ? { notApplicable: 'the data set has no relevance judgements' } : quality(runs, qrels, queryIds, list),
    neighbours: neighbours(runs, qrels, queryIds, list),
    index: index(found, queryIds, list),
  };
}

function quality(runs: SidedRuns, qrels: Qrels, queryIds: readonly string[], list: MeasureList): Record<string, ByOn<SidedColumn>> {
  const tables = eachOn(runs, ({ old: before, new: after }) => ({
    old: qualityColumns(list.quality, before, qrels, queryIds).columns,
    new: qualityColumns(list.quality, after, qrels, queryIds).columns,
  }));
  const named = list.quality.map(({ name }) => {
    const on = mapOn(tables, (table) => ({ old: pick(table.old, name), new: pick(table.new, name) }));
    return [name, on] as const;
  });
  return Object.fromEntries(named);
}

function neighbours(runs: SidedRuns, qrels: Qrels | null, queryIds: readonly string[], list: MeasureList): Record<string, ByOn<Column>> {
  const tables = eachOn(runs, ({ old: before, new: after }) => ({
    ...neighbourColumns(list.neighbour, before, after, queryIds),
    ...(qrels === null ? {} : churnColumns(list.churn, { old: before, new: after }, qrels, queryIds)),
  }));
  const names = [...list.neighbour, ...(qrels === null ? [] : list.churn)];
  return Object.fromEntries(names.map((name) => [name, mapOn(tables, (table) => pick(table, name))]));
}

function index(runs: SidedRuns, queryIds: readonly string[], list: MeasureList): Record<string, SidedColumn> {
  const { exact, served } = runs;
  if (exact === undefined || served === undefined) return {};
  const before = indexColumns(list.index, served.old, exact.old, queryIds);
  const after = indexColumns(list.index, served.new, exact.new, queryIds);
  return Object.fromEntries(list.index.map((name) => [name, { old: pick(before, name), new: pick(after, name) }]));
}

function eachOn<T>(runs: SidedRuns, table: (sides: { readonly [S in Side]: Run }) => T): ByOn<T> {
  return mapOn(runs, table);
}

function mapOn<A, B>(values: ByOn<A>, change: (value: A) => B): ByOn<B> {
  const result: { [O in On]?: B } = {};
  for (const on of ON) {
    const value = values[on];
    if (value !== undefined) result[on] = change(value);
  }
  return result;
}

function pick(columns: Readonly<Record<string, Column>>, name: string): Column {
  const column = columns[name];
  if (column === undefined) throw new TypeError(`${name} was not measured.`);
  return column;
}
