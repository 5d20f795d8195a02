import type { Sha256 } from '../../src/core/brand.ts';
import { judge } from '../../src/gate/judge.ts';
import type { ByOn, Column, Evaluation, NotApplicable, SidedColumn } from '../../src/model/evaluation.ts';
import { metricIdOf } from '../../src/model/lookup.ts';
import type { MetricMeta } from '../../src/model/metric.ts';
import type { Policy, Rule } from '../../src/model/policy.ts';
import type { Verdict } from '../../src/model/verdict.ts';

export type Cells = readonly (number | null)[];

/** What a test says of an evaluation; the rest is filled in. */
export interface Spec {
  /** One a query; the number of queries follows from it. */
  readonly needs: readonly string[];
  /** Measure → [old, new] on served neighbours. */
  readonly quality?: Readonly<Record<string, readonly [old: Cells, fresh: Cells]>> | NotApplicable;
  readonly exact?: Readonly<Record<string, readonly [old: Cells, fresh: Cells]>>;
  readonly neighbours?: Readonly<Record<string, Cells>>;
  readonly index?: Readonly<Record<string, readonly [old: Cells, fresh: Cells]>>;
  readonly values?: Evaluation['values'];
  readonly slices?: Readonly<Record<string, readonly string[]>>;
  readonly automatic?: Readonly<Record<string, readonly string[]>>;
  readonly metrics?: Readonly<Record<string, MetricMeta['direction']>>;
  readonly judged?: readonly boolean[];
  readonly seed?: number;
}

export function column(perQuery: Cells): Column {
  const values = perQuery.filter((value) => value !== null);
  return { perQuery, n: values.length, mean: values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length };
}

function sided([old, fresh]: readonly [Cells, Cells]): SidedColumn {
  return { old: column(old), new: column(fresh) };
}

function mapped<A, B>(table: Readonly<Record<string, A>>, f: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, f(value, key)]));
}

function qualityOf(spec: Spec): Evaluation['quality'] {
  if (spec.quality !== undefined && 'notApplicable' in spec.quality) return spec.quality as NotApplicable;
  const served: Record<string, ByOn<SidedColumn>> = mapped(spec.quality ?? {}, (pair) => ({ served: sided(pair) }));
  for (const [name, pair] of Object.entries(spec.exact ?? {})) served[name] = { ...served[name], exact: sided(pair) };
  return served;
}

function meta(id: string, direction: MetricMeta['direction']): MetricMeta {
  return { id, title: id, description: '', formula: '', unit: '', range: [0, 1], direction, source: { title: 'test' } };
}

/** Metadata of every metric that is measured: better when higher unless the test says otherwise. */
function metricsOf({ quality = {}, exact = {}, neighbours = {}, index = {}, values = {}, metrics = {} }: Spec): Evaluation['metrics'] {
  const ids = [quality, exact, neighbours, index, values].flatMap((table) => Object.keys(table)).map(metricIdOf);
  return Object.fromEntries([...ids, ...Object.keys(metrics)].map((id) => [id, meta(id, metrics[id] ?? 'higher')]));
}

export function evaluationOf(spec: Spec): Evaluation {
  const n = spec.needs.length;
  const hash = 'a'.repeat(64) as Sha256;
  return {
    kind: 'cutover.evaluation',
    schemaVersion: 1,
    cutoverVersion: '0.0.0',
    seed: spec.seed ?? 7,
    dataset: {
      name: 'built by hand',
      licence: null,
      hashes: { corpus: hash, queries: hash, qrels: hash },
      documents: 10,
      queries: n,
      needs: new Set(spec.needs).size,
      judgedQueries: n,
      judgements: n,
      warnings: [],
    },
    versions: null,
    search: null,
    metrics: metricsOf(spec),
    queries: {
      ids: spec.needs.map((_, i) => `q${String(i).padStart(4, '0')}`),
      needs: spec.needs,
      slices: spec.slices ?? {},
      automatic: spec.automatic ?? {},
      judged: spec.judged ?? spec.needs.map(() => true),
      texts: spec.needs.map((_, i) => `query ${i}`),
    },
    quality: qualityOf(spec),
    neighbours: mapped(spec.neighbours ?? {}, (cells) => ({ served: column(cells) })),
    index: mapped(spec.index ?? {}, sided),
    scores: [],
    separation: [],
    margin: null,
    consumers: [],
    rerankers: [],
    slices: [],
    geometry: { notApplicable: 'built by hand' },
    graph: { notApplicable: 'built by hand' },
    values: spec.values ?? {},
    shown: { depth: 0, documents: { ids: [], titles: [], excerpts: [] }, lists: [], grades: [] },
  } as Evaluation;
}

const BASE = { on: 'served', severity: 'fail', ifMissing: 'fail' } as const;

export function nonInferior(metric: string, margin: number, more: Partial<Rule> = {}): Rule {
  return { ...BASE, kind: 'nonInferior', metric, margin, ...more } as Rule;
}

export function noHarm(metric: string, margin: number, more: Partial<Rule> | { slices: readonly string[] } = {}): Rule {
  return { ...BASE, kind: 'noHarm', metric, margin, slices: 'declared', ...more } as Rule;
}

export function limit(metric: string, kind: 'atLeast' | 'atMost', value: number, more: object = {}): Rule {
  return { ...BASE, kind, metric, limit: value, bound: 'estimate', ...more } as Rule;
}

export function policyOf(rules: readonly Rule[], more: Partial<Policy> = {}): Policy {
  return { confidence: 0.95, rules, inconclusive: 'block', minimumNeeds: 30, resamples: 2000, waivers: [], ...more };
}

export const CONTEXT = {
  asOf: '2025-01-31',
  evaluationHash: 'e'.repeat(64) as Sha256,
  policyHash: 'b'.repeat(64) as Sha256,
  cutoverVersion: '0.0.0',
};

export function verdictOf(spec: Spec, rules: readonly Rule[], more: Partial<Policy> = {}): Verdict {
  return judge(evaluationOf(spec), policyOf(rules, more), CONTEXT);
}

/** `count` needs, each with its own queries. */
export function needLabels(count: number, queriesEach = 1): string[] {
  return Array.from({ length: count * queriesEach }, (_, i) => `n${String(Math.floor(i / queriesEach)).padStart(4, '0')}`);
}
