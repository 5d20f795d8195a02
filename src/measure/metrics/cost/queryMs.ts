import type { CostMetric } from '../../metric-kinds.ts';
import { quantile } from '../../stats/quantile.ts';

/**
 * @example queryMs.compute([10, 20, 30]) // 29
 */
export const queryMs: CostMetric = {
  id: 'queryMs',
  title: 'Time of a query',
  description:
    'Time from the text of a query to its results: embedding and the index that serves, one query at a time, the slower end of the queries. Measured for both versions in turn on the machine of the run, so that only the ratio of the two means something.',
  formula: '95 % quantile over queries of the fastest of a few tries',
  unit: 'ms',
  range: [0, null],
  direction: 'lower',
  source: { title: 'Defined here: costs of a version' },
  cutoff: 'none',
  statistic: 'p95',
  timed: true,
  compute: (sample) => quantile(sample, 0.95),
};
