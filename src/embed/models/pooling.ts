import type { Pooling } from '../../model/version.ts';

/**
 * Makes one vector of the token vectors of one text. Texts run alone, so no token is padding and the attention mask is all 1.
 * - `cls`: the first token's; `last`: the last token's
 * - `mean`: Σ_t h_t / T, summed in float64; `max`: the largest value in each dimension
 *
 * @param hidden Float32Array [tokens × dimension], row-major
 * @returns Float64Array [dimension]
 * @throws RangeError when there is no token, or the sizes don't fit.
 * @see Reimers & Gurevych 2019, doi:10.18653/v1/D19-1410
 * @example poolTokens(Float32Array.of(1, 2, 3, 6), 2, 2, 'mean') // [2, 4]
 */
export function poolTokens(hidden: Float32Array, tokens: number, dimension: number, pooling: Pooling): Float64Array {
  if (tokens < 1 || hidden.length !== tokens * dimension)
    throw new RangeError(`${hidden.length} values are not ${tokens} tokens of ${dimension} dimensions.`);
  switch (pooling) {
    case 'cls':
      return Float64Array.from(hidden.subarray(0, dimension));
    case 'last':
      return Float64Array.from(hidden.subarray((tokens - 1) * dimension));
    case 'mean':
      return combine(hidden, dimension, (sum, value) => sum + value).map((sum) => sum / tokens);
    case 'max':
      return combine(hidden, dimension, Math.max);
  }
}

function combine(hidden: Float32Array, dimension: number, step: (before: number, value: number) => number): Float64Array {
  const pooled = Float64Array.from(hidden.subarray(0, dimension));
  for (let i = dimension; i < hidden.length; i++) {
    const column = i % dimension;
    pooled[column] = step(pooled[column] ?? 0, hidden[i] ?? 0);
  }
  return pooled;
}
