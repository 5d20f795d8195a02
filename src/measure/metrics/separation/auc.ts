import type { SeparationMetric } from '../../metric-kinds.ts';
import { sortedSample, sweep } from '../../samples.ts';

/**
 * Area under the ROC curve of scores.
 * @example relevant {0.9, 0.5}, other {0.5, 0.1}: (1 + 1 + 0.5 + 1) / 4 = 0.875
 */
export const auc: SeparationMetric = {
  id: 'auc',
  title: 'AUC of separation',
  description:
    'Chance that a relevant pair scores above another pair, over all queries together: how well one threshold can serve all of them. Blind to the scores’ scale; unjudged pairs count as other.',
  formula: 'P(relevant > other) + ½ P(relevant = other)',
  unit: '',
  range: [0, 1],
  direction: 'higher',
  source: { title: 'Mann & Whitney 1947', doi: '10.1214/aoms/1177730491' },
  compute(relevant, other) {
    const a = sortedSample(relevant);
    const b = sortedSample(other);
    let lastA = 0;
    let lastB = 0;
    let wins = 0;
    sweep(a, b, (_, belowA, belowB) => {
      wins += (belowA - lastA) * ((lastB + belowB) / 2);
      lastA = belowA;
      lastB = belowB;
    });
    return wins / (a.length * b.length);
  },
};
