import type { QualityMetric } from '../../../model/metric.ts';
import { depthOf } from '../../judged-list.ts';

/**
 * Share of judged documents among the first k; a list shorter than k is divided by its own length.
 * @example 6 of the first 10 judged: 0.6
 */
export const Judged: QualityMetric = {
  id: 'Judged',
  title: 'Judged share',
  description:
    'How much of what is measured has been judged at all. It says nothing about quality; where it differs between versions, quality metrics favour the one that was judged more.',
  formula: '|judged ∩ first k| / min(k, retrieved)',
  unit: '',
  range: [0, 1],
  direction: 'none',
  source: { title: 'MacAvaney, Macdonald & Ounis 2022, Streamlining Evaluation with ir-measures', doi: '10.1007/978-3-030-99739-7_38' },
  cutoff: 'optional',
  params: {},
  check: (name) => (name.judgedOnly ? 'on a list without unjudged documents it is always 1' : null),
  compute(list, name) {
    const depth = depthOf(list, name);
    if (depth === 0) return 0;
    let judged = 0;
    for (let i = 0; i < depth; i++) if (list.grades[i] !== null) judged++;
    return judged / depth;
  },
};
