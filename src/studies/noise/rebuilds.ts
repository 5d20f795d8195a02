import type { NotApplicable } from '../../core/absence.ts';
import { seededRandom } from '../../core/random.ts';
import type { Rankings } from '../../model/search.ts';
import type { NoiseSample } from '../../model/studies.ts';
import type { Side } from '../../model/version.ts';
import { paramsOf, servingEngine } from '../../search/registry.ts';
import { toRun } from '../../search/run-table.ts';
import { answering } from '../answers.ts';
import type { StudyContext, VersionVectors } from '../study.ts';
import { NoiseCollector } from './sample.ts';
import { shuffled } from './shuffle.ts';

/** Ranks whose scores are compared. */
const RANKS = 10;

/** The served lists of a version against those of its index built again, documents in random order and levels from another seed. */
export async function rebuildNoise(context: StudyContext, side: Side, cutoffs: readonly number[]): Promise<NoiseSample | NotApplicable> {
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
