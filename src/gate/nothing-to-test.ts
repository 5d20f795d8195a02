import type { Rule } from '../contract/policy.ts';
import { untranslatedConsumers } from '../metrics/summary/untranslatedConsumers.ts';
import { expectation } from './expectation.ts';
import { type Settled, settled } from './item.ts';
import { metricId } from './measure.ts';
import type { Planner } from './planner.ts';
import type { Source } from './source.ts';

/**
 * A limit on how many consumers are broken holds by itself where none is named: that is no evidence, so it decides nothing.
 * @returns null where there is something to test, or the rule is broken all the same
 */
export function nothingToTest({ evaluation }: Planner, rule: Rule, id: string, source: Source): Settled | null {
  const counts = metricId(rule.metric) === untranslatedConsumers.id && rule.kind === 'atMost';
  if (!counts || evaluation.consumers.length > 0 || source.kind !== 'scalar' || source.value > 0) return null;
  return settled(rule, id, {
    outcome: 'skipped',
    expected: expectation(rule, 'none'),
    found: 'no consumer to look at',
    reason: 'The configuration names no consumer of scores, so this rule decides nothing.',
    next: 'Name under `consumers` what compares a score with a fixed number; or remove the rule, if nothing does.',
  });
}
