import type { TwoSpaceMetric } from '../../metric-kinds.ts';
import { centred, crossProduct, frobenius } from '../../spaces/linear-algebra.ts';
import { requireSameRows } from '../../spaces/space.ts';

/**
 * Linear centred kernel alignment; relates two spaces, blind to rotation and to one scale factor.
 * @example a space and its rotated copy: 1
 */
export const cka: TwoSpaceMetric = {
  id: 'cka',
  title: 'Linear CKA between the two spaces',
  description:
    'How alike the two spaces arrange the same texts, whatever their rotation and dimension. A few strong directions dominate it, so a value near 1 does not mean equal neighbours; with fewer rows than dimensions it is too high.',
  formula: '‖XᵀY‖² / (‖XᵀX‖ · ‖YᵀY‖), Frobenius, columns centred',
  unit: '',
  range: [0, 1],
  direction: 'none',
  source: {
    title: 'Kornblith et al. 2019, Similarity of Neural Network Representations Revisited',
    url: 'https://proceedings.mlr.press/v97/kornblith19a.html',
  },
  spaces: 2,
  compute(old, fresh) {
    requireSameRows(old, fresh);
    const x = centred(old.data, old.dimension);
    const y = centred(fresh.data, fresh.dimension);
    if (x === null || y === null) return null;
    const own = frobenius(crossProduct(x, old.dimension, x, old.dimension));
    const other = frobenius(crossProduct(y, fresh.dimension, y, fresh.dimension));
    return Math.min(1, frobenius(crossProduct(x, old.dimension, y, fresh.dimension)) ** 2 / (own * other));
  },
};
