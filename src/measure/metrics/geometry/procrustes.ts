import type { TwoSpaceMetric } from '../../metric-kinds.ts';
import { crossProduct, frobenius, inSpan } from '../../spaces/linear-algebra.ts';
import { singularValues } from '../../spaces/singular-values.ts';
import { requireSameRows, type Space } from '../../spaces/space.ts';

/** A Procrustes residual, and whether zero columns had to be added to one side. */
export interface ProcrustesFit {
  readonly residual: number;
  readonly padded: boolean;
}

/**
 * What is left of the new space after the best rotation (or reflection) of the old one; relates two spaces. A space of
 * fewer dimensions is padded with zero columns. The minimum follows from singular values alone:
 * min ‖A·R − C‖² = ‖A‖² + ‖C‖² − 2·Σσ(AᵀC), so residuals below about 1e-7 can't be told from 0.
 * @throws RangeError when the spaces have different numbers of rows
 * @example procrustesFit(spaceOf([1, 0, 0, 1], 2), spaceOf([0, 1, 1, 0], 2)) // { residual: 0, padded: false }
 */
export function procrustesFit(old: Space, fresh: Space): ProcrustesFit {
  requireSameRows(old, fresh);
  const [before, after] = [narrow(old), narrow(fresh)];
  const product = crossProduct(before.data, before.dimension, after.data, after.dimension);
  const nuclear = singularValues(product, after.dimension).reduce((sum, value) => sum + value, 0);
  const target = frobenius(fresh.data);
  const square = frobenius(old.data) ** 2 + target ** 2 - 2 * nuclear;
  return { residual: Math.sqrt(Math.max(0, square)) / target, padded: old.dimension !== fresh.dimension };
}

/** Few rows in many dimensions, in as many dimensions as there are rows: AᵀC keeps its singular values. */
function narrow({ data, dimension }: Pick<Space, 'data' | 'dimension'>): Pick<Space, 'data' | 'dimension'> {
  const rows = data.length / dimension;
  return 2 * rows < dimension ? { data: inSpan(data, dimension), dimension: rows } : { data, dimension };
}

export const procrustes: TwoSpaceMetric = {
  id: 'procrustes',
  title: 'Procrustes residual between the two spaces',
  description:
    'How much of the new vectors no rotation of the old ones explains: near 0 means the same space, turned. Where dimensions differ the smaller space is padded with zeros, and the value can’t be compared with one of equal dimensions.',
  formula: 'min over orthogonal R of ‖A·R − C‖ / ‖C‖, Frobenius, A old, C new',
  unit: '',
  range: [0, null],
  direction: 'none',
  source: { title: 'Schönemann 1966, A Generalized Solution of the Orthogonal Procrustes Problem', doi: '10.1007/BF02289451' },
  spaces: 2,
  compute: (old, fresh) => procrustesFit(old, fresh).residual,
};
