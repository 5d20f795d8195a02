import { isNotApplicable, type NotApplicable } from '../core/absence.ts';
import { seededRandom, shuffled } from '../core/random.ts';
import { weighedMean, weighingOf } from '../measure/columns.ts';
import { parseMetric } from '../measure/measure-name.ts';
import { wasserstein } from '../measure/metrics/shift/wasserstein.ts';
import { lossOverNoise, overlapLossOverNoise } from '../measure/metrics/summary/overlapLossOverNoise.ts';
import { neighbourColumns } from '../measure/neighbour-columns.ts';
import type { Config } from '../model/config.ts';
import type { Rankings } from '../model/search.ts';
import type { NoiseFloor, NoiseSample, OverNoise, VersionNoise } from '../model/studies.ts';
import type { Side } from '../model/version.ts';
import { paramsOf, servingEngine } from '../search/registry.ts';
import { toRun } from '../search/run-table.ts';
import { answering } from './answers.ts';
import { batchNoise } from './noise/batches.ts';
import { NoiseCollector } from './noise/sample.ts';
import type { Study, StudyContext, VersionVectors } from './study.ts';

/** Ranks whose scores are compared. */
const RANKS = 10;

/** The served lists of a version against those of its index built again, documents in random order and levels from another seed. */
async function rebuildNoise(context: StudyContext, side: Side, cutoffs: readonly number[]): Promise<NoiseSample | NotApplicable> {
  const { rebuilds } = context.config.production;
  if (rebuilds === 0) return { notApplicable: 'the configuration says `production.rebuilds: 0`' };
  const { served } = context.sides[side];
  const vectors = await context.sides[side].vectors();
  const before = toRun(served);
  const noise = new NoiseCollector(cutoffs);
  for (let i = 1; i <= rebuilds; i++) {
    const rebuilt = await rebuild(context, side, vectors, i);
    noise.add(before, toRun(rebuilt), rankDifferences(served, rebuilt));
  }
  return noise.sample();
}

async function rebuild(
  { config, dataset, signal, console, sides, serving }: StudyContext,
  side: Side,
  vectors: VersionVectors<Side>,
  i: number,
): Promise<Rankings> {
  const { documents, queries } = vectors;
  const random = seededRandom(config.seed, `rebuild-${i}`);
  const params = paramsOf(config.search, side);
  const index = await servingEngine(params).open(documents, params, null, {
    seed: random.below(2 ** 31),
    order: shuffled(random, documents.ids.length),
    signal,
    ...(serving === undefined ? {} : { serving }),
    onProgress: (done, total) =>
      console.progress({
        task: `rebuilding the index of ${sides[side].version.id} (${i} of ${config.production.rebuilds})`,
        done,
        total,
        unit: 'documents',
      }),
  });
  try {
    return await answering(index, dataset, params).search(queries, config.search.limit);
  } finally {
    await index.close();
  }
}

/** Score of each of the first ranks, rebuilt less served. */
function rankDifferences(served: Rankings, rebuilt: Rankings): number[] {
  const differences: number[] = [];
  for (let row = 0; row < served.queryIds.length; row++) {
    for (let at = row * served.k; at < row * served.k + Math.min(RANKS, served.k); at++) {
      if ((served.neighbours[at] ?? -1) < 0 || (rebuilt.neighbours[at] ?? -1) < 0) continue;
      differences.push((rebuilt.scores[at] ?? 0) - (served.scores[at] ?? 0));
    }
  }
  return differences;
}

/** Always measured, whatever the policy names. */
const CUTOFF = 10;
/** float32 has 24 bits: the step from 1 to the next number. */
const FLOAT32_STEP = 2 ** -23;

/**
 * How far each version is from itself under what production varies: the index's insertion order and level seed, and the
 * company a text has in a batch. The floor is the larger version's 95th percentile over queries and repetitions, the
 * larger source's where both apply; what the bump changes is shown as a multiple of it.
 */
export const noiseFloor: Study<'noiseFloor'> = {
  id: 'noiseFloor',
  title: 'Noise floor',
  inputs: (config) => [config.production, cutoffsOf(config)],
  applies: ({ config: { production } }) =>
    production.rebuilds === 0 && production.batchSize === null
      ? { notApplicable: 'the configuration says `production.rebuilds: 0` and names no batch size, so nothing is varied' }
      : null,
  run: async (context) => {
    const { old: before, new: after } = context.sides;
    const cutoffs = cutoffsOf(context.config).filter((cutoff) => cutoff <= before.served.k);
    // Lists shorter than every k say nothing of overlap; scores still do, at the depth there is.
    const [old, fresh] = await noiseOfBoth(context, cutoffs.length > 0 ? cutoffs : [before.served.k]);
    const tried = [old, fresh].flatMap(({ rebuild, batches }) => [rebuild, batches]);
    const samples = tried.filter((sample): sample is NoiseSample => !isNotApplicable(sample));
    if (samples.length === 0) return { notApplicable: [...new Set(tried.flatMap((sample) => reasonOf(sample)))].join('; ') };
    const overlap = cutoffs.map((cutoff) => [String(cutoff), overlapOverNoise(context, cutoff, samples)] as const);
    return {
      old,
      new: fresh,
      overlap: Object.fromEntries(overlap),
      score: scoreOverNoise(topScores(before.served), topScores(after.served), samples),
    } satisfies NoiseFloor;
  },
};

/** Every k that a rule or the metrics name with overlapLossOverNoise, and 10. */
export function cutoffsOf({ metrics, policy }: Pick<Config, 'metrics' | 'policy'>): number[] {
  const names = [...metrics, ...policy.rules.map(({ metric }) => metric)].map((text) => parseMetric(text).name);
  const named = names.filter(({ id }) => id === overlapLossOverNoise.id).flatMap(({ cutoff }) => cutoff ?? []);
  return [...new Set([CUTOFF, ...named])].sort((a, b) => a - b);
}

async function noiseOfBoth(context: StudyContext, cutoffs: readonly number[]): Promise<[VersionNoise, VersionNoise]> {
  // Each index in its own worker; batches one version after the other, since they take every core and much memory.
  const rebuilds = await context.forBoth((side, signal) => rebuildNoise({ ...context, signal }, side, cutoffs));
  const old = { rebuild: rebuilds.old, batches: await batchNoise(context, 'old', cutoffs) };
  return [old, { rebuild: rebuilds.new, batches: await batchNoise(context, 'new', cutoffs) }];
}

function reasonOf(sample: NoiseSample | NotApplicable): string[] {
  return isNotApplicable(sample) ? [sample.notApplicable] : [];
}

function overlapOverNoise({ sides, dataset }: StudyContext, k: number, samples: readonly NoiseSample[]): OverNoise {
  const [before, after] = [sides.old.served, sides.new.served];
  const column = neighbourColumns([`overlap@${k}`], toRun(before), toRun(after), before.queryIds)[`overlap@${k}`];
  const overlap = weighedMean(column?.perQuery ?? [], weighingOf(dataset, before.queryIds)) ?? 1;
  const minimum = 1 / k;
  const floor = Math.max(minimum, ...samples.map(({ overlapLoss }) => overlapLoss[k]?.p95 ?? 0));
  return { change: 1 - overlap, floor, minimum, overNoise: lossOverNoise(overlap, floor, k) };
}

/** The shift of first results' scores as a multiple of what a score of one version differs by. */
function scoreOverNoise(before: Float64Array, after: Float64Array, samples: readonly NoiseSample[]): OverNoise {
  const change = wasserstein.compute(before, after);
  const largest = [...before, ...after].reduce((most, score) => Math.max(most, Math.abs(score)), 0);
  // Where every score is 0, float32's step at 1: a floor of 0 would divide by nothing.
  const minimum = FLOAT32_STEP * (largest === 0 ? 1 : largest);
  const floor = Math.max(minimum, ...samples.map(({ scoreDifference }) => scoreDifference.p95));
  return { change, floor, minimum, overNoise: change / floor };
}

function topScores({ queryIds, k, scores }: Rankings): Float64Array {
  return Float64Array.from(queryIds, (_, row) => scores[row * k] ?? 0);
}
