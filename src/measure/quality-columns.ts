import type { Qrels } from '../model/dataset.ts';
import type { Column } from '../model/evaluation.ts';
import type { JudgedList, MeasureName, QualityMetric } from '../model/metric.ts';
import type { Run } from '../model/search.ts';
import { columnOf } from './columns.ts';
import { condensed, judgedList, relevantCount } from './judged-list.ts';
import { REGISTRY } from './registry.ts';

/** How many queries are not measured as they should be. */
export interface QueryCounts {
  readonly queries: number;
  /** Have at least one judgement, and so a value. */
  readonly judged: number;
  /** Judged, but the run has no result: 0, and counts. */
  readonly missing: number;
  /** Judged, but nothing has a grade of 1 or more: 0, and counts. */
  readonly withoutRelevant: number;
  /** Have no judgement: no value. */
  readonly unjudged: number;
}

/** One version’s quality, query by query. */
export interface QualityColumns {
  /** Canonical measure name → one value a query. */
  readonly columns: Readonly<Record<string, Column>>;
  readonly counts: QueryCounts;
}

interface Prepared {
  readonly name: MeasureName;
  readonly metric: QualityMetric;
}

function prepare(name: MeasureName): Prepared {
  const metric = REGISTRY.quality.find(({ id }) => id === name.id);
  if (metric === undefined) throw new TypeError(`${name.id} is not a quality metric.`);
  return { name, metric };
}

/** Each query's list looked up in its judgements; null for a query without any. */
function judgedLists(run: Run, qrels: Qrels, queryIds: readonly string[]): (JudgedList | null)[] {
  return queryIds.map((id) => {
    const judged = qrels.get(id);
    return judged === undefined || judged.size === 0 ? null : judgedList(run.get(id)?.ids ?? [], judged);
  });
}

function count(lists: readonly (JudgedList | null)[]): QueryCounts {
  const judged = lists.filter((list) => list !== null);
  return {
    queries: lists.length,
    judged: judged.length,
    missing: judged.filter((list) => list.grades.length === 0).length,
    withoutRelevant: judged.filter((list) => relevantCount(list, 1) === 0).length,
    unjudged: lists.length - judged.length,
  };
}

/**
 * Every measure for every query, as trec_eval counts: a judged query that the run lacks, or that has nothing relevant,
 * is 0 and counts in the mean; a query without judgement has no value.
 * @param names of `parseMeasure`
 * @param queryIds the order of the columns; queries of the run or qrels that it doesn't name are not looked at
 * @throws RangeError when a ranked list names a document twice; TypeError on a name of another kind of metric
 */
export function qualityColumns(names: readonly MeasureName[], run: Run, qrels: Qrels, queryIds: readonly string[]): QualityColumns {
  const measures = names.map(prepare);
  const lists = judgedLists(run, qrels, queryIds);
  const shortened = names.some((name) => name.judgedOnly) ? lists.map((list) => list && condensed(list)) : [];
  const columns = measures.map(({ name, metric }) => {
    const seen = name.judgedOnly ? shortened : lists;
    return [name.name, columnOf(seen.map((list) => list && metric.compute(list, name)))] as const;
  });
  return { columns: Object.fromEntries(columns), counts: count(lists) };
}
