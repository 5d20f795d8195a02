import type { SummaryMetric } from '../../metric-kinds.ts';

export const overlapLossOverNoise: SummaryMetric = {
  id: 'overlapLossOverNoise',
  title: 'Overlap loss over noise',
  description:
    'Change of the first k results, as a multiple of rebuild noise, one place at least; never above k. Far above 1 means that the model changed the results, not that they got worse.',
  formula: '(1 − mean overlap@k) / noise floor; floor at least 1/k',
  unit: 'times the noise',
  range: [0, null],
  // The floor is 1/k or more, and nothing loses more than all of its list.
  rangeAt: ({ cutoff }) => [0, cutoff],
  direction: 'none',
  source: { title: 'Defined here: noise floor' },
  cutoff: 'required',
};

/**
 * @param meanOverlap mean overlap@k of old and new
 * @param floor 1 − overlap@k that one version reaches against itself; raised to 1/k, less than which no list can change
 * @throws RangeError when an input is outside [0, 1] or k is no positive whole number
 * @example lossOverNoise(0.4, 0.05, 10) // 6
 */
export function lossOverNoise(meanOverlap: number, floor: number, k: number): number {
  if (!(meanOverlap >= 0 && meanOverlap <= 1 && floor >= 0 && floor <= 1)) throw new RangeError('Overlap and floor must be in [0, 1].');
  if (!Number.isInteger(k) || k < 1) throw new RangeError('k is a whole number of 1 or more.');
  return (1 - meanOverlap) / Math.max(floor, 1 / k);
}
