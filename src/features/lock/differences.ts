import type { Config } from '../../model/config.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Policy, Rule } from '../../model/policy.ts';

/** What of a configuration judges a version: everything but the versions, the data set and what is null in {@link PARTS}. */
export type Judge = Omit<Config, 'old' | 'new' | 'dataset' | NotJudging>;
type NotJudging = { [K in keyof typeof PARTS]: (typeof PARTS)[K] extends null ? K : never }[keyof typeof PARTS];

/** What each key is called in a line; null where another value makes no other verdict. A new key has to be decided on here. */
const PARTS = {
  consumers: 'consumers',
  rerankers: 'rerankers',
  pipeline: 'pipeline',
  search: 'search',
  production: 'production',
  metrics: 'metrics',
  mixProcessors: 'mixProcessors',
  seed: 'seed',
  stores: 'stores',
  // Costs and studies that no rule reads.
  projection: null,
  counterfactual: null,
  // Candidates of another command.
  sweep: null,
  // Where things are, and how many work at once. What is found in `cache` and `models` is compared by content.
  file: null,
  output: null,
  cache: null,
  models: null,
  workers: null,
} as const satisfies Record<Exclude<keyof Config, 'old' | 'new' | 'dataset' | 'policy'>, string | null>;

/** In what two judges differ, a line each: `policy: nDCG@10 margin 0.05 → 0.35`. Empty where they judge alike. */
export function judgeDifferences(before: Judge, after: Judge): string[] {
  const part = (judge: Judge, key: keyof typeof PARTS) => (judge as Partial<Config>)[key];
  return [
    ...policyDifferences(before.policy, after.policy),
    ...(Object.entries(PARTS) as [keyof typeof PARTS, string | null][]).flatMap(([key, name]) =>
      name === null ? [] : changes(name, part(before, key), part(after, key)),
    ),
  ];
}

function policyDifferences(before: Policy, after: Policy): string[] {
  const { rules: rulesBefore, ...restBefore } = before;
  const { rules: rulesAfter, ...restAfter } = after;
  const [a, b] = [byName(rulesBefore), byName(rulesAfter)];
  const rules = [...new Set([...a.keys(), ...b.keys()])].flatMap((name) => ruleDifference(name, a.get(name), b.get(name)));
  return [...rules, ...changes('policy', restBefore, restAfter)];
}

/** Rules by metric, kind and where they look; a second one of a kind has its number. */
function byName(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
  const named = new Map<string, Rule>();
  const counts = new Map<string, number>();
  for (const rule of rules) {
    const name = `${rule.metric} ${KIND[rule.kind]}${rule.on === 'served' ? '' : ` on ${rule.on}`}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    named.set(count === 1 ? name : `${name} (${count})`, rule);
  }
  return named;
}

const KIND: Readonly<Record<Rule['kind'], string>> = {
  nonInferior: 'margin',
  noHarm: 'margin of slices',
  atLeast: 'at least',
  atMost: 'at most',
  atMostTimes: 'at most times the old',
};

function ruleDifference(name: string, before: Rule | undefined, after: Rule | undefined): string[] {
  if (before === undefined) return after === undefined ? [] : [`policy: ${name} ${limitOf(after)}: rule added`];
  if (after === undefined) return [`policy: ${name} ${limitOf(before)}: rule removed`];
  const limit = limitOf(before) === limitOf(after) ? [] : [`policy: ${name} ${limitOf(before)} → ${limitOf(after)}`];
  return [...limit, ...changes(`policy: ${name}`, withoutLimit(before), withoutLimit(after))];
}

function limitOf(rule: Rule): number {
  if ('times' in rule) return rule.times;
  return 'margin' in rule ? rule.margin : rule.limit;
}

function withoutLimit(rule: Rule): object {
  const { margin: _margin, limit: _limit, times: _times, ...rest } = rule as Rule & { margin?: number; limit?: number; times?: number };
  return rest;
}

/** Lists of what has a name are compared by it, others as a whole. */
export function changes(name: string, before: unknown, after: unknown): string[] {
  const [a, b] = [flat(before, name), flat(after, name)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((key) => a.get(key) !== b.get(key))
    .map((key) => lineOf(key, a.get(key), b.get(key)));
}

function lineOf(key: string, before: string | undefined, after: string | undefined): string {
  return `${key}: ${before ?? 'not set'} → ${after ?? 'not set'}`;
}

function flat(value: unknown, path: string, into = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value) && value.length > 0 && value.every(isNamed))
    for (const { name, ...rest } of value) flat(rest, `${path} ${name}`, into);
  else if (typeof value === 'object' && value !== null && !Array.isArray(value))
    for (const [key, inner] of Object.entries(value)) flat(inner, path === '' ? key : `${path}.${key}`, into);
  else if (value !== undefined && !(Array.isArray(value) && value.length === 0)) into.set(path, JSON.stringify(value));
  return into;
}

function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

/** In what two data sets differ, a line each: `33 queries removed`. */
export function datasetDifferences(before: Dataset, after: Dataset): string[] {
  const text = ({ id, ...rest }: { readonly id: string }) => [id, JSON.stringify(rest)] as const;
  return [
    ...counted('queries', new Map(before.queries.map(text)), new Map(after.queries.map(text))),
    ...counted('documents', new Map(before.documents.map(text)), new Map(after.documents.map(text))),
    ...counted('judgements', gradesOf(before), gradesOf(after)),
    ...reordered('queries', before.queries, after.queries),
    ...reordered('documents', before.documents, after.documents),
    ...changes('data set', whatElseJudges(before), whatElseJudges(after)),
  ];
}

/** Everything of a data set but its rows, and what follows from them or names it: what its judgements mean, what slices it has. */
function whatElseJudges(dataset: Dataset): object {
  const { documents, queries, qrels, hashes, name, folder, licence, warnings, notes, ...rest } = dataset;
  return rest;
}

function gradesOf({ qrels }: Dataset): ReadonlyMap<string, string> {
  const pairs = [...(qrels ?? [])].flatMap(([query, grades]) =>
    [...grades].map(([id, grade]) => [JSON.stringify([query, id]), String(grade)] as const),
  );
  return new Map(pairs);
}

/** The order in which rows are indexed and drawn. */
function reordered(what: string, before: readonly { readonly id: string }[], after: readonly { readonly id: string }[]): string[] {
  const [known, left] = [before, after].map((rows) => new Set(rows.map(({ id }) => id)));
  const both = (rows: typeof before) => rows.filter(({ id }) => known?.has(id) && left?.has(id)).map(({ id }) => id);
  const [a, b] = [both(before), both(after)];
  return a.some((id, i) => id !== b[i]) ? [`data set: ${what} in another order`] : [];
}

function counted(what: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const removed = [...before.keys()].filter((id) => !after.has(id)).length;
  const added = [...after.keys()].filter((id) => !before.has(id)).length;
  const changed = [...before].filter(([id, value]) => after.has(id) && after.get(id) !== value).length;
  return [
    ...(removed > 0 ? [`data set: ${removed} ${what} removed`] : []),
    ...(added > 0 ? [`data set: ${added} ${what} added`] : []),
    ...(changed > 0 ? [`data set: ${changed} ${what} changed`] : []),
  ];
}
