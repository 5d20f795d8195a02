import { isNotApplicable, type NotApplicable } from '../core/absence.ts';
import { sha256Json } from '../core/hash.ts';
import type { MeasureName } from '../model/metric.ts';
import type { Rankings } from '../model/search.ts';
import type { Attribution, AttributionStep, Waterfall } from '../model/studies.ts';
import type { ResolvedVersion, VersionSpec } from '../model/version.ts';
import { firstOf } from '../search/run-table.ts';
import { exactRun } from './answers.ts';
import { explainedMeasures, qualityMeans, whyNoQuality } from './quality-means.ts';
import type { Study, StudyContext } from './study.ts';

/** Settings that change a vector while the weights stay, in the order in which they are switched. */
const ORDER = ['prefixes', 'pooling', 'normalize', 'maxTokens', 'dimensions'] as const;

/** A step with the spec that has this field and all before it switched; null where no spec says it, so that it is the new version itself. */
interface SpecStep extends AttributionStep {
  readonly spec: VersionSpec | null;
}

interface Settled {
  readonly spec: VersionSpec;
  readonly version: Pick<ResolvedVersion, 'decides'>;
}

/**
 * The way from one version to another of the same weights, one field at a time.
 * @returns no step where nothing differs; why there is no such way where the weights differ or aren't known
 * @example a spec with another query prefix and pooling by mean instead of cls: prefixes, then pooling
 */
export function specSteps(old: Settled, fresh: Settled): SpecStep[] | NotApplicable {
  const [before, after] = [old.version.decides, fresh.version.decides];
  if (before.weights === undefined || after.weights === undefined || before.embedder !== after.embedder)
    return { notApplicable: 'the weights of a version are not known, so that nothing of it can be switched alone' };
  if (!same(before.weights, after.weights))
    return { notApplicable: 'the weights differ, and no change of settings leads from one model to the other' };
  const steps: SpecStep[] = [];
  let spec = old.spec;
  for (const field of ORDER) {
    if (same(before[field], after[field])) continue;
    spec = switched(spec, field, after[field]);
    steps.push({ field, old: shown(before[field]), new: shown(after[field]), spec: { ...spec, id: `${old.spec.id} + ${field}` } });
  }
  const rest = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !ORDER.some((field) => field === key) && !same(before[key], after[key]),
  );
  if (rest.length > 0) steps.push({ field: 'rest', old: rest.join(', '), new: rest.join(', '), spec: null });
  return steps;
}

/** Deciding values are JSON, with null for what isn't set; a spec leaves that key out. */
function switched(spec: VersionSpec, field: (typeof ORDER)[number], value: unknown): VersionSpec {
  const { [field]: _, ...others } = spec;
  return { ...others, ...(value === null || value === undefined ? {} : { [field]: value }) } as VersionSpec;
}

function same(a: unknown, b: unknown): boolean {
  return sha256Json(a ?? null) === sha256Json(b ?? null);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

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

function at(values: readonly number[], i: number): number {
  const value = values[i];
  if (value === undefined) throw new RangeError(`There is no value ${i} of ${values.length}.`);
  return value;
}
