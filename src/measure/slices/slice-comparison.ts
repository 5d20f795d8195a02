import { CONFIDENCE } from '../../core/confidence.ts';
import type { Bounds, Estimate } from '../../model/scores.ts';
import { bootstrap } from '../stats/bootstrap.ts';
import { normalCdf, studentCdf, studentQuantile } from '../stats/distributions.ts';
import { twoSidedInterval } from '../stats/interval.ts';
import { clusterStandardError, columnByNeed, columnMean, indexNeeds, type NeedColumn, type Weight } from '../stats/needs.ts';
import { quantile } from '../stats/quantile.ts';
import { bootstrapMeans, type ResamplingOptions } from '../stats/resampling.ts';

/** Fewer needs than this show too little of their spread to be ranked against other slices. */
const FEWEST_NEEDS = 10;
/** How often a loss that is said to be detectable would be found. */
const POWER = 0.8;

/** A slice's mean difference with its bounds. */
export interface ComparedSlice {
  readonly mean: number;
  readonly needs: number;
  readonly interval: Estimate['interval'];
  /** Holds for all compared slices at once; null for slices of too few needs. */
  readonly simultaneous: Bounds | null;
  /** Smallest true loss that the band would be below 0 for in 8 of 10 cases; null where it can't be said. */
  readonly detectable: number | null;
  /** P-value of "lost" by the slice's own spread; null for slices of too few needs. */
  readonly rank: number | null;
}

interface Compared {
  readonly column: NeedColumn;
  readonly mean: number;
  readonly error: number;
}

/**
 * The paired difference of every slice, each with its own interval and with a band that holds for all slices at once.
 *
 * The worst of many slices looks bad by luck alone, so a plain interval of the one picked as the worst says too much. The
 * band is max-T over shared resamples of needs: in each the largest |mean* − mean| / standard error over slices is taken,
 * and its 95th percentile, in place of 1.96, holds for whichever slice is picked afterwards. Not Bonferroni: slices of
 * several fields share their queries, and thirty of them are far from thirty independent looks. The critical value is
 * widened by Student's t for slices of few needs.
 * Source: Westfall & Young 1993, Resampling-Based Multiple Testing; Romano & Wolf 2005, doi:10.1198/016214504000000539.
 * @param needs the need of each query
 * @param differences one a query, turned so that below 0 is a loss; null where either version has no value
 * @param slices the queries of each slice, one flag a query
 * @param options weight: what counts once in each mean, a need unless it says `queries`
 * @returns one a slice; null where no query of it has a value
 */
export function compareSlices(
  needs: readonly string[],
  differences: readonly (number | null)[],
  slices: readonly (readonly boolean[])[],
  { seed, resamples, weight }: Pick<ResamplingOptions, 'seed' | 'resamples'> & { readonly weight?: Weight },
): (ComparedSlice | null)[] {
  const index = indexNeeds(
    needs,
    differences.map((value) => value !== null),
  );
  const columns = slices.map((members) => columnByNeed(index, differences, members, weight));
  const options = { needs: index.labels.length, resamples: Math.min(resamples, affordable(index.labels.length)), seed };
  const intervals = intervalsOf(columns, options);
  const bands = bandsOf(columns, options);
  return columns.map((column) => {
    if (column.needs.length === 0) return null;
    const band = bands.get(column);
    return {
      mean: columnMean(column),
      needs: column.needs.length,
      interval: intervals.get(column) ?? null,
      simultaneous: band?.bounds ?? null,
      detectable: band?.detectable ?? null,
      rank: band?.rank ?? null,
    };
  });
}

/**
 * Order of slices, worst first: those whose band over all slices is below 0 lead, by the loss that is sure. Then the others by
 * how clearly they lost: the p-value of "lost" from a slice's difference and its own spread, so that neither a slice of two needs
 * nor a huge one with a hair's loss comes first. Slices of too few needs follow by difference, those without a value last.
 */
export function worstFirst(a: ComparedSlice | null, b: ComparedSlice | null): number {
  const [[groupA, valueA], [groupB, valueB]] = [placeOf(a), placeOf(b)];
  return groupA - groupB || valueA - valueB || (a?.mean ?? 0) - (b?.mean ?? 0);
}

function placeOf(slice: ComparedSlice | null): readonly [group: number, value: number] {
  if (slice === null) return [3, 0];
  if (slice.rank === null || slice.simultaneous === null) return [2, slice.mean];
  return slice.simultaneous.upper < 0 ? [0, slice.simultaneous.upper] : [1, slice.rank];
}

/** As many resamples as ten million draws allow, 2,000 at least. */
function affordable(needs: number): number {
  return Math.max(2_000, Math.floor(1e7 / Math.max(1, needs)));
}

function intervalsOf(columns: readonly NeedColumn[], options: ResamplingOptions): Map<NeedColumn, Estimate['interval']> {
  const spread = columns.filter((column) => column.needs.length >= 2);
  if (spread.length === 0) return new Map();
  const intervals = bootstrap(spread, options, (sample) => {
    const [lower, upper] = twoSidedInterval(sample, CONFIDENCE, 'student');
    return { lower, upper, method: sample.method };
  });
  return new Map(spread.map((column, i) => [column, intervals[i] ?? null]));
}

function bandsOf(columns: readonly NeedColumn[], options: ResamplingOptions) {
  const compared: Compared[] = columns
    .filter((column) => column.needs.length >= FEWEST_NEEDS)
    .map((column) => ({ column, mean: columnMean(column), error: clusterStandardError(column) }));
  const critical = criticalValue(
    compared.filter(({ error }) => error > 0),
    options,
  );
  return new Map(
    compared.map(({ column, mean, error }) => {
      const degrees = column.needs.length - 1;
      const reach = error === 0 ? 0 : studentQuantile(normalCdf(critical), degrees) * error;
      const rank = error === 0 ? 0.5 + 0.5 * Math.sign(mean) : studentCdf(mean / error, degrees);
      const detectable = error === 0 ? null : reach + studentQuantile(POWER, degrees) * error;
      return [column, { bounds: { lower: mean - reach, upper: mean + reach }, detectable, rank }] as const;
    }),
  );
}

/** 95th percentile over resamples of the largest standardised deviation of any slice; 0 where no slice has any spread. */
function criticalValue(compared: readonly Compared[], options: ResamplingOptions): number {
  if (compared.length === 0) return 0;
  const largest = new Float64Array(options.resamples);
  bootstrapMeans(
    compared.map(({ column }) => column),
    options,
    (i, means) => {
      const { column, mean, error } = compared[i] as Compared;
      // The bootstrap's own spread is too narrow by this factor.
      const spread = error * Math.sqrt((column.needs.length - 1) / column.needs.length);
      means.forEach((drawn, at) => {
        // A resample without any need of the slice says nothing of it.
        if (!Number.isNaN(drawn)) largest[at] = Math.max(largest[at] as number, Math.abs(drawn - mean) / spread);
      });
    },
  );
  return quantile(largest, CONFIDENCE);
}
