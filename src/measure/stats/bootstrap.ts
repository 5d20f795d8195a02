import { normalQuantile } from './distributions.ts';
import { columnMean, type NeedColumn, needMeans } from './needs.ts';
import { bootstrapMeans, type ResamplingOptions } from './resampling.ts';

/** The bootstrap distribution of one column's mean, and what BCa needs to read bounds off it. */
export interface BootstrapSample {
  readonly estimate: number;
  /** Needs with a value. */
  readonly needs: number;
  /** Float64Array [resamples that hold any of the column's needs], ascending. */
  readonly sorted: Float64Array;
  /** `percentile` where BCa isn't defined (the estimate is outside all resamples); `degenerate` when all needs agree. */
  readonly method: 'bca' | 'percentile' | 'degenerate';
  /** z0: the normal quantile of the share of resamples below the estimate, ties counted half; 0 unless BCa. */
  readonly bias: number;
  /** a: skewness of the jackknife over needs, divided by 6; 0 unless BCa. */
  readonly acceleration: number;
}

/** Differences that come of rounding alone count as none. */
const ROUNDING = 1e-12;

function allEqual(values: Float64Array): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low <= ROUNDING * Math.max(1, Math.abs(high));
}

/** Leaves one need out at a time: a = Σ u³ / (6 (Σ u²)^1.5), u = mean of the leave-one-out values − the value. */
function jackknifeAcceleration(column: NeedColumn): number {
  const sum = column.sums.reduce((a, b) => a + b, 0);
  const count = column.counts.reduce((a, b) => a + b, 0);
  const left = column.sums.map((own, i) => (sum - own) / (count - (column.counts[i] ?? 0)));
  const centre = left.reduce((a, b) => a + b, 0) / left.length;
  let squares = 0;
  let cubes = 0;
  for (const value of left) {
    squares += (centre - value) ** 2;
    cubes += (centre - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

function biasOf(sorted: Float64Array, estimate: number): number {
  const near = ROUNDING * Math.max(1, Math.abs(estimate));
  let below = 0;
  let ties = 0;
  for (const value of sorted) {
    if (value < estimate - near) below++;
    else if (value <= estimate + near) ties++;
  }
  return normalQuantile((below + ties / 2) / sorted.length);
}

function describe(column: NeedColumn, means: Float64Array): BootstrapSample {
  const estimate = columnMean(column);
  const sorted = means.filter((mean) => !Number.isNaN(mean)).sort();
  const base = { estimate, needs: column.needs.length, sorted, bias: 0, acceleration: 0 };
  if (allEqual(needMeans(column))) return { ...base, method: 'degenerate' };
  const bias = biasOf(sorted, estimate);
  if (!Number.isFinite(bias)) return { ...base, method: 'percentile' };
  return { ...base, method: 'bca', bias, acceleration: jackknifeAcceleration(column) };
}

/**
 * Bootstraps the mean of many columns at once, needs resampled whole and the resamples shared by all columns.
 * Bounds are then read off by `lowerBound`, `upperBound` and `twoSidedInterval`, p-values by `pWorse` and `pNotWorse`.
 * Source: Efron 1987, doi:10.1080/01621459.1987.10478410; resampling of whole clusters: Davison & Hinkley 1997, 3.8.
 * @param summarise called once a column; what it returns is kept, the sample is the caller's own.
 * @returns what `summarise` returned, in the order of the columns.
 * @throws RangeError on a column without values, or options that `bootstrapMeans` refuses.
 * @example
 * const index = indexNeeds(needs);
 * const [ci] = bootstrap([columnByNeed(index, differences)], { needs: index.labels.length, resamples: 10000, seed: 7 },
 *   (sample) => twoSidedInterval(sample, 0.95));
 */
export function bootstrap<T>(
  columns: readonly NeedColumn[],
  options: ResamplingOptions,
  summarise: (sample: BootstrapSample, column: number) => T,
): T[] {
  if (columns.some((column) => column.needs.length === 0)) throw new RangeError('A column without values cannot be resampled.');
  const results = new Map<number, T>();
  bootstrapMeans(columns, options, (i, means) => {
    const column = columns[i];
    if (column) results.set(i, summarise(describe(column, means), i));
  });
  return columns.map((_, i) => results.get(i) as T);
}
