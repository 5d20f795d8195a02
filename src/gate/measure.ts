import { CutoverError } from '../core/errors.ts';
import { type NamedMetric, parseMetric } from '../measure/measure-name.ts';

/** Null for names outside the registry: single values such as `untranslatedConsumers`. */
function parsed(name: string): NamedMetric | null {
  try {
    return parseMetric(name);
  } catch (error) {
    if (error instanceof CutoverError) return null;
    throw error;
  }
}

/** The name under which the evaluation keeps a metric; names outside the registry stay as they are. */
export function canonicalName(name: string): string {
  return parsed(name)?.name.name ?? name;
}

/** Id of a metric's metadata: `nDCG` of `nDCG@10`. */
export function metricId(name: string): string {
  return parsed(name)?.name.id ?? name;
}

/** Whether a metric compares a list with judgements, and so has no value without any. */
export function needsJudgements(name: string): boolean {
  const kind = parsed(name)?.kind;
  return kind === 'quality' || kind === 'churn';
}
