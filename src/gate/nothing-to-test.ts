import { rangeOf } from '../measure/measure-name.ts';
import { untranslatedConsumers } from '../measure/metrics/summary/untranslatedConsumers.ts';
import type { Rule } from '../model/policy.ts';
import { type GateInput, settled } from './gate-input.ts';
import type { Settled } from './item.ts';
import { metricId } from './measure.ts';
import type { Source } from './source.ts';

/**
 * A rule that holds whatever the versions are is no evidence, so it decides nothing: a limit that its metric never reaches, or one on
 * consumers where none is named.
 * @returns null where there is something to test, or the rule is broken all the same
 */
export function nothingToTest(gate: GateInput, rule: Rule, id: string, source: Source): Settled | null {
  const idle = boundOf(rule);
  if (idle !== null)
    return settled(gate, rule, id, {
      outcome: 'skipped',
      found: `${rule.metric} is never ${idle}`,
      reason: `${rule.metric} is never ${idle}, so this rule can't fail and decides nothing.`,
      next: 'Write a limit that the metric can reach, or remove the rule.',
    });
  const counts = metricId(rule.metric) === untranslatedConsumers.id && rule.kind === 'atMost';
  if (!counts || gate.evaluation.consumers.length > 0 || source.kind !== 'scalar' || source.value > 0) return null;
  return settled(gate, rule, id, {
    outcome: 'skipped',
    found: 'no consumer to look at',
    reason: 'The configuration names no consumer of scores, so this rule decides nothing.',
    next: 'Name under `consumers` what compares a score with a fixed number; or remove the rule, if nothing does.',
  });
}

/** What the metric would have to be for the rule to fail, in words; null where it can be. */
function boundOf(rule: Rule): string | null {
  const [low, high] = rangeOf(rule.metric) ?? [Number.NEGATIVE_INFINITY, null];
  if (rule.kind === 'nonInferior' || rule.kind === 'noHarm')
    return high !== null && rule.margin >= high - low ? `worse by more than ${high - low}` : null;
  if (rule.kind === 'atLeast') return rule.limit <= low ? `below ${low}` : null;
  return high !== null && rule.limit >= high ? `above ${high}` : null;
}
