import { stat } from 'node:fs/promises';
import type { z } from 'zod';
import { systemCode } from '../core/errors.ts';
import type { Config } from '../model/config.ts';
import type { ClickSource } from '../model/dataset.ts';
import { problemAt, throwProblems } from './problems.ts';
import { CLICK_DEFAULTS, type clicksSchema } from './schemas/dataset.ts';
import { type Path, type Problem, readSource, type Source, sourceOf } from './source.ts';

/** Every path that `dataset` names, with the keys that lead to it. Patterns are none. */
function pathsOf(dataset: Config['dataset']): (readonly [Path, string])[] {
  if (typeof dataset === 'string') return [[['dataset'], dataset]];
  const { corpus, queries, qrels, clicks } = dataset;
  const parts = Object.entries({ corpus, queries, qrels, clicks });
  return parts.flatMap(([part, source]) =>
    source == null || /[*?{[]/.test(source.path) ? [] : [[['dataset', part, 'path'], source.path]],
  );
}

async function isMissing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (error: unknown) => systemCode(error) === 'ENOENT',
  );
}

/**
 * Refuses a configuration whose data set is not there, before it is read: only here is it known which key of which line names it.
 * @param text what the file would hold, where the configuration is in code
 * @throws CutoverError CONFIG_INVALID with every missing path at its place
 */
export async function requireDatasetPaths(
  { file, dataset }: Pick<Config, 'file' | 'dataset'>,
  { cwd, text }: { readonly cwd: string; readonly text?: string | undefined },
): Promise<void> {
  const paths = pathsOf(dataset);
  const missing = await Promise.all(paths.map(([, path]) => isMissing(path)));
  if (!missing.includes(true)) return;
  const source = text === undefined ? await readSource(file, []) : sourceOf(file, text, []);
  // It was parsed to become this configuration.
  if (source === null) throw new TypeError(`${file} is not what it was.`);
  const problems = paths.filter((_, i) => missing[i]).map(([at, path]) => problemAt(source, at, `${path} does not exist`));
  throwProblems(problems, file, cwd);
}

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
