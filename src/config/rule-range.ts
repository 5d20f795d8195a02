import type { Range } from '../contract/metric.ts';
import { problemAt } from './problems.ts';
import type { Path, Problem, Source } from './source.ts';

/** What a rule may ask of a metric, and what it cannot: each comparator's words, or null where the rule can go either way. */
const CHECKS: Readonly<Record<string, (metric: string, value: number, range: Range) => string | null>> = {
  atLeast(metric, limit, [low, high]) {
    const instead = high === null ? `above ${low}` : `above ${low} and at most ${high}`;
    if (limit <= low) return idle(metric, 'below', low, 'fail', instead);
    return high !== null && limit > high ? idle(metric, 'above', high, 'pass', instead) : null;
  },
  atMost(metric, limit, [low, high]) {
    const instead = high === null ? `of ${low} or more` : `of ${low} or more and below ${high}`;
    if (limit < low) return idle(metric, 'below', low, 'pass', instead);
    return high !== null && limit >= high ? idle(metric, 'above', high, 'fail', instead) : null;
  },
  nonInferior: margin,
  noHarm: margin,
};

function idle(metric: string, side: 'above' | 'below', bound: number, outcome: 'pass' | 'fail', instead: string): string {
  const remove = outcome === 'fail' ? ', or remove the rule' : '';
  return `${metric} is never ${side} ${bound}, so this rule can never ${outcome}; write a limit ${instead}${remove}`;
}

function margin(metric: string, value: number, [low, high]: Range): string | null {
  if (high === null || value < high - low) return null;
  return `${metric} lies between ${low} and ${high}, so this rule can never fail; write a margin below ${high - low}, or remove the rule`;
}

/**
 * A rule whose limit its metric never reaches says nothing of a version: it would count among the rules that hold, or fail them all.
 * @param rangeOf null for what is no metric, which is said elsewhere
 */
export function rangeProblems(
  source: Source,
  path: Path,
  rule: Readonly<Record<string, unknown>>,
  rangeOf: (metric: string) => Range | null,
): Problem[] {
  const { metric } = rule;
  const range = typeof metric === 'string' ? rangeOf(metric) : null;
  if (range === null) return [];
  return Object.entries(CHECKS).flatMap(([key, check]) => {
    const value = rule[key];
    const text = typeof value === 'number' && Number.isFinite(value) ? check(String(metric), value, range) : null;
    return text === null ? [] : [problemAt(source, [...path, key], text)];
  });
}
