import type { JudgedList, QualityMetric } from '../../../model/metric.ts';
import { depthOf } from '../../judged-list.ts';

type Gain = (grade: number) => number;

const linear: Gain = (grade) => grade;
const exponential: Gain = (grade) => 2 ** grade - 1;

function discountedGain(grades: readonly (number | null)[], depth: number, gain: Gain): number {
  let sum = 0;
  for (let i = 0; i < depth; i++) {
    const grade = grades[i] ?? 0;
    if (grade > 0) sum += gain(grade) / Math.log2(i + 2);
  }
  return sum;
}

function idealDepth(list: JudgedList, cutoff: number | null): number {
  return Math.min(cutoff ?? list.judgements.length, list.judgements.length);
}

/**
 * Normalised discounted cumulative gain.
 * @example grades 0, 2 retrieved, 2 and 1 judged: (2 / log2 3) / (2 + 1 / log2 3) = 0.4796
 */
export const nDCG: QualityMetric = {
  id: 'nDCG',
  title: 'Normalised discounted cumulative gain',
  description:
    'How well graded relevance is concentrated at the top, against the best order possible. Unjudged documents count as not relevant, so it undervalues a version that finds new ones: look at Judged and the judged_only value beside it.',
  formula: 'DCG@k / ideal DCG@k; DCG@k = sum over ranks i ≤ k of gain(grade_i) / log2(i + 1); gain = grade, or 2^grade − 1 with exp-log2',
  unit: '',
  range: [0, 1],
  direction: 'higher',
  source: { title: 'Järvelin & Kekäläinen 2002; exp-log2: Burges et al. 2005, doi:10.1145/1102351.1102363', doi: '10.1145/582415.582418' },
  cutoff: 'optional',
  params: { dcg: 'log2' },
  check: (name) => (['log2', 'exp-log2'].includes(String(name.params.dcg)) ? null : "dcg is 'log2' or 'exp-log2'"),
  compute(list, name) {
    const gain = name.params.dcg === 'exp-log2' ? exponential : linear;
    const ideal = discountedGain(list.judgements, idealDepth(list, name.cutoff), gain);
    return ideal === 0 ? 0 : discountedGain(list.grades, depthOf(list, name), gain) / ideal;
  },
};
