import { CutoverError } from '../core/errors.ts';
import { nearestName } from '../core/nearest.ts';
import type { MeasureName, NeighbourMetric, QualityMetric, Range } from '../model/metric.ts';
import type { ChurnMetric, CostMetric, IndexMetric, SummaryMetric } from './metric-kinds.ts';
import { REGISTRY } from './registry.ts';

/** A metric that a measure's name can ask for, with the name as parsed. */
export type NamedMetric =
  | { readonly kind: 'quality'; readonly metric: QualityMetric; readonly name: MeasureName }
  | { readonly kind: 'neighbour'; readonly metric: NeighbourMetric; readonly name: MeasureName }
  | { readonly kind: 'churn'; readonly metric: ChurnMetric; readonly name: MeasureName }
  | { readonly kind: 'index'; readonly metric: IndexMetric; readonly name: MeasureName }
  | { readonly kind: 'summary'; readonly metric: SummaryMetric; readonly name: MeasureName }
  | { readonly kind: 'cost'; readonly metric: CostMetric; readonly name: MeasureName };

type Found = NamedMetric extends infer N ? (N extends { kind: infer K; metric: infer M } ? { kind: K; metric: M } : never) : never;

/** Other spellings that ir_measures accepts. */
const ALIASES: Readonly<Record<string, string>> = {
  NDCG: 'nDCG',
  MAP: 'AP',
  MRR: 'RR',
  Precision: 'P',
  Recall: 'R',
  RPrec: 'Rprec',
  BPref: 'Bpref',
};

function known(): Found[] {
  return [
    ...REGISTRY.quality.map((metric) => ({ kind: 'quality' as const, metric })),
    ...REGISTRY.neighbour.map((metric) => ({ kind: 'neighbour' as const, metric })),
    ...REGISTRY.churn.map((metric) => ({ kind: 'churn' as const, metric })),
    ...REGISTRY.index.map((metric) => ({ kind: 'index' as const, metric })),
    ...REGISTRY.summary.map((metric) => ({ kind: 'summary' as const, metric })),
    ...REGISTRY.cost.map((metric) => ({ kind: 'cost' as const, metric })),
  ];
}

function find(written: string, id: string, kinds: readonly Found['kind'][]): Found {
  const candidates = known().filter((found) => kinds.includes(found.kind));
  const found = candidates.find(({ metric }) => metric.id === (ALIASES[id] ?? id));
  if (found !== undefined) return found;
  const ids = candidates.map(({ metric }) => metric.id);
  const nearest = nearestName(id, ids);
  const metric = candidates.find((candidate) => candidate.metric.id === nearest)?.metric;
  throw new CutoverError('METRIC_UNKNOWN', {
    name: written,
    nearest: metric === undefined ? nearest : exampleOf(metric),
    known: ids.join(', '),
  });
}

function exampleOf(metric: Found['metric']): string {
  const name = { id: metric.id, cutoff: metric.cutoff === 'none' ? null : 10, judgedOnly: false };
  return printMeasure({ ...name, params: 'params' in metric ? metric.params : {} }, metric);
}

function printMeasure(name: Omit<MeasureName, 'name'>, metric: Found['metric']): string {
  const defaults = 'params' in metric ? metric.params : {};
  const spelledOut = 'params' in metric ? (metric.spelledOut ?? []) : [];
  const parts = Object.entries(name.params)
    .filter(([key, value]) => value !== defaults[key] || spelledOut.includes(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? `'${value}'` : value}`);
  if (name.judgedOnly) parts.push('judged_only=True');
  return `${name.id}${statisticOf(metric)}${parts.length === 0 ? '' : `(${parts.join(',')})`}${name.cutoff === null ? '' : `@${name.cutoff}`}`;
}

/** `.p95` of `queryMs.p95`; empty for what has no such part. */
function statisticOf(metric: Found['metric']): string {
  return 'statistic' in metric && metric.statistic !== undefined ? `.${metric.statistic}` : '';
}

function parseCutoff(written: string, text: string | undefined, metric: Found['metric']): number | null {
  const fail = (reason: string): never => {
    throw new CutoverError('METRIC_CUTOFF', { name: written, reason, example: exampleOf(metric) });
  };
  if (text === undefined) return metric.cutoff === 'required' ? fail(`${metric.id} needs a cutoff`) : null;
  if (metric.cutoff === 'none') return fail(`${metric.id} takes no cutoff`);
  const cutoff = /^\d+$/.test(text) ? Number(text) : 0;
  return Number.isSafeInteger(cutoff) && cutoff > 0 ? cutoff : fail(`'${text}' is no cutoff`);
}

function parseValue(text: string): string | number | boolean | null {
  if (text === 'True' || text === 'False') return text === 'True';
  const quoted = /^'([^']*)'$|^"([^"]*)"$/.exec(text);
  if (quoted !== null) return quoted[1] ?? quoted[2] ?? '';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

function parseParams(written: string, text: string, metric: Found['metric']): Pick<MeasureName, 'judgedOnly' | 'params'> {
  const fail = (reason: string): never => {
    throw new CutoverError('METRIC_PARAMETER', { name: written, reason, example: exampleOf(metric) });
  };
  const quality = 'params' in metric;
  const params: Record<string, string | number> = quality ? { ...metric.params } : {};
  const accepted = quality ? [...Object.keys(params), 'judged_only'] : [];
  let judgedOnly = false;
  const seen = new Set<string>();
  for (const part of text === '' ? [] : text.split(',')) {
    const [key = '', raw = ''] = part.split('=').map((piece) => piece.trim());
    const value = parseValue(raw);
    if (!accepted.includes(key)) return fail(`'${key}' is no parameter of ${metric.id} (${accepted.join(', ') || 'it takes none'})`);
    if (seen.has(key)) return fail(`${key} is given twice`);
    seen.add(key);
    const wanted = key === 'judged_only' ? 'boolean' : typeof params[key];
    if (value === null || typeof value !== wanted) return fail(`${key} wants a ${wanted}, not ${raw || 'nothing'}`);
    if (typeof value === 'boolean') judgedOnly = value;
    else params[key] = value;
  }
  return { judgedOnly, params };
}

function parse(text: string, kinds: readonly Found['kind'][]): NamedMetric {
  const written = text.trim();
  const match = /^(\w*)(\.\w+)?\s*(?:\(([^()]*)\)\s*)?(?:@(.*))?$/.exec(written);
  const found = find(written, match?.[1] ?? written, kinds);
  if ((match?.[2] ?? '') !== statisticOf(found.metric)) {
    const reason = match?.[2] === undefined ? `${found.metric.id} needs to say of what` : `${found.metric.id} has no ${match[2]}`;
    throw new CutoverError('METRIC_PARAMETER', { name: written, reason, example: exampleOf(found.metric) });
  }
  const cutoff = parseCutoff(written, match?.[4]?.trim(), found.metric);
  const parsed = { id: found.metric.id, cutoff, ...parseParams(written, match?.[3]?.trim() ?? '', found.metric) };
  const name: MeasureName = { name: printMeasure(parsed, found.metric), ...parsed };
  const wrong = 'check' in found.metric ? found.metric.check?.(name) : null;
  if (typeof wrong === 'string') {
    throw new CutoverError('METRIC_PARAMETER', { name: written, reason: wrong, example: exampleOf(found.metric) });
  }
  return { ...found, name };
}

/**
 * Reads the name of any metric that a policy may name: quality, neighbour, churn, index, summary or cost.
 * @throws CutoverError METRIC_UNKNOWN, METRIC_CUTOFF, METRIC_PARAMETER
 * @example parseMetric('overlap@10').kind // 'neighbour'
 */
export function parseMetric(text: string): NamedMetric {
  return parse(text, ['quality', 'neighbour', 'churn', 'index', 'summary', 'cost']);
}

/**
 * Reads an ir_measures name of a quality metric. `name` is its canonical text: parameters in the metric's order,
 * defaults left out, `judged_only` last.
 * @throws CutoverError METRIC_UNKNOWN, METRIC_CUTOFF, METRIC_PARAMETER
 * @example parseMeasure('NDCG( judged_only=True, dcg="exp-log2" )@10').name // "nDCG(dcg='exp-log2',judged_only=True)@10"
 */
export function parseMeasure(text: string): MeasureName {
  return parse(text, ['quality']).name;
}

/**
 * The same measure on the condensed list; null where it is that already, or has none (Judged).
 * @example judgedOnly(parseMeasure('nDCG@10'))?.name // 'nDCG(judged_only=True)@10'
 */
export function judgedOnly(name: MeasureName): MeasureName | null {
  const metric = REGISTRY.quality.find(({ id }) => id === name.id);
  if (metric === undefined || name.judgedOnly) return null;
  const condensed = { ...name, judgedOnly: true };
  return typeof metric.check?.(condensed) === 'string' ? null : { ...condensed, name: printMeasure(condensed, metric) };
}

/**
 * Least and greatest value that a metric can have at its cutoff; null for what is no metric's name.
 * @example rangeOf('overlapLossOverNoise@10') // [0, 10]
 */
export function rangeOf(text: string): Range | null {
  if (complaintAbout(text) !== null) return null;
  const { metric, name } = parseMetric(text);
  return metric.rangeAt?.(name) ?? metric.range;
}

/**
 * What is wrong with a metric's name, in words; null when it can be measured.
 * @example complaintAbout('nDCG@0')
 * // "nDCG@0: '0' is no cutoff. Write it as nDCG@10: a cutoff is a whole number of 1 or more after an @."
 */
export function complaintAbout(text: string): string | null {
  try {
    parseMetric(text);
    return null;
  } catch (error) {
    if (error instanceof CutoverError) return `${error.message} ${error.next}`;
    throw error;
  }
}

/**
 * Results of a list that a metric looks at; null where it looks at all of it, or is no metric's name.
 * @example depthOf('R@100') // 100
 */
export function depthOf(text: string): number | null {
  return complaintAbout(text) === null ? (parseMetric(text).name.cutoff ?? null) : null;
}

/** Whether a metric is of served neighbours alone, so that no exact ones can be measured in their place. */
function isOfServed(text: string): boolean {
  return complaintAbout(text) === null && ['index', 'summary', 'cost'].includes(parseMetric(text).kind);
}

/** Whether a metric is a cost of a version, which is compared as a ratio. */
export function isCost(text: string): boolean {
  return complaintAbout(text) === null && parseMetric(text).kind === 'cost';
}

/** What the config room has to be told of metrics. */
export const METRIC_NAMES = { isMetric: complaintAbout, rangeOf, depthOf, isOfServed, isCost } as const;
