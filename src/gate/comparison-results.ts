import { clusterStandardError, columnMean, needMeans } from '../measure/stats/needs.ts';
import { needsToSettle, type PowerInput } from '../measure/stats/power.ts';
import type { Outcome, Power, State } from '../model/verdict.ts';
import { comparisonFound, comparisonWords, mirrored } from './comparison-words.ts';
import { cannotFail, type Decision, decide } from './decision.ts';
import { expectation } from './expectation.ts';
import type { GateInput } from './gate-input.ts';
import type { Comparison, Judged } from './item.ts';
import { simulatedPower } from './power.ts';
import { type Doubt, openOf, type Reach, reachOf, whetherUnjudged } from './unjudged.ts';
import { unjudgedWords } from './unjudged-words.ts';

/** Differences that come of rounding alone count as none. */
const ROUNDING = 1e-12;

function powerInput({ improvement: { counted }, needs }: Comparison, { lower, upper }: Reach): PowerInput {
  const estimate = columnMean(counted);
  return { standardError: clusterStandardError(counted), needs, below: estimate - lower, above: upper - estimate };
}

function powerOf(gate: GateInput, item: Comparison, decision: Decision, reach: Reach, doubt: Doubt | null): Power | null {
  if (item.needs < 2 || cannotFail(item)) return null;
  const { confidence } = gate.policy;
  const distance = columnMean(item.improvement.counted) + item.rule.margin;
  const settles = item.rule.kind === 'nonInferior' && decision.outcome === 'inconclusive' && doubt === null;
  return {
    ...simulatedPower(item, decision, gate.evaluation.seed, 1 - confidence),
    needsToSettle: settles ? needsToSettle(powerInput(item, reach), distance, confidence, gate.nextConfidence) : null,
  };
}

/** A slice passes too where harm is only not shown: its bound, with the unjudged at their worst, is at or beyond the margin. */
function stateOf({ kind }: Comparison['rule'], outcome: Outcome, isSafe: boolean): State {
  return kind === 'noHarm' && outcome === 'pass' && !isSafe ? 'not-shown-safe' : outcome;
}

function resultOf(gate: GateInput, item: Comparison, decision: Decision, family: number): Judged {
  const reach = reachOf(item, decision);
  const doubt = whetherUnjudged(item, decision, reach);
  const power = powerOf(gate, item, decision, reach, doubt);
  const isSafe = reach.lower > -item.rule.margin;
  const interval = mirrored(decision.interval, item.sign);
  const moved = needMeans(item.improvement.counted).filter((value) => Math.abs(value) > ROUNDING).length;
  const open = openOf(item, doubt, reach);
  return {
    rule: item.rule,
    id: item.id,
    slice: item.slice,
    outcome: decision.outcome,
    state: stateOf(item.rule, decision.outcome, isSafe),
    decides: item.decides,
    direction: item.sign === 1 ? 'higher' : 'lower',
    expected: expectation(item.rule, item.sign === 1 ? 'higher' : 'lower'),
    found: comparisonFound(item, interval),
    ...(doubt === null ? comparisonWords(gate, item, { decision, family, power, moved, isSafe }) : unjudgedWords(doubt, open)),
    needs: item.needs,
    moved,
    old: item.old,
    new: item.new,
    difference: item.new - item.old,
    interval,
    adjustedP: decision.adjustedP,
    power,
    ...(open === null ? {} : { open }),
  };
}

/**
 * Judges comparisons: one error rate over all that decide, nonInferior rules and slices of noHarm rules together, and apart
 * from those over what only warns or informs, so that a warning never weakens a rule that decides.
 * @returns results by item.
 */
export function judgeComparisons(gate: GateInput, items: readonly Comparison[]): Map<Comparison, Judged> {
  const results = new Map<Comparison, Judged>();
  for (const decides of [true, false]) {
    const family = items.filter((item) => item.decides === decides);
    const decisions = decide(family, gate.policy.confidence);
    family.forEach((item, i) => {
      const decision = decisions[i];
      if (decision) results.set(item, resultOf(gate, item, decision, family.length));
    });
  }
  return results;
}
