import type { BootstrapSample } from '../measure/stats/bootstrap.ts';
import { clusterStandardError, type NeedColumn } from '../measure/stats/needs.ts';
import { needsToSettle, noFailIfEqual, passIfEqual, smallestDetectable } from '../measure/stats/power.ts';
import type { Outcome, Power } from '../model/verdict.ts';
import { comparisonFound, mirrored, noHarmWords, nonInferiorWords } from './comparison-words.ts';
import { type Decision, decideNoHarm, decideNonInferior, type Hypothesis } from './decision.ts';
import { expectation } from './expectation.ts';
import type { Comparison, Judged } from './item.ts';
import type { Planner } from './planner.ts';
import { doubtFromUnjudged } from './unjudged.ts';

export type Samples = ReadonlyMap<NeedColumn, BootstrapSample>;

/** Rules, or slices, that share one error rate. */
function hypotheses(family: readonly Comparison[], samples: Samples, list: 'full' | 'condensed'): Hypothesis[] {
  return family.map((item) => {
    const column = list === 'condensed' ? (item.condensed ?? item.column) : item.column;
    return { sample: samples.get(column) ?? null, margin: item.rule.margin };
  });
}

function powerOf(plan: Planner, item: Comparison, decision: Decision, comparisons: number): Power | null {
  if (decision.interval === null || decision.interval.method === 'degenerate') return null;
  const input = { standardError: clusterStandardError(item.column), needs: item.needs, confidence: plan.policy.confidence, comparisons };
  const isSlice = item.rule.kind === 'noHarm';
  const distance = item.sign * (item.new - item.old) + item.rule.margin;
  return {
    detectable: smallestDetectable(input),
    passIfEqual: isSlice ? noFailIfEqual(input, item.rule.margin) : passIfEqual(input, item.rule.margin),
    needsToSettle: !isSlice && decision.outcome === 'inconclusive' ? needsToSettle(input, distance) : null,
  };
}

function resultOf(plan: Planner, item: Comparison, decision: Decision, onCondensed: Outcome, family: number): Judged {
  const isSlice = item.rule.kind === 'noHarm';
  const power = powerOf(plan, item, decision, isSlice ? family : 1);
  const words = isSlice
    ? noHarmWords(item, decision, family, plan.policy.minimumNeeds, power)
    : nonInferiorWords(item, decision, family, power);
  const interval = decision.interval && mirrored(decision.interval, item.sign);
  const doubt = doubtFromUnjudged(plan, item, decision.outcome, onCondensed);
  return {
    rule: item.rule,
    id: item.id,
    slice: item.slice,
    outcome: doubt === null ? decision.outcome : 'inconclusive',
    decides: item.decides,
    direction: item.sign === 1 ? 'higher' : 'lower',
    expected: expectation(item.rule, item.sign === 1 ? 'higher' : 'lower'),
    found: comparisonFound(item, interval),
    ...(doubt ?? words),
    needs: item.needs,
    old: item.old,
    new: item.new,
    difference: item.new - item.old,
    interval,
    adjustedP: decision.adjustedP,
    power,
  };
}

/**
 * Judges comparisons: Holm over all deciding nonInferior rules, over all deciding slices of all noHarm rules, and apart
 * from those over what only warns or informs, so that a warning never weakens a rule that decides.
 * @returns results by item.
 */
export function judgeComparisons(plan: Planner, items: readonly Comparison[], samples: Samples): Map<Comparison, Judged> {
  const results = new Map<Comparison, Judged>();
  for (const kind of ['nonInferior', 'noHarm'] as const) {
    const decide = kind === 'nonInferior' ? decideNonInferior : decideNoHarm;
    for (const decides of [true, false]) {
      const family = items.filter((item) => item.rule.kind === kind && item.decides === decides);
      const decisions = decide(hypotheses(family, samples, 'full'), plan.policy.confidence);
      const condensed = decide(hypotheses(family, samples, 'condensed'), plan.policy.confidence);
      family.forEach((item, i) => {
        const decision = decisions[i];
        if (decision) results.set(item, resultOf(plan, item, decision, condensed[i]?.outcome ?? decision.outcome, family.length));
      });
    }
  }
  return results;
}
