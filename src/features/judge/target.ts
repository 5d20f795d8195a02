import { CutoverError } from '../../core/errors.ts';
import { parseMeasure, parseMetric } from '../../measure/measure-name.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import { DEFAULT_MEASURE, type MeasureName } from '../../model/metric.ts';
import type { On } from '../../model/policy.ts';
import type { RuleResult, Verdict } from '../../model/verdict.ts';

/** What is judged for: one rule's measure, on one kind of neighbours, perhaps in one slice. */
export interface JudgeTarget {
  /** null where no rule of the policy needs judgements. */
  readonly rule: string | null;
  readonly outcome: RuleResult['outcome'] | null;
  readonly measure: MeasureName;
  readonly on: On;
  /** Whether the difference of the two versions is in question, or the new version's value. */
  readonly of: 'difference' | 'new';
  readonly slice: RuleResult['slice'];
  /** Results of each run that are judged. */
  readonly depth: number;
}

const DEFAULT_DEPTH = 10;

/** Lower goes first: what decides and is open, what is open, what would be decided by a comparison, the rest. */
function urgency({ outcome, decides, rule }: RuleResult): number {
  if (outcome === 'inconclusive') return decides ? 0 : 1;
  return rule.kind === 'nonInferior' ? 2 : 3;
}

/** The quality measure of a rule; null where it measures something that judgements can't change. */
function measureOf({ rule }: RuleResult): MeasureName | null {
  try {
    const { kind, name } = parseMetric(rule.metric);
    return kind === 'quality' ? name : null;
  } catch (error) {
    if (error instanceof CutoverError) return null;
    throw error;
  }
}

/**
 * The rule to judge for: the one asked for; else the first inconclusive one whose measure needs judgements; else the first
 * comparison; else what the verdict leads with.
 * @param ruleId id of a rule result, or null
 * @param depth results of each run to judge; null takes the measure's cutoff, 10 where it has none
 * @throws CutoverError OPTION_INVALID when no such rule needs judgements
 */
export function judgeTarget({ rules, lead }: Verdict, ruleId: string | null, depth: number | null): JudgeTarget {
  const candidates = rules.flatMap((result) => {
    const measure = measureOf(result);
    return measure === null ? [] : [{ result, measure }];
  });
  if (ruleId !== null && !candidates.some(({ result }) => result.id === ruleId))
    throw new CutoverError('OPTION_INVALID', {
      option: 'rule',
      reason: 'is not a rule of verdict.json that needs judgements',
      example: `"${candidates[0]?.result.id ?? `${DEFAULT_MEASURE} nonInferior 0.02 on served`}"`,
    });
  const [found] = candidates
    .filter(({ result }) => ruleId === null || result.id === ruleId)
    .sort((a, b) => urgency(a.result) - urgency(b.result));
  const measure = found?.measure ?? parseMeasure(lead?.measure ?? DEFAULT_MEASURE);
  return {
    rule: found?.result.id ?? null,
    outcome: found?.result.outcome ?? null,
    measure,
    on: found?.result.rule.on ?? lead?.on ?? 'served',
    of: found?.result.rule.kind === 'atLeast' || found?.result.rule.kind === 'atMost' ? 'new' : 'difference',
    slice: found?.result.slice ?? null,
    depth: depth ?? measure.cutoff ?? DEFAULT_DEPTH,
  };
}

/** Ids of the queries that the target is about, ascending. */
export function targetQueries({ slice }: JudgeTarget, { queries }: Dataset, evaluation: Evaluation): string[] {
  if (slice === null) return queries.map(({ id }) => id);
  const values = evaluation.queries.slices[slice.field] ?? [];
  return evaluation.queries.ids.filter((_, i) => values[i] === slice.value);
}
