import { isNotApplicable } from '../core/absence.ts';
import type { MeasureName } from '../model/metric.ts';
import type { Rankings } from '../model/search.ts';
import type { Attribution, Waterfall } from '../model/studies.ts';
import { exactRun } from './exact-run.ts';
import { explainedMeasures, qualityMeans, whyNoQuality } from './quality-means.ts';
import { type SpecStep, specSteps } from './spec-steps.ts';
import type { Study, StudyContext } from './study.ts';

/**
 * Where a change of quality comes from, as a waterfall from old to new as served:
 * (exact old − served old) + (exact new − exact old) + (served new − exact new) = served new − served old.
 * Where both versions share their weights, the middle part is divided by switching one setting after the other.
 */
export const attribution: Study<'attribution'> = {
  id: 'attribution',
  title: 'Where the change comes from',
  inputs: ({ policy, search }, versions) => [explainedMeasures(policy, search.limit).map(({ name }) => name), versions.old.id],
  applies: ({ dataset }) => whyNoQuality(dataset),
  run: async (context) => {
    const { config, dataset, sides } = context;
    const { limit } = config.search;
    const measures = explainedMeasures(config.policy, limit);
    const steps = specSteps(sides.old, sides.new);
    // Exact lists as deep as the served ones: what is left out below is no loss of the index.
    const means = (rankings: Rankings) => qualityMeans(measures, firstOf(rankings, limit), dataset);
    const between = isNotApplicable(steps) ? [] : await meansBetween(context, steps, measures);
    const old = { served: means(sides.old.served).means, exact: means(sides.old.exact).means };
    const fresh = { served: means(sides.new.served), exact: means(sides.new.exact).means };
    const waterfalls = measures.map(({ name }, i): Waterfall => {
      const way = [old.exact, ...between, fresh.exact].map((values) => at(values, i));
      const [served, exact] = [at(old.served, i), at(old.exact, i)];
      const [newServed, newExact] = [at(fresh.served.means, i), at(fresh.exact, i)];
      const hasSteps = !isNotApplicable(steps) && steps.length > 0;
      return {
        measure: name,
        old: served,
        new: newServed,
        parts: { oldIndex: exact - served, model: newExact - exact, newIndex: newServed - newExact },
        modelParts: hasSteps ? way.slice(1).map((value, step) => value - at(way, step)) : [],
      };
    });
    const split = isNotApplicable(steps) ? steps : steps.map(({ field, old: from, new: to }) => ({ field, old: from, new: to }));
    return { queries: fresh.served.queries, measures: waterfalls, split } satisfies Attribution;
  },
};

/** Means after each step but the last, which is the new version itself. Says what that costs before it starts. */
async function meansBetween(
  context: StudyContext,
  steps: readonly SpecStep[],
  measures: readonly MeasureName[],
): Promise<(readonly number[])[]> {
  const variants = [];
  for (const { spec } of steps.slice(0, -1)) if (spec !== null) variants.push(await context.variant(spec));
  const texts = variants.reduce((sum, { toEmbed }) => sum + toEmbed, 0);
  if (texts > 0)
    context.console.info(`study     attribution: embedding ${texts} texts under ${variants.length} settings between old and new`);
  const means: (readonly number[])[] = [];
  for (const variant of variants) {
    const rankings = firstOf(await exactRun(context, await variant.vectors()), context.config.search.limit);
    means.push(qualityMeans(measures, rankings, context.dataset).means);
  }
  return means;
}

/** The first results of each query. */
function firstOf(rankings: Rankings, depth: number): Rankings {
  const k = Math.min(depth, rankings.k);
  const rows = rankings.queryIds.keys();
  const places = Int32Array.from([...rows].flatMap((row) => Array.from({ length: k }, (_, rank) => row * rankings.k + rank)));
  return {
    ...rankings,
    k,
    neighbours: places.map((place) => rankings.neighbours[place] ?? -1),
    scores: Float32Array.from(places, (place) => rankings.scores[place] ?? 0),
  };
}

function at(values: readonly number[], i: number): number {
  const value = values[i];
  if (value === undefined) throw new RangeError(`There is no value ${i} of ${values.length}.`);
  return value;
}
