import type { NotApplicable } from '../core/absence.ts';
import { weighedMean, weighingOf } from '../measure/columns.ts';
import { parseMetric } from '../measure/measure-name.ts';
import { qualityColumns } from '../measure/quality-columns.ts';
import type { Dataset } from '../model/dataset.ts';
import type { MeasureName } from '../model/metric.ts';
import type { Policy } from '../model/policy.ts';
import type { Rankings } from '../model/search.ts';
import { toRun } from '../search/run-table.ts';

/** nDCG to this depth is explained where no rule asks for a quality that is no worse. */
const USUAL_DEPTH = 10;

/**
 * The quality measures of a policy's nonInferior rules, each once; nDCG@10 where it has none.
 * @param depth of the lists that are to be explained; measures that look deeper are left out
 */
export function explainedMeasures({ rules }: Pick<Policy, 'rules'>, depth = Number.POSITIVE_INFINITY): MeasureName[] {
  const asked = rules.filter(({ kind }) => kind === 'nonInferior').map(({ metric }) => parseMetric(metric));
  const names = asked.filter(({ kind, name }) => kind === 'quality' && (name.cutoff ?? 0) <= depth).map(({ name }) => name);
  const chosen = names.length > 0 ? names : [parseMetric(`nDCG@${Math.min(USUAL_DEPTH, depth)}`).name];
  return [...new Map(chosen.map((name) => [name.name, name])).values()];
}

/** Why no quality can be explained; null where it can. */
export function whyNoQuality({ qrels, queries }: Dataset): NotApplicable | null {
  if (qrels === null) return { notApplicable: 'the data set has no relevance judgements' };
  const judged = queries.some(({ id }) => (qrels.get(id)?.size ?? 0) > 0);
  return judged ? null : { notApplicable: 'no query of the data set is judged' };
}

/** Means over needs with a judged query, in the order of the measures. */
export interface QualityMeans {
  readonly queries: number;
  readonly means: readonly number[];
}

/** @throws TypeError when no query is judged; see {@link whyNoQuality} */
export function qualityMeans(measures: readonly MeasureName[], rankings: Rankings, dataset: Dataset): QualityMeans {
  const { columns, counts } = qualityColumns(measures, toRun(rankings), dataset.qrels ?? new Map(), rankings.queryIds);
  const queries = weighingOf(dataset, rankings.queryIds);
  const means = measures.map(({ name }) => {
    const mean = weighedMean(columns[name]?.perQuery ?? [], queries);
    if (mean === null) throw new TypeError(`${name} has no value: no query is judged.`);
    return mean;
  });
  return { queries: counts.judged, means };
}
