import { rowProducts } from './linear-algebra.ts';

/** Vectors of one version as geometry sees them. */
export interface Space {
  readonly rows: number;
  readonly dimension: number;
  /** Float64Array [n × d], row-major, as given. */
  readonly data: Float64Array;
  /** Float64Array [n]: lengths of the rows. */
  readonly norms: Float64Array;
  /** Float64Array [n × n]: cosines of all pairs of rows; computed once. */
  cosines(): Float64Array;
}

/** Float32 rounding leaves unit rows this close to length 1; scaling them again would only add noise. */
const UNIT = 1e-6;

function squaredNorm(data: Float64Array, d: number, row: number): number {
  let sum = 0;
  for (let i = row * d; i < (row + 1) * d; i++) sum += (data[i] as number) * (data[i] as number);
  return sum;
}

/** Unit rows; the data itself where they are that already. */
export function unitRows({ data, dimension, norms }: Pick<Space, 'data' | 'dimension' | 'norms'>): Float64Array {
  if (norms.every((norm) => Math.abs(norm - 1) < UNIT)) return data;
  return data.map((value, i) => value / (norms[Math.floor(i / dimension)] as number));
}

/**
 * Wraps vectors of one version for the geometry metrics. Cosines take 8·n² bytes: sample above some thousand rows.
 * @param data Float32Array [n × d], row-major
 * @throws RangeError when the length is no multiple of the dimension, or a row is zero or not finite
 * @example spaceOf(Float32Array.of(1, 0, 0, 1), 2).cosines() // 1, 0, 0, 1
 */
export function spaceOf(data: ArrayLike<number>, dimension: number): Space {
  const rows = data.length / dimension;
  if (!Number.isInteger(rows) || rows === 0) throw new RangeError(`${data.length} values are no rows of ${dimension}.`);
  const values = Float64Array.from(data);
  const norms = Float64Array.from({ length: rows }, (_, i) => Math.sqrt(squaredNorm(values, dimension, i)));
  const bad = norms.findIndex((norm) => !(norm > 0 && Number.isFinite(norm)));
  if (bad !== -1) throw new RangeError(`Row ${bad} is zero or not finite.`);
  let matrix: Float64Array | null = null;
  return {
    rows,
    dimension,
    data: values,
    norms,
    cosines() {
      if (matrix === null) {
        const unit = unitRows({ data: values, dimension, norms });
        matrix = rowProducts(unit, unit, dimension);
      }
      return matrix;
    },
  };
}

/** @throws RangeError when two spaces can't be related row by row. */
export function requireSameRows(a: Space, b: Space): void {
  if (a.rows !== b.rows) throw new RangeError(`Two spaces of ${a.rows} and ${b.rows} rows have no common rows.`);
}
