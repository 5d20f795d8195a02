import { isAbsolute } from 'node:path';
import { SCALE_RANGES, SCALES } from '../model/config.ts';
import type { Range } from '../model/metric.ts';
import { clickProblems } from './dataset.ts';
import { depthProblems, type MetricDepths, type ResultLimits, ruleDepthProblems } from './depths.ts';
import { pipelineProblems, usualOn } from './pipeline.ts';
import { problemAt, suggestionFor, valueAt } from './problems.ts';
import { type Raw, recordOf, recordsAt } from './records.ts';
import { rangeProblems } from './rule-range.ts';
import type { Path, Problem, Source } from './source.ts';

/** What other rooms know and the config has to agree with; handed in by the stages. */
export interface Registry extends MetricDepths {
  readonly embedders: readonly string[];
  /** Keys of a version that are one embedder's, by embedder; not checked where missing. */
  readonly embedderOptions?: Readonly<Record<string, Readonly<Record<string, 'needed' | 'optional'>>>>;
  /** Ids of dialects of the http embedder; not checked where missing. */
  readonly dialects?: readonly string[];
  /** Ids of search engines; not checked where missing. */
  readonly engines?: readonly string[];
  /** null when the metric is known, else the complaint. */
  readonly isMetric: (name: string) => string | null;
  /** Least and greatest value of a metric, null where there is no greatest; null for what is no metric. */
  readonly rangeOf: (name: string) => Range | null;
  /** Whether a metric is a cost of a version; not checked where missing. */
  readonly isCost?: (name: string) => boolean;
}

// These checks look at the file's plain values, not at what a schema made of them, so that they still speak
// when something else in the file is wrong; each is silent where a type is off, since the schema says that.

function metricProblem(source: Source, path: Path, metric: unknown, registry: Registry): Problem[] {
  if (typeof metric !== 'string' || metric === '') return [];
  const complaint = registry.isMetric(metric);
  return complaint === null ? [] : [problemAt(source, path, complaint)];
}

/** The keys of which a rule has exactly one. */
const COMPARATORS = ['nonInferior', 'noHarm', 'atLeast', 'atMost', 'atMostTimes'] as const;

function ruleShape(source: Source, path: Path, rule: Raw): Problem[] {
  const present = COMPARATORS.filter((key) => key in rule);
  const problems: Problem[] = [];
  if (present.length === 0) problems.push(problemAt(source, path, `a rule needs one of ${COMPARATORS.join(', ')}; found none`));
  if (present.length > 1)
    problems.push(problemAt(source, path, `a rule takes one comparator, found ${present.join(' and ')}; write two rules`));
  if ('slices' in rule && !present.includes('noHarm'))
    problems.push(problemAt(source, [...path, 'slices'], 'only noHarm looks at slices', 'key'));
  if ('bound' in rule && !present.some((key) => key === 'atLeast' || key === 'atMost'))
    problems.push(problemAt(source, [...path, 'bound'], 'only atLeast and atMost take a bound', 'key'));
  return problems;
}

/** A cost is of one machine and one day, so that only its ratio to the old version's can be ruled on; nothing else has such a ratio. */
function costShape(source: Source, path: Path, rule: Raw, { isCost }: Registry): Problem[] {
  if (typeof rule.metric !== 'string' || isCost === undefined) return [];
  const given = COMPARATORS.find((key) => key in rule);
  if (given === undefined || isCost(rule.metric) === (given === 'atMostTimes'))
    return 'on' in rule && given === 'atMostTimes'
      ? [problemAt(source, [...path, 'on'], 'a cost is of the version; leave `on` out', 'key')]
      : [];
  const text =
    given === 'atMostTimes'
      ? `${rule.metric} is no cost; only costs are compared as a ratio`
      : `${rule.metric} is compared with the old version's: write atMostTimes, e.g. \`atMostTimes: 1.2\` for at most 20 % more`;
  return [problemAt(source, [...path, given], text, 'key')];
}

/** What makes two rules the same question; a policy asks each once. */
function ruleIdentity(rule: Raw, on: unknown): string {
  return JSON.stringify([rule.metric, ...COMPARATORS.map((key) => rule[key]), on, rule.slices ?? 'declared', rule.bound ?? 'estimate']);
}

/**
 * Rules of one comparator each, of known metrics, each of which can pass, none twice.
 * @param limits results that production asks for; null where nobody says
 */
export function policyProblems(source: Source, path: Path, registry: Registry | null, limits: ResultLimits | null = null): Problem[] {
  const first = new Map<string, Path>();
  const usual = usualOn(limits?.pipeline !== undefined, registry ?? {});
  const rules = recordsAt(source, [...path, 'rules']);
  return rules.flatMap(([at, rule], i) => {
    const problems = ruleShape(source, at, rule);
    if (registry !== null) {
      problems.push(...metricProblem(source, [...at, 'metric'], rule.metric, registry));
      problems.push(...costShape(source, at, rule, registry));
      problems.push(...rangeProblems(source, at, rule, registry.rangeOf));
      problems.push(...ruleDepthProblems(source, at, rule, limits, registry));
    }
    if (i === 0 && rules.every(([, { severity }]) => severity === 'warn'))
      problems.push(
        problemAt(source, at, 'every rule only warns, so that no version could fail; leave `severity: warn` out of the rules that matter'),
      );
    const identity = ruleIdentity(rule, rule.on ?? usual(String(rule.metric)));
    const same = first.get(identity);
    if (same !== undefined) problems.push(problemAt(source, at, `the same rule as on line ${source.locate(same).line}`));
    else first.set(identity, at);
    return problems;
  });
}

/** True for what is a path of the user's own module and no id of the registry. */
export function isModulePath(embedder: string): boolean {
  return embedder.startsWith('.') || isAbsolute(embedder) || /\.[cm]?js$/.test(embedder);
}

/** Every option is used with the embedder that it belongs to, and none is missing that its embedder needs. */
function optionProblems(
  source: Source,
  path: Path,
  version: Raw,
  embedder: string,
  all: NonNullable<Registry['embedderOptions']>,
): Problem[] {
  const own = all[embedder];
  if (own === undefined) return [];
  const problems: Problem[] = [];
  for (const key of Object.keys(version)) {
    const takers = Object.keys(all).filter((id) => key in (all[id] ?? {}));
    if (key === 'module' || key in own || takers.length === 0) continue;
    const who = takers.map((id) => `\`embedder: ${id}\``).join(' and ');
    problems.push(problemAt(source, [...path, key], `only ${who} ${takers.length === 1 ? 'takes' : 'take'} ${key}`, 'key'));
  }
  for (const [key, wanted] of Object.entries(own))
    if (wanted === 'needed' && !(key in version))
      problems.push(problemAt(source, [...path, 'embedder'], `set ${key} too: \`embedder: ${embedder}\` needs it`));
  return problems;
}

function dialectProblems(source: Source, path: Path, { dialect }: Raw, dialects: readonly string[] | undefined): Problem[] {
  if (dialects === undefined || typeof dialect !== 'string' || dialects.includes(dialect)) return [];
  const known = `expected one of ${dialects.join(', ')}; found "${dialect}"`;
  return [problemAt(source, [...path, 'dialect'], known + suggestionFor(dialect, dialects))];
}

/** A known embedder, and a module where one is asked for. */
export function versionProblems(source: Source, path: Path, registry: Registry | null): Problem[] {
  const version = recordOf(valueAt(source.value, path));
  const embedder = version?.embedder ?? 'transformers';
  if (version === null || typeof embedder !== 'string') return [];
  const problems: Problem[] = [];
  if (embedder === 'module' && !('module' in version))
    problems.push(problemAt(source, [...path, 'embedder'], 'set module too: the path of your ES module'));
  if (embedder !== 'module' && 'module' in version)
    problems.push(problemAt(source, [...path, 'module'], 'only `embedder: module` takes a module', 'key'));
  problems.push(...dialectProblems(source, path, version, registry?.dialects));
  const options = registry?.embedderOptions ?? {};
  problems.push(...optionProblems(source, path, version, isModulePath(embedder) ? 'module' : embedder, options));
  if (registry !== null && !isModulePath(embedder) && !registry.embedders.includes(embedder)) {
    const known = `expected one of ${registry.embedders.join(', ')} or the path of a module; found "${embedder}"`;
    problems.push(problemAt(source, [...path, 'embedder'], known + suggestionFor(embedder, registry.embedders)));
  }
  return problems;
}

const SCALE_NOUNS = {
  cosine: 'cosine',
  unit: 'score of (1 + cosine) / 2',
  distance: 'cosine distance',
  l2: 'distance of unit vectors',
  'squared-l2': 'squared distance of unit vectors',
} as const;

function consumerProblems(source: Source, path: Path, consumer: Raw, cosine: boolean): Problem[] {
  const problems: Problem[] = [];
  const labelled = consumer.keep === 'precision' || consumer.keep === 'recall' || consumer.keep === 'f1';
  if (labelled && (consumer.pairs === 'document-document' || consumer.pairs === 'query-query')) {
    const text = `${consumer.keep} needs labels, and ${consumer.pairs} pairs have none: write keep: pass-rate, or pairs: query-document`;
    problems.push(problemAt(source, [...path, 'keep'], text));
  }
  if (!cosine && consumer.scale !== undefined && consumer.scale !== 'cosine')
    problems.push(problemAt(source, [...path, 'scale'], '`similarity: dot` has no such scale; leave it out', 'key'));
  for (const key of ['threshold', 'accepted']) {
    const value = consumer[key];
    const scale = SCALES.find((known) => known === (consumer.scale ?? 'cosine'));
    if (scale === undefined || !cosine || typeof value !== 'number' || !Number.isFinite(value)) continue;
    const [least, most] = SCALE_RANGES[scale];
    if (value < least || value > most)
      problems.push(problemAt(source, [...path, key], `a ${SCALE_NOUNS[scale]} is between ${least} and ${most}, found ${value}`));
  }
  return problems;
}

/** Entries of a list that share a name. */
function repeatedNames(source: Source, key: string, noun: string): Problem[] {
  const first = new Map<unknown, Path>();
  return recordsAt(source, [key]).flatMap(([at, { name }]) => {
    const same = first.get(name);
    if (same !== undefined && typeof name === 'string')
      return [problemAt(source, [...at, 'name'], `"${name}" is the name of the ${noun} on line ${source.locate(same).line} too`)];
    first.set(name, at);
    return [];
  });
}

/** Every place of the main file that names a search engine. */
function enginePaths(source: Source): Path[] {
  const axis = ['sweep', 'matrix', 'engine'];
  const values = valueAt(source.value, axis);
  return [
    ['search', 'engine'],
    ['search', 'old', 'engine'],
    ...recordsAt(source, ['sweep', 'candidates']).map(([at]) => [...at, 'engine']),
    ...(Array.isArray(values) ? values.map((_, i) => [...axis, i]) : []),
  ];
}

function engineProblems(source: Source, { engines }: Registry): Problem[] {
  return enginePaths(source).flatMap((path) => {
    const engine = valueAt(source.value, path);
    if (engines === undefined || typeof engine !== 'string' || engines.includes(engine)) return [];
    const known = `expected one of ${engines.join(', ')}; found "${engine}"`;
    return [problemAt(source, path, known + suggestionFor(engine, engines))];
  });
}

/** The store whose database serves is one that the file names. */
function storeProblems(source: Source): Problem[] {
  const path = ['search', 'store'];
  const name = valueAt(source.value, path);
  const known = Object.keys(recordOf(valueAt(source.value, ['stores'])) ?? {});
  if (typeof name !== 'string' || name === '' || known.includes(name)) return [];
  const expected =
    known.length === 0 ? 'a store under `stores:`, where none is named' : `one of ${known.join(', ')}, the names under \`stores:\``;
  return [problemAt(source, path, `expected ${expected}; found "${name}"${suggestionFor(name, known)}`)];
}

/** Engines whose parameters are written under their own name. */
const NAMED = ['pgvector', 'lancedb'];

/** Parameters of an engine that no side or candidate is served with would be read by nobody. */
function engineParameterProblems(source: Source): Problem[] {
  const paths = enginePaths(source);
  const first = valueAt(source.value, ['search', 'engine']) ?? 'hnsw';
  const used = [first, ...paths.map((path) => valueAt(source.value, path)).filter((engine) => engine !== undefined)];
  const stray = (key: string, instead: string) =>
    valueAt(source.value, ['search', key]) === undefined ? [] : [problemAt(source, ['search', key], instead)];
  const others = NAMED.filter((key) => !used.includes(key)).flatMap((key) => stray(key, `it is read with engine: ${key} only`));
  const named = used.every((engine) => NAMED.includes(String(engine)));
  return named ? [...others, ...stray('hnsw', `with engine: ${String(first)} these belong under ${String(first)}`)] : others;
}

/** One source of judgements, and one of queries; thresholds of clicks that mean something. */
function datasetProblems(source: Source): Problem[] {
  const dataset = recordOf(valueAt(source.value, ['dataset']));
  if (dataset === null) return [];
  const clicks = recordOf(dataset.clicks);
  const problems: Problem[] = [];
  if (clicks === null && !('queries' in dataset) && !('clicks' in dataset))
    problems.push(problemAt(source, ['dataset'], 'set queries, or clicks to make them from a search log'));
  if (clicks === null) return problems;
  if ('qrels' in dataset) problems.push(problemAt(source, ['dataset', 'clicks'], 'a data set has qrels or clicks, not both', 'key'));
  return [...problems, ...clickProblems(source, ['dataset', 'clicks'], clicks)];
}

/** What the main file must agree on: consumers, re-rankers, their names, metrics; versions and policy where they are written inline. */
export function configProblems(source: Source, registry: Registry): Problem[] {
  const cosine = (valueAt(source.value, ['search', 'similarity']) ?? 'cosine') === 'cosine';
  const problems = [
    ...recordsAt(source, ['consumers']).flatMap(([at, consumer]) => consumerProblems(source, at, consumer, cosine)),
    ...repeatedNames(source, 'consumers', 'consumer'),
    ...repeatedNames(source, 'rerankers', 're-ranker'),
    ...depthProblems(source),
    ...engineProblems(source, registry),
    ...storeProblems(source),
    ...datasetProblems(source),
    ...engineParameterProblems(source),
    ...pipelineProblems(source),
  ];
  const metrics = valueAt(source.value, ['metrics']);
  if (Array.isArray(metrics)) problems.push(...metrics.flatMap((metric, i) => metricProblem(source, ['metrics', i], metric, registry)));
  return problems;
}
