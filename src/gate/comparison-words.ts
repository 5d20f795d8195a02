import type { Interval, Power } from '../model/verdict.ts';
import { LOSS_ADVICE } from './advice.ts';
import type { Decision } from './decision.ts';
import type { Comparison } from './item.ts';
import { number, percent, plural, signed } from './words.ts';

export interface Words {
  readonly reason: string;
  readonly next: string;
}

/** Bounds of improvements in the metric's own direction: new − old. */
export function mirrored<T extends { readonly lower: number; readonly upper: number }>(interval: T, sign: 1 | -1): T {
  return sign === 1 ? interval : { ...interval, lower: -interval.upper, upper: -interval.lower };
}

export function bounds(interval: Interval, write: (value: number) => string): string {
  if (interval.method === 'degenerate')
    return `the same for every need, of which at most ${percent(interval.couldDiffer ?? 1)} could still differ (${percent(interval.confidence)})`;
  return `between ${write(interval.lower)} and ${write(interval.upper)} at ${percent(interval.confidence)} each side`;
}

export function comparisonFound(item: Comparison, interval: Interval | null): string {
  const values = `${signed(item.new - item.old)} (from ${number(item.old)} to ${number(item.new)}, ${plural(item.needs, 'need')})`;
  return interval === null ? values : `${values}, ${bounds(interval, signed)}`;
}

/** The side of the interval nearest to the margin, in the metric's own direction, with its name. */
function worstBound(item: Comparison, interval: Interval): string {
  return signed(item.sign === 1 ? interval.lower : interval.upper);
}

function bestBound(item: Comparison, interval: Interval): string {
  return signed(item.sign === 1 ? interval.upper : interval.lower);
}

function inconclusiveWords(item: Comparison, decision: Decision, rules: number, power: Power | null): Words {
  const margin = signed(-item.sign * item.rule.margin);
  const { interval, adjustedP } = decision;
  if (interval === null)
    return {
      reason: 'A single need shows no spread, so nothing can be said about others.',
      next: 'Add queries of other needs and judge them.',
    };
  const settle = power?.needsToSettle ?? null;
  const more =
    settle === null
      ? 'Judge more queries of other needs'
      : `About ${settle} needs in all (${settle - item.needs} more) would settle it if the true difference is the ${signed(item.new - item.old)} seen here, more if it is nearer the margin: judge more queries`;
  const next = `${more}, or accept a wider margin for a stated reason.`;
  const isBeyond = item.sign === 1 ? interval.upper < -item.rule.margin : interval.lower > item.rule.margin;
  if (isBeyond && interval.method !== 'degenerate') {
    const p = number(adjustedP ?? 1);
    return {
      reason: `Alone it would fail, but not once corrected for ${plural(rules, 'rule')} judged together (Holm, adjusted p ${p}).`,
      next,
    };
  }
  return { reason: `The margin ${margin} lies within the bounds: the loss may be smaller or larger than allowed.`, next };
}

/** Why a nonInferior rule came out as it did. */
export function nonInferiorWords(item: Comparison, decision: Decision, rules: number, power: Power | null): Words {
  const { interval, outcome } = decision;
  const margin = signed(-item.sign * item.rule.margin);
  if (outcome === 'inconclusive' || interval === null) return inconclusiveWords(item, decision, rules, power);
  if (outcome === 'pass') return { reason: `Even the worse bound, ${worstBound(item, interval)}, is better than ${margin}.`, next: '' };
  return { reason: `Even the better bound, ${bestBound(item, interval)}, is worse than ${margin}.`, next: LOSS_ADVICE };
}

/** Why a slice of a noHarm rule came out as it did; `slices` is how many were judged together. */
export function noHarmWords(item: Comparison, decision: Decision, slices: number, minimumNeeds: number, power: Power | null): Words {
  const { interval, outcome } = decision;
  const margin = signed(-item.sign * item.rule.margin);
  const few = Math.max(2, minimumNeeds);
  const role = item.needs < few ? ` It has fewer than ${few} needs: it informs and doesn't decide.` : '';
  if (interval === null) return { reason: `A single need shows no spread.${role}`, next: '' };
  if (outcome === 'fail')
    return {
      reason: `Even the better bound, ${bestBound(item, interval)}, is worse than ${margin}, corrected for ${plural(slices, 'slice')} (Holm).${role}`,
      next: LOSS_ADVICE,
    };
  const found =
    power === null
      ? ''
      : ` A true loss of ${number(item.rule.margin + power.detectable)} would have been found to be more than that with 80 % probability.`;
  return {
    reason: `No loss beyond ${number(item.rule.margin)} is shown, corrected for ${plural(slices, 'slice')} (Holm).${found}${role}`,
    next: '',
  };
}
