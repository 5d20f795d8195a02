import type { MarginMetric } from '../../metric-kinds.ts';

/**
 * Distance of the first result's score from the second's.
 * @example scores 0.9, 0.7, 0.6: 0.2
 */
export const topMargin: MarginMetric = {
  id: 'topMargin',
  title: 'Top-1 margin',
  description:
    'How clearly the first result is above the second. Small margins mean that noise can swap them; margins of two versions compare only where their scores have the same spread.',
  formula: 'score_1 − score_2',
  unit: 'score',
  range: [0, null],
  direction: 'none',
  source: { title: 'Defined here: the gap between the two highest scores of a list' },
  compute: (scores) => (scores.length < 2 ? null : (scores[0] as number) - (scores[1] as number)),
};
