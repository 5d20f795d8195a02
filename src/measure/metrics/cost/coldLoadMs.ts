import type { CostMetric } from '../../metric-kinds.ts';
import { quantile } from '../../stats/quantile.ts';

/**
 * @example coldLoadMs.compute([900]) // 900
 */
export const coldLoadMs: CostMetric = {
  id: 'coldLoadMs',
  title: 'Time to the first vector',
  description:
    'Time from opening the model to its first vector: what a new process waits for. Files are in the page cache of the system, as after a restart of the process rather than of the machine.',
  formula: 'time of opening the model and embedding one text',
  unit: 'ms',
  range: [0, null],
  direction: 'lower',
  source: { title: 'Defined here: costs of a version' },
  cutoff: 'none',
  timed: true,
  compute: (sample) => quantile(sample, 0.5),
};
