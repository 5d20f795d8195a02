import type { Evaluation } from '../model/evaluation.ts';
import type { Rule } from '../model/policy.ts';
import type { GateInput } from './gate-input.ts';
import { needsJudgements } from './measure.ts';
import type { Missing } from './source.ts';

/**
 * Where a policy forbids weak grades, a rule that rests on them has no value, as if there were no judgements: it fails, or is
 * skipped where it says `ifMissing: skip`. So no count of clicks makes a pass.
 * @returns null where the policy lets them count, people gave the grades, or the rule needs none
 */
export function forbiddenGrades({ evaluation, policy }: GateInput, rule: Rule): Missing | null {
  if (policy.weakGrades !== 'forbid' || evaluation.dataset.weakGrades === undefined || !restsOnGrades(evaluation, rule)) return null;
  return {
    kind: 'missing',
    reason: `${rule.metric} rests on grades made of clicks, and the policy forbids weak grades.`,
    next: 'Let people judge some queries (`cutover judge next` writes the sheet); or put `ifMissing: skip` on rules that need judgements, and gate on what needs none.',
  };
}

function restsOnGrades({ consumers }: Evaluation, { metric }: Rule): boolean {
  if (needsJudgements(metric)) return true;
  // Its value counts consumers, and what some of them want kept is measured by grades.
  return metric === 'untranslatedConsumers' && consumers.some(({ consumer }) => consumer.keep !== 'pass-rate');
}
