import type { QualityMetric } from '../../../model/metric.ts';
import { checkRelevanceLevel, depthOf, isRelevant, relevanceLevel } from '../../judged-list.ts';

/**
 * Reciprocal rank of the first relevant document.
 * @example first relevant document at rank 4: 0.25
 */
export const RR: QualityMetric = {
  id: 'RR',
  title: 'Reciprocal rank',
  description:
    'How soon the first relevant document comes. It sees nothing behind that document and jumps from 1 to 0.5 for one place, so it is noisy on few queries.',
  formula: '1 / rank of the first relevant document; 0 where none is in the first k',
  unit: '',
  range: [0, 1],
  direction: 'higher',
  source: { title: 'Kantor & Voorhees 2000, The TREC-5 Confusion Track', doi: '10.1023/A:1009902609570' },
  cutoff: 'optional',
  params: { rel: 1 },
  check: checkRelevanceLevel,
  compute(list, name) {
    const level = relevanceLevel(name);
    const depth = depthOf(list, name);
    for (let i = 0; i < depth; i++) if (isRelevant(list.grades[i], level)) return 1 / (i + 1);
    return 0;
  },
};
