import type { z } from 'zod';
import type { ClickSource } from '../model/dataset.ts';
import { problemAt } from './problems.ts';
import { CLICK_DEFAULTS, type clicksSchema } from './schemas/dataset.ts';
import type { Path, Problem, Source } from './source.ts';

/** A click log as written, with the rule's defaults: a rate where impressions are counted, else clicks. */
export function clickSource({ grade, query, text, document, clicks, impressions, ...rest }: z.output<typeof clicksSchema>): ClickSource {
  const by = grade.by ?? (impressions === undefined ? 'clicks' : 'rate');
  return {
    ...rest,
    query: query ?? null,
    text: text ?? null,
    document: document ?? null,
    clicks: clicks ?? null,
    impressions: impressions ?? null,
    rule: { by, thresholds: grade.thresholds ?? CLICK_DEFAULTS[by], minimumImpressions: grade.minimumImpressions },
  };
}

/** What a rule cannot mean. Silent where a type is off, since the schema says that. */
export function clickProblems(source: Source, path: Path, clicks: Readonly<Record<string, unknown>>): Problem[] {
  const { grade } = clicks;
  if (typeof grade !== 'object' || grade === null) return [];
  const { by, thresholds } = grade as { readonly by?: unknown; readonly thresholds?: unknown };
  const hasImpressions = 'impressions' in clicks;
  const problems: Problem[] = [];
  const add = (key: string, text: string) => problems.push(problemAt(source, [...path, 'grade', key], text));
  if (by === 'rate' && !hasImpressions) add('by', 'a rate needs impressions: name their column, or count clicks');
  if ('minimumImpressions' in grade && !hasImpressions)
    add('minimumImpressions', 'means something with impressions only: name their column');
  if (!Array.isArray(thresholds) || !thresholds.every((value): value is number => typeof value === 'number')) return problems;
  if (thresholds.some((value, i) => value <= (thresholds[i - 1] ?? 0))) add('thresholds', 'must ascend: grade 2 takes more than grade 1');
  const isRate = by === 'rate' || (by === undefined && hasImpressions);
  if (isRate && thresholds.some((value) => value > 1)) add('thresholds', 'a click-through rate is at most 1');
  if (!isRate && thresholds.some((value) => !Number.isInteger(value))) add('thresholds', 'clicks are counted: whole numbers');
  return problems;
}
