import { type Random, sampleWithout, seededRandom } from '../../core/random.ts';
import type { VectorSet } from '../../model/vectors.ts';

/** Rounds at most; assignments of text vectors settle in far fewer. */
const ROUNDS = 30;
/** Rows that centres are found on; every row then goes to its nearest centre. */
const SAMPLE = 2_000;

/** Unit rows of one version's vectors. */
interface Rows {
  readonly count: number;
  readonly dimension: number;
  readonly data: Float64Array;
}

type Vectors = Pick<VectorSet, 'data' | 'dimension'>;

/** Groups whose centres are found on a sample, so that the rest of a corpus need not be in memory. */
export interface Clustering {
  /** Rows of the sample, ascending. */
  readonly sample: readonly number[];
  /** Finds the centres. @param sampled the vectors of the sample, once @returns what tells the cluster of each row of any vectors */
  fit(sampled: Vectors): (vectors: Vectors) => Int32Array;
}

/**
 * Spherical k-means: groups of documents by direction, so that lengths don't matter. Starts by k-means++ on 1 − cosine.
 * Ties go to the lower cluster and an emptied cluster takes the row that fits its own worst, so a seed gives one answer: fewer
 * than k clusters where there are fewer distinct rows, numbered in no order until {@link bySize}.
 * Source: Dhillon & Modha 2001, doi:10.1023/A:1007612920971; Arthur & Vassilvitskii 2007 (k-means++).
 * @param count rows of the corpus
 * @throws RangeError unless 1 ≤ k ≤ rows
 */
export function clustering(count: number, k: number, seed: number): Clustering {
  if (!Number.isInteger(k) || k < 1 || k > count) throw new RangeError(`${count} rows make no ${k} clusters.`);
  const random = seededRandom(seed, 'clusters');
  return {
    sample: sampleWithout(random, count, Math.max(SAMPLE, k)),
    fit: (sampled) => {
      const centres = centresOf(unitRows(sampled), k, random);
      return (vectors) => Int32Array.from(assign(unitRows(vectors), centres).nearest);
    },
  };
}

function centresOf(rows: Rows, k: number, random: Random): Float64Array[] {
  let centres = firstCentres(rows, k, random);
  let assigned = new Int32Array(rows.count).fill(-1);
  for (let round = 0; round < ROUNDS; round++) {
    const { nearest, fit } = assign(rows, centres);
    fillEmpty(nearest, fit, centres.length);
    if (nearest.every((cluster, row) => cluster === assigned[row])) break;
    assigned = nearest;
    centres = meansOf(rows, assigned, centres.length);
  }
  return centres;
}

function unitRows({ data, dimension }: Vectors): Rows {
  const unit = Float64Array.from(data);
  for (let start = 0; start < unit.length; start += dimension) scaleToUnit(unit.subarray(start, start + dimension));
  return { count: unit.length / dimension, dimension, data: unit };
}

function scaleToUnit(vector: Float64Array): void {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (norm > 0) for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / norm;
}

function rowOf({ data, dimension }: Rows, row: number): Float64Array {
  return data.subarray(row * dimension, (row + 1) * dimension);
}

function cosine(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** The first by lot, each next in proportion to its distance from the nearest so far. */
function firstCentres(rows: Rows, k: number, random: Random): Float64Array[] {
  const centres = [rowOf(rows, random.below(rows.count))];
  const distance = new Float64Array(rows.count).fill(Number.POSITIVE_INFINITY);
  while (centres.length < k) {
    const last = centres[centres.length - 1] as Float64Array;
    let total = 0;
    for (let row = 0; row < rows.count; row++) {
      const next = Math.max(0, 1 - cosine(rowOf(rows, row), last));
      // What is left between equal rows is rounding.
      distance[row] = Math.min(distance[row] as number, next < 1e-9 ? 0 : next);
      total += distance[row] as number;
    }
    if (total === 0) break;
    centres.push(rowOf(rows, drawn(distance, random.next() * total)));
  }
  return centres;
}

function drawn(distance: Float64Array, at: number): number {
  let sum = 0;
  for (let row = 0; row < distance.length; row++) {
    sum += distance[row] as number;
    if (sum > at) return row;
  }
  return distance.findLastIndex((value) => value > 0);
}

function assign(rows: Rows, centres: readonly Float64Array[]): { readonly nearest: Int32Array<ArrayBuffer>; readonly fit: Float64Array } {
  const nearest = new Int32Array(rows.count);
  const fit = new Float64Array(rows.count).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < rows.count; row++) {
    const own = rowOf(rows, row);
    centres.forEach((centre, cluster) => {
      const score = cosine(own, centre);
      if (score <= (fit[row] as number)) return;
      fit[row] = score;
      nearest[row] = cluster;
    });
  }
  return { nearest, fit };
}

/** Gives every cluster without a row the one that fits its own worst. */
function fillEmpty(nearest: Int32Array, fit: Float64Array, clusters: number): void {
  for (let cluster = 0; cluster < clusters; cluster++) {
    if (nearest.includes(cluster)) continue;
    const sizes = countsOf(nearest, clusters);
    let worst = -1;
    nearest.forEach((own, row) => {
      if ((sizes[own] as number) > 1 && (worst < 0 || (fit[row] as number) < (fit[worst] as number))) worst = row;
    });
    if (worst < 0) return;
    nearest[worst] = cluster;
    fit[worst] = Number.POSITIVE_INFINITY;
  }
}

function countsOf(assigned: Int32Array, clusters: number): Int32Array {
  const sizes = new Int32Array(clusters);
  for (const cluster of assigned) sizes[cluster] = (sizes[cluster] as number) + 1;
  return sizes;
}

function meansOf(rows: Rows, assigned: Int32Array, clusters: number): Float64Array[] {
  const centres = Array.from({ length: clusters }, () => new Float64Array(rows.dimension));
  assigned.forEach((cluster, row) => {
    const centre = centres[cluster] as Float64Array;
    rowOf(rows, row).forEach((value, i) => {
      centre[i] = (centre[i] as number) + value;
    });
  });
  for (const centre of centres) scaleToUnit(centre);
  return centres;
}

/** Clusters numbered from the largest down. */
export function bySize(assigned: Int32Array): Int32Array {
  const sizes = new Map<number, number>();
  for (const cluster of assigned) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  const order = [...sizes.keys()].sort((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0) || a - b);
  const place = new Map(order.map((cluster, i) => [cluster, i]));
  return assigned.map((cluster) => place.get(cluster) ?? -1);
}
