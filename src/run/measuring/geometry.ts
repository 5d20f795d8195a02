import { sampleWithout, seededRandom } from '../../core/random.ts';
import { neighbourSetJaccard } from '../../measure/neighbour-sets.ts';
import { REGISTRY } from '../../measure/registry.ts';
import { scoreSummary } from '../../measure/score-shift.ts';
import { type Space, spaceOf } from '../../measure/spaces/space.ts';
import type { Geometry, NeighbourGraph, NotApplicable } from '../../model/evaluation.ts';
import type { VectorSet } from '../../model/vectors.ts';
import type { SideNeighbours } from './artifacts.ts';

/** Documents looked at: pairs grow with the square, and a thousand settle every figure to the second digit. */
const SAMPLE = 1_000;
/** Read off the stored neighbour lists instead, over more documents than the sample has. */
const FROM_LISTS = 'knnJaccard';

/** Rows of the sample that the geometry is taken from, ascending. @param count documents of the corpus */
export function geometryRows(count: number, seed: number): number[] {
  return sampleWithout(seededRandom(seed, 'geometry'), count, SAMPLE);
}

/**
 * Every registered geometry metric over one seeded sample of documents. Each space is looked at by itself or through
 * metrics that say how they relate two: no vector of one version meets one of the other in a dot product.
 * @throws RangeError when the two sets hold other documents
 */
export function geometryOf(old: VectorSet<'old'>, fresh: VectorSet<'new'>, seed: number): Geometry | NotApplicable {
  if (old.ids.length !== fresh.ids.length || old.ids.some((id, row) => id !== fresh.ids[row]))
    throw new RangeError('The two versions hold vectors of other documents.');
  if (old.ids.length < 3) return { notApplicable: 'fewer than three documents have no geometry' };
  const rows = geometryRows(old.ids.length, seed);
  const spaces = { old: sampled(old, rows), new: sampled(fresh, rows) };
  const metrics = REGISTRY.geometry.filter(({ id }) => id !== FROM_LISTS);
  return {
    documents: rows.length,
    between: Object.fromEntries(
      metrics.flatMap((metric) => (metric.spaces === 2 ? [[metric.id, metric.compute(spaces.old, spaces.new)]] : [])),
    ),
    within: Object.fromEntries(
      metrics.flatMap((metric) =>
        metric.spaces === 1 ? [[metric.id, { old: metric.compute(spaces.old), new: metric.compute(spaces.new) }]] : [],
      ),
    ),
    padded: old.dimension !== fresh.dimension,
  };
}

function sampled({ data, dimension }: VectorSet, rows: readonly number[]): Space {
  const picked = new Float32Array(rows.length * dimension);
  rows.forEach((row, i) => {
    picked.set(data.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  });
  return spaceOf(picked, dimension);
}

type Sides = { readonly old: Pick<SideNeighbours, 'nearestDocuments'>; readonly new: Pick<SideNeighbours, 'nearestDocuments'> };

/**
 * Which of each document's nearest documents stay its nearest: quantiles over documents, means by topic.
 * @param topics topic of each document by id; null where there are none
 */
export function neighbourGraph({ old, new: fresh }: Sides, topics: ReadonlyMap<string, string> | null): NeighbourGraph | NotApplicable {
  const [before, after] = [old.nearestDocuments, fresh.nearestDocuments];
  if (before === null || after === null) return { notApplicable: 'one document has no neighbours' };
  if (before.documentIds.length <= before.k + 1)
    return { notApplicable: `all documents are neighbours where there are no more than ${before.k + 1}` };
  const perDocument = neighbourSetJaccard(before.neighbours, after.neighbours, before.k);
  const known = perDocument.flatMap((value, row) => (value === null ? [] : [{ id: before.queryIds[row] ?? '', value }]));
  const clusters = new Map<string, number[]>();
  for (const { id, value } of known) {
    const topic = topics?.get(id);
    if (topic === undefined) continue;
    const values = clusters.get(topic) ?? [];
    values.push(value);
    clusters.set(topic, values);
  }
  const means = [...clusters].map(([name, values]) => ({ name, documents: values.length, mean: scoreSummary(values).mean }));
  return {
    k: before.k,
    jaccard: scoreSummary(known.map(({ value }) => value)),
    clusters: means.sort((a, b) => a.mean - b.mean || (a.name < b.name ? -1 : 1)),
  };
}
