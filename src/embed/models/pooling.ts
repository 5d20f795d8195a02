import type { Pooling } from '../../model/version.ts';

/**
 * Makes one vector of the token vectors of one text. Texts run alone, so no token is padding and the attention mask is all 1.
 * - `cls`: the first token's; `last`: the last token's
 * - `mean`: Σ_t h_t / T, summed in float64; `max`: the largest value in each dimension
 * - `mean_sqrt_len`: Σ_t h_t / √T; `weightedmean`: Σ_t t·h_t / Σ_t t, with t the place in the whole text, from 1
 *
 * @param hidden Float32Array [tokens × dimension], row-major
 * @param skip tokens at the beginning that don't count, those of a prefix that the model leaves out; their places are still counted
 * @returns Float64Array [dimension]
 * @throws RangeError when no token is left, or the sizes don't fit.
 * @see Reimers & Gurevych 2019, doi:10.18653/v1/D19-1410; Muennighoff 2022, arXiv:2202.08904 (weightedmean)
 * @example poolTokens(Float32Array.of(1, 2, 3, 6), 2, 2, 'mean') // [2, 4]
 */
export function poolTokens(hidden: Float32Array, tokens: number, dimension: number, pooling: Pooling, skip = 0): Float64Array {
  if (tokens < 1 || hidden.length !== tokens * dimension)
    throw new RangeError(`${hidden.length} values are not ${tokens} tokens of ${dimension} dimensions.`);
  if (skip >= tokens) throw new RangeError(`${skip} of ${tokens} tokens are left out, and none is left.`);
  const counted = tokens - skip;
  const rows = hidden.subarray(skip * dimension);
  switch (pooling) {
    case 'cls':
      return Float64Array.from(rows.subarray(0, dimension));
    case 'last':
      return Float64Array.from(rows.subarray((counted - 1) * dimension));
    case 'mean':
      return summed(rows, dimension, () => 1).map((sum) => sum / counted);
    case 'mean_sqrt_len':
      return summed(rows, dimension, () => 1).map((sum) => sum / Math.sqrt(counted));
    case 'weightedmean': {
      const weights = (tokens * (tokens + 1) - skip * (skip + 1)) / 2;
      return summed(rows, dimension, (row) => skip + row + 1).map((sum) => sum / weights);
    }
    case 'max':
      return largest(rows, dimension);
  }
}

function summed(rows: Float32Array, dimension: number, weight: (row: number) => number): Float64Array {
  const sums = new Float64Array(dimension);
  for (let i = 0; i < rows.length; i++) {
    const column = i % dimension;
    sums[column] = (sums[column] ?? 0) + weight(Math.floor(i / dimension)) * (rows[i] ?? 0);
  }
  return sums;
}

function largest(rows: Float32Array, dimension: number): Float64Array {
  const most = new Float64Array(dimension).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < rows.length; i++) {
    const column = i % dimension;
    most[column] = Math.max(most[column] ?? Number.NEGATIVE_INFINITY, rows[i] ?? 0);
  }
  return most;
}
