import { isNotApplicable, type NotApplicable } from '../../core/absence.ts';
import { depthOf, judgedOnly, type NamedMetric, parseMetric } from '../../measure/measure-name.ts';
import { overlapLossOverNoise } from '../../measure/metrics/summary/overlapLossOverNoise.ts';
import { REGISTRY } from '../../measure/registry.ts';
import type { Config } from '../../model/config.ts';
import type { MeasureName, MetricMeta } from '../../model/metric.ts';
import type { Studies } from '../../model/studies.ts';
import { cutoffsOf } from '../../studies/noise-floor.ts';

/** What a run measures, by kind; the configuration's metrics and those that its policy names. */
export interface MeasureList {
  /** Each followed by its condensed variant where it has one. */
  readonly quality: readonly MeasureName[];
  readonly neighbour: readonly string[];
  readonly index: readonly string[];
  readonly churn: readonly string[];
}

/** Shown in every report whatever the configuration names. */
const ALWAYS = [...['overlap@10', 'jaccard@10', 'rbo@50', 'kendall@50', 'apCorrelation@50', 'topChange', 'rankChurn@10'], 'Judged@10'];

/** @throws CutoverError METRIC_UNKNOWN and kin, which the configuration has ruled out */
export function measureList({ metrics, policy, search: { limit } }: Pick<Config, 'metrics' | 'policy' | 'search'>): MeasureList {
  const served = `annRecall@${Math.min(USUAL_DEPTH, limit)}`;
  const list = listOf([...metrics, ...policy.rules.map((rule) => rule.metric), ...ALWAYS, served]);
  // Served against exact: there is nothing to compare below what is served.
  return { ...list, index: list.index.filter((name) => (depthOf(name) ?? 0) <= limit) };
}

/** Depth at which an index's recall is usually told. */
const USUAL_DEPTH = 10;

/** The measures of these names, each once, in the order given. */
export function listOf(names: readonly string[]): MeasureList {
  const parsed = new Map<string, NamedMetric>();
  for (const text of names) {
    const measure = parseMetric(text);
    parsed.set(measure.name.name, measure);
  }
  const of = (kind: NamedMetric['kind']) => [...parsed.values()].filter((measure) => measure.kind === kind).map(({ name }) => name);
  return {
    quality: withCondensed(of('quality')),
    neighbour: of('neighbour').map(({ name }) => name),
    index: of('index').map(({ name }) => name),
    churn: of('churn').map(({ name }) => name),
  };
}

function withCondensed(names: readonly MeasureName[]): MeasureName[] {
  const all = new Map<string, MeasureName>();
  for (const name of names) {
    all.set(name.name, name);
    const condensed = judgedOnly(name);
    if (condensed !== null) all.set(condensed.name, condensed);
  }
  return [...all.values()];
}

/** Every measure by name, for a manifest. */
export function measureNames(list: MeasureList): string[] {
  return [...list.quality.map(({ name }) => name), ...list.neighbour, ...list.index, ...list.churn];
}

/** Metrics of versions rather than runs: geometry, separation, margin. Runs alone have none. */
export const VERSION_METRICS: readonly MetricMeta[] = [...REGISTRY.separation, ...REGISTRY.margin, ...REGISTRY.geometry];

/**
 * Metadata of every metric an evaluation shows, by id, functions left out.
 * @param beside shown beside the list, whatever it holds
 */
export function metadataOf(list: MeasureList, beside: readonly MetricMeta[] = []): Record<string, MetricMeta> {
  const used = new Set([
    ...list.quality.map(({ id }) => id),
    ...[...list.neighbour, ...list.index, ...list.churn].map((name) => parseMetric(name).name.id),
  ]);
  const metrics: MetricMeta[] = Object.values(REGISTRY).flat();
  const always = new Set([...REGISTRY.shift, ...REGISTRY.summary, ...REGISTRY.cost, ...beside].map(({ id }) => id));
  const picked = metrics.filter(({ id }) => used.has(id) || always.has(id));
  return Object.fromEntries(
    picked.map(({ id, title, description, formula, unit, range, direction, source }) => [
      id,
      { id, title, description, formula, unit, range, direction, source },
    ]),
  );
}

/** `overlapLossOverNoise@10` and every other cutoff that is named; why where there is none. */
export function studyValues(config: Pick<Config, 'metrics' | 'policy'>, studies: Studies | null): Record<string, number | NotApplicable> {
  const value = (cutoff: number): number | NotApplicable => {
    if (studies === null) return { notApplicable: 'the studies have not run: `cutover study` measures the noise floor' };
    const { noiseFloor } = studies;
    if (isNotApplicable(noiseFloor)) return noiseFloor;
    return noiseFloor.overlap[cutoff]?.overNoise ?? { notApplicable: `fewer than ${cutoff} results are kept for each query` };
  };
  return Object.fromEntries(cutoffsOf(config).map((cutoff) => [`${overlapLossOverNoise.id}@${cutoff}`, value(cutoff)]));
}
