import type { Qrels } from '../model/dataset.ts';
import type { Column } from '../model/evaluation.ts';
import type { RankedList, Run } from '../model/search.ts';
import { columnOf } from './columns.ts';
import { type NamedMetric, parseMetric } from './measure-name.ts';

type Kind = NamedMetric['kind'];
type Of<K extends Kind> = Extract<NamedMetric, { readonly kind: K }>;

function isKind<K extends Kind>(measure: NamedMetric, kind: K): measure is Of<K> {
  return measure.kind === kind;
}

function measure<K extends Kind>(
  kind: K,
  names: readonly string[],
  queryIds: readonly string[],
  value: (measure: Of<K>, queryId: string) => number | null,
): Readonly<Record<string, Column>> {
  const columns = names.map((name) => {
    const parsed = parseMetric(name);
    if (!isKind(parsed, kind)) throw new TypeError(`${name} is a ${parsed.kind} metric, not a ${kind} metric.`);
    return [parsed.name.name, columnOf(queryIds.map((id) => value(parsed, id)))] as const;
  });
  return Object.fromEntries(columns);
}

function both(old: Run, fresh: Run, queryId: string): { old: RankedList; fresh: RankedList } | null {
  const [a, b] = [old.get(queryId), fresh.get(queryId)];
  return a === undefined || b === undefined ? null : { old: a, fresh: b };
}

/**
 * Agreement of two runs, one column a name; no judgements needed. A query that either run lacks has no value.
 * @param names e.g. `overlap@10`, `topChange`
 * @throws CutoverError METRIC_UNKNOWN, METRIC_CUTOFF, METRIC_PARAMETER
 */
export function neighbourColumns(
  names: readonly string[],
  old: Run,
  fresh: Run,
  queryIds: readonly string[],
): Readonly<Record<string, Column>> {
  return measure('neighbour', names, queryIds, ({ metric, name }, id) => {
    const lists = both(old, fresh, id);
    return lists && metric.compute(lists.old.ids, lists.fresh.ids, name.cutoff ?? Number.POSITIVE_INFINITY);
  });
}

/**
 * Churn of relevant documents (grade 1 or more) between two runs. A query without judgement, or that either run lacks,
 * has no value.
 * @param names e.g. `rankChurn@10`
 * @throws CutoverError METRIC_UNKNOWN, METRIC_CUTOFF, METRIC_PARAMETER
 */
export function churnColumns(
  names: readonly string[],
  runs: { readonly old: Run; readonly new: Run },
  qrels: Qrels,
  queryIds: readonly string[],
): Readonly<Record<string, Column>> {
  return measure('churn', names, queryIds, ({ metric, name }, id) => {
    const lists = both(runs.old, runs.new, id);
    const relevant = new Set([...(qrels.get(id) ?? [])].filter(([, grade]) => grade >= 1).map(([document]) => document));
    return lists && metric.compute(lists.old.ids, lists.fresh.ids, relevant, name.cutoff as number);
  });
}

/**
 * Served against exact neighbours of one version. A query that the exact run lacks has no value; one that only the
 * served run lacks is 0.
 * @param names e.g. `annRecall@10`
 * @throws CutoverError METRIC_UNKNOWN, METRIC_CUTOFF, METRIC_PARAMETER
 */
export function indexColumns(
  names: readonly string[],
  served: Run,
  exact: Run,
  queryIds: readonly string[],
): Readonly<Record<string, Column>> {
  return measure('index', names, queryIds, ({ metric, name }, id) => {
    const truth = exact.get(id);
    return truth === undefined ? null : metric.compute(served.get(id)?.scores ?? [], truth.scores, name.cutoff as number);
  });
}
