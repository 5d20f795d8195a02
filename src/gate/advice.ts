import { plural } from '../core/words.ts';
import { untranslatedConsumers } from '../measure/metrics/summary/untranslatedConsumers.ts';
import type { LimitRule, RatioRule, Rule } from '../model/policy.ts';
import { metricId } from './measure.ts';

const LIMIT_ADVICE: Readonly<Record<string, string>> = {
  annRecall: 'Raise efSearch of the index, then m or efConstruction, and measure again.',
  untranslatedConsumers:
    'Once the quality rules pass, set `accepted` of each consumer named in the report to the translated value, if its owner agrees.',
  overlap:
    'Few results are still the same. Check that the vectors belong to these texts, and pooling, prefixes and maxTokens; if they are right, judge queries (`cutover judge next`): only judgements tell whether other results are better ones.',
  Judged: 'Judge more of the top results of both versions, then measure again.',
};

/** What to do about a broken limit. */
export function limitAdvice(rule: Rule): string {
  return (
    LIMIT_ADVICE[metricId(rule.metric)] ??
    `See what the report says of ${rule.metric}; change the version or the search, or the limit, with the reason in the policy's history.`
  );
}

/** What a limit on a count found, where the count says more than its number; null where it doesn't. */
export function countedWords({ metric, limit }: LimitRule, value: number): string | null {
  if (metricId(metric) !== untranslatedConsumers.id || limit !== 0) return null;
  if (value === 0) return 'Every consumer of scores has an accepted threshold within its tolerance';
  return `${plural(value, 'consumer')} of scores ${value === 1 ? 'has' : 'have'} no accepted threshold within ${value === 1 ? 'its' : 'their'} tolerance`;
}

/** What to do about a loss. */
export const LOSS_ADVICE =
  'Read the queries that lost most in the report; check pooling, prefixes and maxTokens of the new version against what its model publishes.';

const COST_ADVICE: Readonly<Record<string, string>> = {
  queryMs: 'Look at the size of the model, at maxTokens and at efSearch; a smaller dtype or fewer dimensions answer faster.',
  coldLoadMs: 'A smaller dtype loads faster; or keep processes warm, and allow more.',
  bytesPerDocument: 'Keep fewer dimensions (`dimensions`, where the model was trained for it), or give the graph fewer links (`m`).',
  modelBytes: 'Try a smaller dtype of the same model.',
  costPerMillion: 'Cut texts at fewer tokens (`maxTokens`), or take a smaller model.',
};

/** What to do about a cost that grew too much. */
export function costAdvice({ metric }: RatioRule): string {
  return `${COST_ADVICE[metricId(metric)] ?? 'Take a cheaper version.'} Or allow more, with the reason in the policy's history.`;
}
