import { grouped, plural } from '../core/words.ts';
import type { Interval, Power } from '../model/verdict.ts';
import { LOSS_ADVICE } from './advice.ts';
import { cannotFail, type Decision } from './decision.ts';
import type { GateInput } from './gate-input.ts';
import type { Comparison } from './item.ts';
import { number, signed, type Words } from './words.ts';

/** What the words of a comparison rest on. */
export interface Told {
  readonly decision: Decision;
  /** How many comparisons shared the error rate. */
  readonly family: number;
  readonly power: Power | null;
  /** Needs that changed at all. */
  readonly moved: number;
  /** The lower bound excludes the loss. */
  readonly isSafe: boolean;
}

/** Below this share of moved needs, a pass says that it rests on few. */
const FEW_MOVED = 0.1;

/** Bounds of improvements in the metric's own direction: new − old. */
export function mirrored<T extends { readonly lower: number; readonly upper: number }>(interval: T, sign: 1 | -1): T {
  return sign === 1 ? interval : { ...interval, lower: -interval.upper, upper: -interval.lower };
}

/** `[+0.007, +0.029]` */
export function bounds({ lower, upper }: Interval, write: (value: number) => string): string {
  return `[${write(lower)}, ${write(upper)}]`;
}

export function comparisonFound(item: Comparison, interval: Interval): string {
  const from = `from ${number(item.old)} to ${number(item.new)}, ${plural(item.needs, 'need')}`;
  return `${signed(item.new - item.old)} ${bounds(interval, signed)} (${from})`;
}

/** A bound of improvements, in the metric's own direction. */
function written(item: Comparison, bound: number): string {
  return signed(item.sign * bound);
}

/** How the worst that is plausible compares with the limit. @param lower the bound on the side of harm */
function within(item: Comparison, lower: number): string {
  const words = item.sign > 0 ? ['lower', 'above'] : ['upper', 'below'];
  return `The ${words[0]} bound ${written(item, lower)} is ${words[1]} the limit ${written(item, -item.rule.margin)}`;
}

/** How the best that is plausible compares with the limit. @param upper the bound on the side of benefit */
function beyond(item: Comparison, upper: number): string {
  const words = item.sign > 0 ? ['upper', 'below'] : ['lower', 'above'];
  return `Even the ${words[0]} bound ${written(item, upper)} is ${words[1]} the limit ${written(item, -item.rule.margin)}`;
}

/** Why a comparison came out as it did, and what to do. */
export function comparisonWords(gate: GateInput, item: Comparison, judged: Told): Words {
  return item.rule.kind === 'noHarm' ? noHarmWords(gate, item, judged) : nonInferiorWords(item, judged);
}

function nonInferiorWords(item: Comparison, judged: Told): Words {
  const { interval, outcome } = judged.decision;
  if (outcome === 'fail') return { reason: `${beyond(item, interval.upper)}.`, next: LOSS_ADVICE };
  if (outcome === 'inconclusive') return cannotFail(item) ? cannotFailWords(item) : openWords(item, judged);
  const few = judged.moved < FEW_MOVED * item.needs ? ` It rests on few needs: ${judged.moved} of ${item.needs} changed.` : '';
  return { reason: `${within(item, interval.lower)}.${few}`, next: '' };
}

function cannotFailWords({ rule, room, needs }: Comparison): Words {
  return {
    reason: `It could not have failed: ${plural(needs, 'need')} could lose ${number(room.loss)} on average if they lost all they had, and ${number(rule.margin)} is allowed.`,
    next: 'Ask for a smaller margin, or judge queries that the old version answers.',
    why: 'cannot-fail',
  };
}

function openWords(item: Comparison, { decision, family, power }: Told): Words {
  const { interval, adjustedP } = decision;
  const margin = written(item, -item.rule.margin);
  const next = `${moreNeeds(item, power)}. Or accept a wider margin for a stated reason.`;
  if (interval.upper >= -item.rule.margin)
    return {
      reason: `Too few needs to tell: the limit ${margin} is within the interval, so the loss may be smaller or larger than allowed.`,
      next,
      why: 'few-needs',
    };
  return {
    reason: `Alone it would fail, but not once corrected for ${plural(family, 'comparison')} judged together (Holm, adjusted p ${number(adjustedP)}).`,
    next,
    why: 'few-needs',
  };
}

function moreNeeds(item: Comparison, power: Power | null): string {
  const settle = power?.needsToSettle ?? null;
  if (settle === null) return 'Judge more queries of other needs';
  const seen = signed(item.new - item.old);
  return `Judge queries of about ${grouped(settle - item.needs)} more needs (${grouped(settle)} in all): they would settle it if the true difference is the ${seen} seen here, and more are needed if it is nearer the limit`;
}

function noHarmWords({ policy }: GateInput, item: Comparison, { decision, family, power, isSafe }: Told): Words {
  const { interval, outcome } = decision;
  const few = Math.max(2, policy.minimumNeeds);
  const role = item.needs < few ? ` Fewer than ${few} needs: shown for information.` : '';
  const corrected = `corrected for ${plural(family, 'comparison')} (Holm)`;
  if (outcome === 'fail')
    return {
      reason: `${beyond(item, interval.upper)}, ${corrected}.${role}`,
      next: LOSS_ADVICE,
    };
  if (isSafe) return { reason: `${within(item, interval.lower)}, ${corrected}.${role}`, next: '' };
  const detectable = power?.detectable ?? null;
  const loss = detectable === null ? null : item.rule.margin + detectable;
  const found = loss === null ? '' : ` A true loss of ${number(loss)} would have been found with 80 % probability.`;
  return { reason: `Harm beyond ${number(item.rule.margin)} is not shown and not excluded, ${corrected}.${found}${role}`, next: '' };
}
