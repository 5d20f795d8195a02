import type { Evaluation } from '../model/evaluation.ts';
import { columnsOf, directionOf, type MeasuredOn, qualityOf } from '../model/lookup.ts';
import { DEFAULT_MEASURE } from '../model/metric.ts';
import { ONS, type Policy, type Rule } from '../model/policy.ts';
import type { Lead } from '../model/verdict.ts';
import { canonicalName } from './measure.ts';

const KINDS: readonly Rule['kind'][] = ['nonInferior', 'noHarm', 'atLeast', 'atMost'];

/**
 * The measure that a report leads with, and by which it ranks slices and queries: that of the first nonInferior rule on quality,
 * else of the first noHarm rule, else of the first limit, else nDCG@10, else what was measured first. One that has no better and
 * no worse is passed over.
 * @returns null where no such measure was taken
 */
export function leadOf(evaluation: Evaluation, { rules }: Pick<Policy, 'rules'>): Lead | null {
  const quality = qualityOf(evaluation);
  const ruled = KINDS.flatMap((kind) => rules.filter((rule) => rule.kind === kind)).map(asRuled);
  const others = [DEFAULT_MEASURE, ...Object.keys(quality)].flatMap((measure) => [...ONS.map((on) => ({ measure, on }))]);
  const candidates = [...ruled, ...others].filter(({ measure }) => Object.hasOwn(quality, measure));
  return directed(evaluation, candidates)[0] ?? null;
}

/** The lead, then each other measure of old and new that a rule names, each once. */
export function ruledMeasures(evaluation: Evaluation, policy: Pick<Policy, 'rules'>): Lead[] {
  const lead = leadOf(evaluation, policy);
  const all = [...(lead === null ? [] : [lead]), ...directed(evaluation, policy.rules.map(asRuled))];
  return all.filter((one, i) => all.findIndex((other) => other.measure === one.measure && other.on === one.on) === i);
}

function asRuled({ metric, on }: Rule): MeasuredOn {
  return { measure: canonicalName(metric), on };
}

/** Those that were measured and have a direction, with it. */
function directed(evaluation: Evaluation, measures: readonly MeasuredOn[]): Lead[] {
  return measures.flatMap((one) => {
    const direction = directionOf(evaluation, one.measure);
    const mean = columnsOf(evaluation, one)?.new.mean ?? null;
    return direction === 'none' || mean === null ? [] : [{ ...one, direction }];
  });
}
