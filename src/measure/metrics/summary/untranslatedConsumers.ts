import type { ConsumerResult } from '../../../model/scores.ts';
import type { SummaryMetric } from '../../metric-kinds.ts';

export const untranslatedConsumers: SummaryMetric = {
  id: 'untranslatedConsumers',
  title: 'Consumers without a working threshold',
  description:
    'How many consumers of scores have no accepted value for the new version, or one that misses what they want kept by more than their tolerance. It knows only the consumers that the configuration names.',
  formula: 'number of consumers whose accepted value is not within tolerance',
  unit: 'consumers',
  range: [0, null],
  direction: 'lower',
  source: { title: 'Defined here: consumer translation' },
  cutoff: 'none',
};

/**
 * @example countUntranslated([]) // 0
 */
export function countUntranslated(consumers: readonly Pick<ConsumerResult, 'withinTolerance'>[]): number {
  return consumers.filter(({ withinTolerance }) => !withinTolerance).length;
}
