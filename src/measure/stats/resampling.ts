import { type Random, seededRandom } from '../../core/random.ts';
import type { NeedColumn } from './needs.ts';

/** How needs are resampled. The same three values give the same resamples for every column, metric and slice. */
export interface ResamplingOptions {
  /** How many needs there are in all; columns index into them. */
  readonly needs: number;
  readonly resamples: number;
  readonly seed: number;
}

/** Resamples drawn at a time: their counts stay in the processor's cache for usual numbers of needs. */
const BLOCK = 32;
/** Packs whose means are held at a time; bounds memory whatever the number of columns. */
const PACKS_AT_ONCE = 40;

/** Up to three columns over the same needs, interleaved with their counts: the inner loop reads four lanes a need. */
interface Pack {
  readonly needs: Int32Array;
  /** Float64Array [g × 4]: counts, then up to three columns' sums. */
  readonly lanes: Float64Array;
  /** Index into the caller's columns. */
  readonly columns: number[];
}

function sameCounts(a: NeedColumn, b: NeedColumn): boolean {
  return (
    a.needs.length === b.needs.length &&
    a.needs.every((need, i) => need === b.needs[i]) &&
    a.counts.every((count, i) => count === b.counts[i])
  );
}

function packColumns(columns: readonly NeedColumn[]): Pack[] {
  const groups: { readonly first: NeedColumn; readonly members: number[] }[] = [];
  columns.forEach((column, i) => {
    const group = groups.find((other) => sameCounts(other.first, column));
    if (group) group.members.push(i);
    else groups.push({ first: column, members: [i] });
  });
  const packs: Pack[] = [];
  for (const { first, members } of groups) {
    for (let i = 0; i < members.length; i += 3) packs.push(interleave(first, members.slice(i, i + 3), columns));
  }
  return packs;
}

function interleave(first: NeedColumn, members: number[], columns: readonly NeedColumn[]): Pack {
  const lanes = new Float64Array(first.needs.length * 4);
  first.counts.forEach((count, j) => {
    lanes[j * 4] = count;
    members.forEach((member, lane) => {
      lanes[j * 4 + lane + 1] = columns[member]?.sums[j] ?? 0;
    });
  });
  return { needs: first.needs, lanes, columns: members };
}

/** Fills counts [BLOCK × needs]: how often each need was drawn in each resample. */
function draw(random: Random, needs: number, counts: Float64Array): void {
  counts.fill(0);
  for (let row = 0; row < BLOCK; row++) {
    const start = row * needs;
    for (let i = 0; i < needs; i++) {
      const at = start + random.below(needs);
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
}

/** totals [BLOCK × 4] = counts × lanes, two resamples and four lanes at a time. Indices are in range by construction. */
function multiply(counts: Float64Array, needCount: number, pack: Pack, totals: Float64Array): void {
  const { needs, lanes } = pack;
  const at = (array: Float64Array, i: number): number => array[i] as number;
  for (let row = 0; row < BLOCK; row += 2) {
    let a0 = 0,
      a1 = 0,
      a2 = 0,
      a3 = 0,
      b0 = 0,
      b1 = 0,
      b2 = 0,
      b3 = 0;
    const start = row * needCount;
    for (let j = 0, lane = 0; j < needs.length; j++, lane += 4) {
      const need = start + (needs[j] as number);
      const a = at(counts, need);
      const b = at(counts, need + needCount);
      const s0 = at(lanes, lane),
        s1 = at(lanes, lane + 1),
        s2 = at(lanes, lane + 2),
        s3 = at(lanes, lane + 3);
      a0 += a * s0;
      a1 += a * s1;
      a2 += a * s2;
      a3 += a * s3;
      b0 += b * s0;
      b1 += b * s1;
      b2 += b * s2;
      b3 += b * s3;
    }
    totals.set([a0, a1, a2, a3, b0, b1, b2, b3], row * 4);
  }
}

function fillMeans(packs: readonly Pack[], options: ResamplingOptions, means: readonly Float64Array[][]): void {
  const random = seededRandom(options.seed, 'bootstrap');
  const counts = new Float64Array(BLOCK * options.needs);
  const totals = new Float64Array(BLOCK * 4);
  for (let done = 0; done < options.resamples; done += BLOCK) {
    draw(random, options.needs, counts);
    const rows = Math.min(BLOCK, options.resamples - done);
    packs.forEach((pack, p) => {
      multiply(counts, options.needs, pack, totals);
      means[p]?.forEach((column, lane) => {
        for (let row = 0; row < rows; row++) column[done + row] = (totals[row * 4 + lane + 1] ?? 0) / (totals[row * 4] ?? 0);
      });
    });
  }
}

/**
 * Bootstrap means of many columns under shared resamples of needs: for each resample Σ w·sums / Σ w·counts, where w is
 * how often each need was drawn. Draws are made again for every batch of columns, so memory depends neither
 * on the number of columns nor on resamples × needs.
 * @param visit called once a column with its means [resamples], NaN where a resample holds none of the column's needs;
 *   the array is the visitor's for the call only. Columns come in no particular order.
 * @throws RangeError on no needs, fewer than one resample, or a column that names other needs.
 */
export function bootstrapMeans(
  columns: readonly NeedColumn[],
  options: ResamplingOptions,
  visit: (column: number, means: Float64Array) => void,
): void {
  const { needs, resamples } = options;
  if (!(Number.isInteger(needs) && needs >= 1 && Number.isInteger(resamples) && resamples >= 1))
    throw new RangeError(`Cannot draw ${resamples} resamples of ${needs} needs.`);
  if (columns.some((column) => column.needs.some((need) => need < 0 || need >= needs)))
    throw new RangeError('A column names an unknown need.');
  const packs = packColumns(columns);
  const buffers = Array.from({ length: Math.min(PACKS_AT_ONCE, packs.length) * 3 }, () => new Float64Array(resamples));
  for (let start = 0; start < packs.length; start += PACKS_AT_ONCE) {
    const batch = packs.slice(start, start + PACKS_AT_ONCE);
    const means = batch.map((pack, p) => buffers.slice(p * 3, p * 3 + pack.columns.length));
    fillMeans(batch, options, means);
    batch.forEach((pack, p) => {
      pack.columns.forEach((column, lane) => {
        visit(column, means[p]?.[lane] ?? new Float64Array());
      });
    });
  }
}
