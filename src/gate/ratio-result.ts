import { quantile } from '../measure/stats/quantile.ts';
import { ratioBounds } from '../measure/stats/ratio-bounds.ts';
import type { RatioRule } from '../model/policy.ts';
import type { Cost } from '../model/studies.ts';
import type { Interval, Outcome } from '../model/verdict.ts';
import { costAdvice } from './advice.ts';
import { bounds } from './comparison-words.ts';
import { expectation } from './expectation.ts';
import { type GateInput, ruleDirection } from './gate-input.ts';
import type { Judged, RatioItem } from './item.ts';
import { number, plain, type Words } from './words.ts';

/** A ratio of two equal sums in another order is still 1. */
const ROUNDING = 1e-9;

function outcomeOf({ times }: RatioRule, { lower, upper }: { readonly lower: number; readonly upper: number }): Outcome {
  if (upper <= times + ROUNDING) return 'pass';
  return lower > times + ROUNDING ? 'fail' : 'inconclusive';
}

/** A single value a side is known, and needs no interval; times need one, whatever they look like. */
function boundsOf({ old, new: fresh }: Cost, confidence: number): { readonly ratio: number; readonly interval: Interval | null } {
  const median = (values: readonly number[]) => quantile(values, 0.5);
  if (old.length === 1) return { ratio: median(fresh) / median(old), interval: null };
  const found = ratioBounds(old, fresh, confidence);
  if (found === null) return { ratio: median(fresh.map((value, i) => value / (old[i] as number))), interval: null };
  const { ratio, lower, upper } = found;
  return { ratio, interval: { lower, upper, confidence, method: 'order-statistics' } };
}

function wordsOf(rule: RatioRule, outcome: Outcome, ratio: number, interval: Interval | null): Words {
  const limit = `${plain(rule.times)} times the old version's`;
  if (outcome === 'pass') return { reason: `${interval === null ? 'It is' : 'At the upper bound it is'} at most ${limit}.`, next: '' };
  if (outcome === 'fail') {
    const more = interval === null ? ratio : interval.lower;
    return {
      reason: `${interval === null ? 'It is' : 'Even at the lower bound it is'} ${number(more)} times the old version's, above ${plain(rule.times)}.`,
      next: costAdvice(rule),
    };
  }
  return {
    reason: `The interval takes in ${limit}: on this machine, as busy as it was, the two cannot be told apart that finely.`,
    next: 'On a quieter machine, time again with `cutover run --time-again`, or allow more.',
    why: 'busy-machine',
  };
}

/** Judges a cost against the old version's: passes by the upper bound of the ratio and fails by the lower one. */
export function judgeRatio(gate: GateInput, { rule, id, cost, decides }: RatioItem): Judged {
  const { ratio, interval } = boundsOf(cost, gate.policy.confidence);
  const isKnown = cost.old.length === 1;
  const outcome = isKnown || interval !== null ? outcomeOf(rule, interval ?? { lower: ratio, upper: ratio }) : 'inconclusive';
  const [old, fresh] = [quantile(cost.old, 0.5), quantile(cost.new, 0.5)];
  const within = interval === null ? '' : ` ${bounds(interval, number)}`;
  return {
    rule,
    id,
    slice: null,
    outcome,
    state: outcome,
    decides,
    direction: ruleDirection(gate, rule),
    expected: expectation(rule, 'lower'),
    found: `${number(ratio)} times${within} (${amount(old)} → ${amount(fresh)} ${cost.unit})`,
    ...wordsOf(rule, outcome, ratio, interval),
    needs: 0,
    moved: null,
    old,
    new: fresh,
    difference: null,
    ratio,
    interval,
    adjustedP: null,
    power: null,
  };
}

/** Three digits, and all of a large whole number. */
function amount(value: number): string {
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
