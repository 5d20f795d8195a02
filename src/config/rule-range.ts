import type { Range } from '../model/metric.ts';
import { problemAt } from './problems.ts';
import type { Path, Problem, Source } from './source.ts';

/** A limit or margin beyond what a metric can be, in words; null where the rule can hold and fail. */
const CHECKS: Readonly<Record<string, (limit: number, range: Range) => string | null>> = {
  atLeast: (limit, [low, high]) =>
    high !== null && limit > high
      ? `never above ${high}, so this rule can never pass; write a limit above ${low} and at most ${high}`
      : null,
  atMost: (limit, [low, high]) =>
    limit < low
      ? `never below ${low}, so this rule can never pass; write a limit of ${low} or more${high === null ? '' : ` and below ${high}`}`
      : null,
  nonInferior: marginProblem,
  noHarm: marginProblem,
};

/** A margin that no loss exceeds. Whoever wrote 2 thought of percent. */
function marginProblem(margin: number, [low, high]: Range): string | null {
  if (high === null || margin < high - low) return null;
  const meant = margin / 100;
  const guess = margin >= 1 && meant < high - low ? `; did you mean ${Number(meant.toPrecision(6))}?` : '';
  return `between ${low} and ${high}, and no loss is more than ${high - low}, so this rule can never fail${guess}`;
}

/**
 * A rule that no version can pass, and a margin that none can fail. A limit that none can fail is read, and decides nothing.
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
    const text = typeof value === 'number' && Number.isFinite(value) ? check(value, range) : null;
    return text === null ? [] : [problemAt(source, [...path, key], `${metric} is ${text}`)];
  });
}
