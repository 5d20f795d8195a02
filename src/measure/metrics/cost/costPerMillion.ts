import type { CostMetric } from '../../metric-kinds.ts';

/**
 * @example costPerMillion.compute([0.000002, 0.000004]) // 3
 */
export const costPerMillion: CostMetric = {
  id: 'costPerMillion',
  title: 'Cost of a million documents',
  description:
    'What embedding a million such documents costs: money where both versions are services with a price per million tokens, else time of this machine, measured in turn. One of each has no common unit.',
  formula: 'mean cost of a document · 10⁶',
  unit: 'money, or hours of this machine',
  range: [0, null],
  direction: 'lower',
  source: { title: 'Defined here: costs of a version' },
  cutoff: 'none',
  timed: true,
  compute: (sample) => {
    if (sample.length === 0) throw new RangeError('A mean needs at least one value.');
    return (1e6 * sample.reduce((sum, value) => sum + value, 0)) / sample.length;
  },
};
