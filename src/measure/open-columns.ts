import type { Qrels } from '../model/dataset.ts';
import type { MeasureName, QualityMetric } from '../model/metric.ts';
import type { OpenColumns } from '../model/scores.ts';
import type { Run } from '../model/search.ts';
import { SIDES, type Side } from '../model/version.ts';
import { judgedList, relevanceLevel, relevantCount } from './judged-list.ts';
import { canBeOpen, type OpenQuery, openValues } from './open-bounds.ts';
import { REGISTRY } from './registry.ts';

type Judged = ReadonlyMap<string, number>;

/**
 * What unjudged documents could make of every measure, query by query: those of either list, as deep as the measure looks.
 * Measures of which nothing is open are left out.
 */
export function openColumns(
  names: readonly MeasureName[],
  runs: { readonly [S in Side]: Run },
  qrels: Qrels,
  queryIds: readonly string[],
): Readonly<Record<string, OpenColumns>> {
  const highest = highestGrade(qrels);
  const columns = names.filter(canBeOpen).flatMap((name) => {
    const metric = REGISTRY.quality.find(({ id }) => id === name.id);
    if (metric === undefined) return [];
    const column = columnsOf(
      metric,
      name,
      queryIds.map((id) => queryOf(name, runs, qrels.get(id), id, highest)),
    );
    return column.pairs.some((count) => count > 0) ? [[name.name, column] as const] : [];
  });
  return Object.fromEntries(columns);
}

function highestGrade(qrels: Qrels): number {
  let highest = 0;
  for (const judged of qrels.values()) for (const grade of judged.values()) highest = Math.max(highest, grade);
  return highest;
}

/** null for a query without judgement, which has no value. */
function queryOf(
  name: MeasureName,
  runs: { readonly [S in Side]: Run },
  judged: Judged | undefined,
  id: string,
  highest: number,
): OpenQuery | null {
  if (judged === undefined || judged.size === 0) return null;
  const depth = name.id === 'Rprec' ? relevantCount(judgedList([], judged), relevanceLevel(name)) : (name.cutoff ?? undefined);
  const all = { old: runs.old.get(id)?.ids ?? [], new: runs.new.get(id)?.ids ?? [] };
  const seen = { old: all.old.slice(0, depth), new: all.new.slice(0, depth) };
  const unjudged = [...new Set(SIDES.flatMap((side) => seen[side]))].filter((document) => !judged.has(document));
  return { lists: name.id === 'Rprec' ? all : seen, judged, unjudged, highest };
}

function columnsOf(metric: QualityMetric, name: MeasureName, queries: readonly (OpenQuery | null)[]): OpenColumns {
  const values = queries.map((query) => query && openValues(metric, name, query));
  return {
    least: values.map((value) => value?.difference.least ?? null),
    most: values.map((value) => value?.difference.most ?? null),
    new: { least: values.map((value) => value?.new.least ?? null), most: values.map((value) => value?.new.most ?? null) },
    pairs: queries.map((query) => query?.unjudged.length ?? 0),
  };
}
