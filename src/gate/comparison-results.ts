import { clusterStandardError, columnMean, needMeans } from '../measure/stats/needs.ts';
import { needsToSettle, noFailIfEqual, type PowerInput, passIfEqual, smallestDetectable } from '../measure/stats/power.ts';
import type { Power } from '../model/verdict.ts';
import { lowerBound, upperBound } from './bounds.ts';
import { comparisonFound, comparisonWords, mirrored } from './comparison-words.ts';
import { cannotFail, type Decision, decide } from './decision.ts';
import { expectation } from './expectation.ts';
import type { GateInput } from './gate-input.ts';
import type { Comparison, Judged } from './item.ts';
import { openOf, whetherUnjudged } from './unjudged.ts';

/** Differences that come of rounding alone count as none. */
const ROUNDING = 1e-12;

function powerInput({ policy: { confidence } }: GateInput, item: Comparison, level: number): PowerInput {
  const { counted, least, most } = item.improvement;
  const estimate = columnMean(counted);
  return {
    standardError: clusterStandardError(counted),
    needs: item.needs,
    below: estimate - lowerBound(least, item.room, confidence),
    above: upperBound(most, item.room, 1 - level) - estimate,
  };
}

function powerOf(gate: GateInput, item: Comparison, decision: Decision): Power | null {
  if (item.needs < 2 || cannotFail(item)) return null;
  const input = powerInput(gate, item, decision.level);
  const isSlice = item.rule.kind === 'noHarm';
  const distance = columnMean(item.improvement.counted) + item.rule.margin;
  const settles = !isSlice && decision.outcome === 'inconclusive' && whetherUnjudged(gate, item, decision) === null;
  return {
    detectable: smallestDetectable(input),
    passIfEqual: isSlice ? noFailIfEqual(input, item.rule.margin) : passIfEqual(input, item.rule.margin),
    needsToSettle: settles ? needsToSettle(input, distance, gate.policy.confidence) : null,
  };
}

/** Whether the loss is excluded, whatever the unjudged are. */
function isSafe({ rule, improvement, room }: Comparison, { interval }: Decision): boolean {
  const lower = improvement.pairs === null ? interval.lower : lowerBound(improvement.least, room, interval.confidence);
  return lower > -rule.margin;
}

function resultOf(gate: GateInput, item: Comparison, decision: Decision, family: number): Judged {
  const power = powerOf(gate, item, decision);
  const interval = mirrored(decision.interval, item.sign);
  const moved = needMeans(item.improvement.counted).filter((value) => Math.abs(value) > ROUNDING).length;
  const open = openOf(gate, item, decision);
  return {
    rule: item.rule,
    id: item.id,
    slice: item.slice,
    outcome: decision.outcome,
    decides: item.decides,
    direction: item.sign === 1 ? 'higher' : 'lower',
    expected: expectation(item.rule, item.sign === 1 ? 'higher' : 'lower'),
    found: comparisonFound(item, interval),
    ...comparisonWords(gate, item, { decision, family, power, moved, isSafe: isSafe(item, decision) }),
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
