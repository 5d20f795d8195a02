import { problemAt, valueAt } from './problems.ts';
import { type Raw, recordsAt } from './records.ts';
import { DEFAULT_K, DEFAULT_LIMIT } from './schemas/config.ts';
import type { Path, Problem, Source } from './source.ts';

/** How deep metrics look. */
export interface MetricDepths {
  /** Results of a list that a metric looks at, null where it looks at all of it; not checked where missing. */
  readonly depthOf?: (name: string) => number | null;
  /** Whether a metric is of served neighbours alone; none is where missing. */
  readonly isOfServed?: (name: string) => boolean;
}

/** `search.limit` as written, its default where it isn't; null where it is no number. */
export function limitOf(source: Source): number | null {
  const k = valueAt(source.value, ['search', 'k']) ?? DEFAULT_K;
  const limit = valueAt(source.value, ['search', 'limit']) ?? (typeof k === 'number' ? Math.min(DEFAULT_LIMIT, k) : null);
  return typeof limit === 'number' ? limit : null;
}

/** What sees served results sees no more of them than production asks for. */
export function depthProblems(source: Source): Problem[] {
  const limit = limitOf(source);
  const k = valueAt(source.value, ['search', 'k']) ?? DEFAULT_K;
  if (limit === null || typeof k !== 'number') return [];
  const tooDeep = (key: string, at: Path, depth: unknown, name: string): Problem[] =>
    typeof depth === 'number' && depth > limit
      ? [
          problemAt(
            source,
            [...at, name],
            `production asks for ${limit} results (search.limit); raise that to ${depth}, or lower the ${key}`,
          ),
        ]
      : [];
  const ranked = ({ pairs, among }: Raw) => among === 'top-k' || (among === undefined && pairs === 'query-document');
  return [
    ...(limit > k
      ? [problemAt(source, ['search', 'limit'], `${limit} results are more than the ${k} exact neighbours kept (search.k)`)]
      : []),
    ...recordsAt(source, ['rerankers']).flatMap(([at, { depth }]) => tooDeep('depth', at, depth, 'depth')),
    ...recordsAt(source, ['consumers']).flatMap(([at, consumer]) => (ranked(consumer) ? tooDeep('depth', at, consumer.k, 'k') : [])),
  ];
}

/** A rule on served neighbours looks no deeper than they are served. */
export function ruleDepthProblems(source: Source, at: Path, { metric, on }: Raw, limit: number | null, registry: MetricDepths): Problem[] {
  const depth = typeof metric === 'string' && on !== 'exact' ? (registry.depthOf?.(metric) ?? null) : null;
  if (depth === null || limit === null || depth <= limit) return [];
  const asked = `production asks for ${limit} results (search.limit), so nothing is served that deep`;
  const exact = registry.isOfServed?.(String(metric)) === true ? '' : '`on: exact`, ';
  return [problemAt(source, [...at, 'metric'], `${asked}: write ${exact}a cutoff of ${limit} or less, or the limit of production`)];
}
