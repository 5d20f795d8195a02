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
function limitOf(source: Source): number | null {
  const k = valueAt(source.value, ['search', 'k']) ?? DEFAULT_K;
  const limit = valueAt(source.value, ['search', 'limit']) ?? (typeof k === 'number' ? Math.min(DEFAULT_LIMIT, k) : null);
  return typeof limit === 'number' ? limit : null;
}

/** Results that production asks for: of the vectors, and of the pipeline. null where it is no number, `pipeline` missing where there is none. */
export interface ResultLimits {
  readonly served: number | null;
  readonly pipeline?: number | null;
}

/** The limits of a main file as written. */
export function limitsOf(source: Source): ResultLimits {
  const served = limitOf(source);
  if (valueAt(source.value, ['pipeline']) === undefined) return { served };
  const own = valueAt(source.value, ['pipeline', 'limit']) ?? served;
  return { served, pipeline: typeof own === 'number' ? own : null };
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

/** A rule looks no deeper than results are served, or come out of the pipeline; and at a pipeline only where there is one. */
export function ruleDepthProblems(source: Source, at: Path, rule: Raw, limits: ResultLimits | null, registry: MetricDepths): Problem[] {
  const { metric, on } = rule;
  if (limits === null || typeof metric !== 'string') return [];
  if (on === 'pipeline' && limits.pipeline === undefined)
    return [problemAt(source, [...at, 'on'], 'the configuration has no `pipeline:`; write `on: served`, or configure one')];
  const isOfPipeline = limits.pipeline !== undefined && on !== 'served' && registry.isOfServed?.(metric) !== true;
  const [limit, key] = isOfPipeline ? [limits.pipeline, 'pipeline.limit'] : [limits.served, 'search.limit'];
  const depth = on === 'exact' ? null : (registry.depthOf?.(metric) ?? null);
  if (depth === null || limit == null || depth <= limit) return [];
  const asked = `production asks for ${limit} results (${key}), so nothing is served that deep`;
  const exact = registry.isOfServed?.(metric) === true ? '' : '`on: exact`, ';
  return [problemAt(source, [...at, 'metric'], `${asked}: write ${exact}a cutoff of ${limit} or less, or the limit of production`)];
}
