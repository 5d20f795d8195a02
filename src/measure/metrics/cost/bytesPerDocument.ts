import type { CostMetric } from '../../metric-kinds.ts';

/**
 * @example bytesPerDocument.compute([1600, 1700]) // 1650
 */
export const bytesPerDocument: CostMetric = {
  id: 'bytesPerDocument',
  title: 'Index a document',
  description:
    'Bytes that the index as served takes a document: vector and links of a graph. It is what the index takes in memory, too, where the engine keeps all of it there.',
  formula: 'bytes of the index / documents',
  unit: 'bytes',
  range: [0, null],
  direction: 'lower',
  source: { title: 'Defined here: costs of a version' },
  cutoff: 'none',
  timed: false,
  compute: mean,
};

function mean(sample: readonly number[]): number {
  if (sample.length === 0) throw new RangeError('A mean needs at least one value.');
  return sample.reduce((sum, value) => sum + value, 0) / sample.length;
}
