import { plural } from '../core/words.ts';
import { rangeOf } from '../measure/measure-name.ts';
import { columnMean, type NeedColumn } from '../measure/stats/needs.ts';
import type { LimitRule } from '../model/policy.ts';
import type { Interval, Open, Outcome } from '../model/verdict.ts';
import { countedWords, limitAdvice } from './advice.ts';
import { valueInterval } from './bounds.ts';
import { bounds } from './comparison-words.ts';
import { expectation } from './expectation.ts';
import { type GateInput, ruleDirection } from './gate-input.ts';
import type { Judgeable, Judged, LimitItem } from './item.ts';
import { JUDGE_MORE } from './unjudged-words.ts';
import { number, plain, type Words } from './words.ts';

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

function wordsOf(rule: LimitRule, value: number | null, outcome: Outcome): Words {
  if (value === null)
    return { reason: 'A single need shows no spread, so there is no bound.', next: 'Add queries of other needs.', why: 'few-needs' };
  const next = outcome === 'pass' ? '' : limitAdvice(rule);
  const counted = countedWords(rule, value);
  if (counted !== null) return { reason: `${counted}.`, next };
  const write = writerFor(rule);
  const what = rule.bound === 'estimate' ? '' : `The ${rule.bound} bound, `;
  const close = rule.bound === 'estimate' ? '' : ',';
  if (outcome === 'pass')
    return {
      reason: `${what}${write(value)}${close} is ${rule.kind === 'atLeast' ? 'at least' : 'at most'} ${plain(rule.limit)}.`,
      next,
    };
  const side = rule.kind === 'atLeast' ? 'below' : 'above';
  const by = write(Math.abs(value - rule.limit));
  return { reason: `${what}${write(value)}${close} is ${side} ${plain(rule.limit)} by ${by}.`, next };
}

/** The outcome at both ends of what the unjudged could make of the value; nothing where all that counts is judged. */
function outcomesAtEnds({ rule, values }: LimitItem, interval: (column: NeedColumn) => Interval | null): Outcome[] {
  const columns = values === null || values.pairs === null ? [] : [values.least, values.most];
  return columns.map((column) => outcomeOf(rule, judgedValue(rule, columnMean(column), interval(column))));
}

/** Judges an atLeast or atMost rule by the new version's value, or by a bound of it. */
export function judgeLimit(gate: GateInput, item: LimitItem): Judged {
  const { rule, values } = item;
  const range = rangeOf(rule.metric) ?? [0, null];
  const interval = (column: NeedColumn): Interval | null =>
    column.needs.length < 2 ? null : valueInterval(column, range, gate.policy.confidence);
  const own = values && interval(values.counted);
  const judged = judgedValue(rule, item.value, own);
  const counted = outcomeOf(rule, judged);
  const isOpen = outcomesAtEnds(item, interval).some((end) => end !== counted);
  const outcome = isOpen ? 'inconclusive' : counted;
  const write = writerFor(rule);
  const count = values ? ` (${plural(item.needs, 'need')})` : '';
  return {
    rule,
    id: item.id,
    slice: null,
    outcome,
    state: outcome,
    decides: item.decides,
    direction: ruleDirection(gate, rule),
    expected: expectation(rule, 'none'),
    found: `${write(item.value)}${own ? ` ${bounds(own, write)}` : ''}${count}`,
    ...(isOpen ? unjudgedLimitWords(item, counted, write) : wordsOf(rule, judged, outcome)),
    needs: item.needs,
    moved: null,
    old: item.old,
    new: item.value,
    difference: item.old === null ? null : item.value - item.old,
    interval: own,
    adjustedP: null,
    power: null,
    ...openOf(values),
  };
}

/** Means at both ends of what the unjudged could be; nothing where all that counts is judged. */
function openOf(values: Judgeable | null): { readonly open?: Open } {
  if (values === null || values.pairs === null) return {};
  const pairs = values.pairs.reduce((sum, count) => sum + count, 0);
  return { open: { least: columnMean(values.least), most: columnMean(values.most), pairs, toSettle: null } };
}

function unjudgedLimitWords({ values }: LimitItem, counted: Outcome, write: (value: number) => string): Words {
  const { least = 0, most = 0 } = openOf(values).open ?? {};
  return {
    reason: `Unjudged documents decide: it is a ${counted} if none of them is relevant, and they leave ${write(least)} to ${write(most)} open.`,
    next: JUDGE_MORE,
    why: 'unjudged',
  };
}
