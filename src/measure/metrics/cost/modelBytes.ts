import type { CostMetric } from '../../metric-kinds.ts';

/**
 * @example modelBytes.compute([33_000_000, 700_000]) // 33700000
 */
export const modelBytes: CostMetric = {
  id: 'modelBytes',
  title: 'Size of the model',
  description:
    'Bytes of the files that are hashed into the version: weights, tokenizer, steps after pooling. What is downloaded with a release, and about what the weights take in memory.',
  formula: 'sum of the sizes of the files',
  unit: 'bytes',
  range: [0, null],
  direction: 'lower',
  source: { title: 'Defined here: costs of a version' },
  cutoff: 'none',
  timed: false,
  compute: (sample) => sample.reduce((sum, value) => sum + value, 0),
};
