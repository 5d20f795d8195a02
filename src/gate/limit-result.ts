import type { BootstrapSample } from '../measure/stats/bootstrap.ts';
import type { LimitRule } from '../model/policy.ts';
import type { Interval, Outcome } from '../model/verdict.ts';
import { limitAdvice } from './advice.ts';
import type { Samples } from './comparison-results.ts';
import { bounds } from './comparison-words.ts';
import { intervalOf } from './decision.ts';
import { expectation } from './expectation.ts';
import type { Judged, LimitItem } from './item.ts';
import { type Planner, ruleDirection } from './planner.ts';
import { doubtFromUnjudged } from './unjudged.ts';
import { number, plain, plural } from './words.ts';

/** A mean of 49/50 summed in another order must still be at least 0.98. */
const ROUNDING = 1e-9;

/** The number a limit is held against; null where a bound is asked for and one need shows no spread. */
function judgedValue(rule: LimitRule, value: number, interval: Interval | null): number | null {
  if (rule.bound === 'estimate') return value;
  return interval === null ? null : interval[rule.bound];
}

function outcomeOf(rule: LimitRule, value: number | null): Outcome {
  if (value === null) return 'inconclusive';
  const holds = rule.kind === 'atLeast' ? value >= rule.limit - ROUNDING : value <= rule.limit + ROUNDING;
  return holds ? 'pass' : 'fail';
}

/** A value as its limit is written: beside 0.98 a 1 is 1.000, beside a count it is a count. */
function writerFor({ limit }: LimitRule): (value: number) => string {
  return Number.isInteger(limit) ? plain : number;
}

function wordsOf(rule: LimitRule, value: number | null, outcome: Outcome): Pick<Judged, 'reason' | 'next'> {
  if (value === null) return { reason: 'A single need shows no spread, so there is no bound.', next: 'Add queries of other needs.' };
  const write = writerFor(rule);
  const what = rule.bound === 'estimate' ? '' : `The ${rule.bound} bound, `;
  const close = rule.bound === 'estimate' ? '' : ',';
  if (outcome === 'pass')
    return {
      reason: `${what}${write(value)}${close} is ${rule.kind === 'atLeast' ? 'at least' : 'at most'} ${plain(rule.limit)}.`,
      next: '',
    };
  const side = rule.kind === 'atLeast' ? 'below' : 'above';
  const by = write(Math.abs(value - rule.limit));
  return { reason: `${what}${write(value)}${close} is ${side} ${plain(rule.limit)} by ${by}.`, next: limitAdvice(rule) };
}

/** Judges an atLeast or atMost rule by the new version's value, or by a bound of it. */
export function judgeLimit(plan: Planner, item: LimitItem, samples: Samples): Judged {
  const { rule } = item;
  const interval = (sample: BootstrapSample | undefined): Interval | null => (sample ? intervalOf(sample, plan.policy.confidence) : null);
  const own = item.column ? interval(samples.get(item.column)) : null;
  const value = judgedValue(rule, item.value, own);
  const outcome = outcomeOf(rule, value);
  const condensed = item.condensed && judgedValue(rule, item.condensed.value, interval(samples.get(item.condensed.column)));
  const doubt = doubtFromUnjudged(plan, item, outcome, item.condensed && outcomeOf(rule, condensed));
  const write = writerFor(rule);
  const count = item.column ? ` (${plural(item.needs, 'need')})` : '';
  return {
    rule,
    id: item.id,
    slice: null,
    outcome: doubt === null ? outcome : 'inconclusive',
    decides: item.decides,
    direction: ruleDirection(plan, rule),
    expected: expectation(rule, 'none'),
    found: `${write(item.value)}${count}${own ? `, ${bounds(own, write)}` : ''}`,
    ...(doubt ?? wordsOf(rule, value, outcome)),
    needs: item.needs,
    old: item.old,
    new: item.value,
    difference: item.old === null ? null : item.value - item.old,
    interval: own,
    adjustedP: null,
    power: null,
  };
}
