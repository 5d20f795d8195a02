import { ruleIds } from '../../gate/expectation.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import type { Policy, Rule, Waiver } from '../../model/policy.ts';

/**
 * What a redacted evaluation keeps as it is: everything that this project wrote, and what names the two versions. `*` stands
 * for one step of a path, `**` for any number. A string at any other path came from the data, or might, and is hidden; so a
 * field that is new tomorrow is hidden until somebody names it here.
 */
const KEPT = [
  'kind',
  'cutoverVersion',
  'dataset.hashes.*',
  'dataset.judging.since',
  'dataset.judging.last',
  'dataset.sample.of.hashes.*',
  'dataset.weakGrades.source',
  'versions.*.id',
  'versions.*.names.model',
  'versions.*.names.revision',
  'versions.*.names.place',
  'versions.*.decides.embedder',
  'versions.*.decides.weights.*',
  'versions.*.decides.tokenizer.*',
  'versions.*.decides.runtime.*',
  'versions.*.decides.dtype',
  'versions.*.decides.pooling',
  'versions.*.processors.*',
  'versions.*.canaries.processor',
  'search.*',
  'metrics.**',
  'scores.*.id',
  'scores.*.title',
  'separation.*.id',
  'separation.*.title',
  'consumers.*.consumer.pairs',
  'consumers.*.consumer.among',
  'consumers.*.consumer.keep',
  'consumers.*.consumer.scale',
  'consumers.*.consumer.bound',
  'consumers.*.intervals.by',
  'rerankers.*.relevant.difference.interval.method',
  'rerankers.*.scores.id',
  'rerankers.*.scores.title',
  'pipeline.lexical.source',
  'pipeline.fusion.*',
  'pipeline.tuned.measure',
  'pipeline.rerank.source',
  'map.method',
  'studies.attribution.measures.*.measure',
  'studies.attribution.split.*.field',
  'studies.counterfactual.version',
  'studies.counterfactual.measures.*.measure',
  'studies.counterfactual.disagreements.*.field',
  'studies.backfillForecast.measure',
  'studies.harms.measures.*',
  'studies.harms.harms.*.kind',
  'studies.ways.measures.*',
  'studies.ways.ways.*.id',
  'studies.ways.ways.*.kind',
  'studies.ways.ways.*.method',
];

/** Names: hidden, but sorted as before, because results go by their order. */
const NAMES = [
  'queries.ids.*',
  'queries.needs.*',
  'queries.slices.*.*',
  'queries.automatic.*.*',
  'slices.*.field',
  'slices.*.value',
  'consumers.*.consumer.name',
  'rerankers.*.reranker.name',
  'graph.clusters.*.name',
  'map.ids.*',
  'map.topics.*',
  'shown.documents.ids.*',
];

/**
 * Hashes over texts that are hidden: next to everything that is kept they would confirm a guess of a prefix or an option, so
 * they are hashed again under the key.
 */
const HASHES = [
  'versions.*.fingerprint',
  'studies.counterfactual.fingerprint',
  'pipeline.lexical.sha256',
  'pipeline.rerank.fingerprint',
  'pipeline.rerank.scores',
];

/** Objects whose keys are names of the data, or of a company's own module. */
const NAMED = ['queries.slices', 'queries.automatic', 'versions.*.decides.options', 'versions.*.decides.options.**'];

/** Sentences: they may quote a name in the middle, so they go whole. */
const SENTENCES = [
  'dataset.weakGrades.rule',
  '**.notApplicable',
  '**.summary',
  '**.warnings.*',
  '**.whyUntranslated',
  '**.whyUntranslatable',
];

/** What becomes of a string at a path. */
type Treatment = 'keep' | 'hash' | 'name' | 'sentence' | 'text';

const expression = (pattern: string): string =>
  pattern
    .split('.')
    .map((step) => (step === '**' ? '.*' : step === '*' ? '[^\\u0000]*' : step))
    .join('\\u0000')
    .replaceAll('.*\\u0000', '(?:.*\\u0000)?');
const any = (patterns: readonly string[]): RegExp => new RegExp(`^(?:${patterns.map(expression).join('|')})$`, 's');
const RULES: readonly (readonly [Treatment, RegExp])[] = [
  ['sentence', any(SENTENCES)],
  ['keep', any(KEPT)],
  ['hash', any(HASHES)],
  ['name', any(NAMES)],
];
const NAMED_RULE = any(NAMED);

/** @param path steps joined by U+0000, since keys of the data may hold any character */
function treatmentOf(path: string): Treatment {
  return RULES.find(([, rule]) => rule.test(path))?.[0] ?? 'text';
}

function hasNamedKeys(path: string): boolean {
  return NAMED_RULE.test(path);
}

/** Takes the place of a sentence that might quote the data. */
const LEFT_OUT = 'Left out of a redacted report.';
/** Digits of a name's place; more where there are more names, or 100000 would sort before 99999. */
const RANK_DIGITS = 5;

/** A keyed hash of a text, as hex: the same text gives the same hash under the same key, and without the key none can be tried. */
export type Keyed = (text: string) => string;

type Visit = (text: string, path: string) => string;

/** The same structure with every string, and every key that is a name, as `visit` gives it. */
function mapped(value: unknown, visit: Visit, path: string): unknown {
  if (typeof value === 'string') return visit(value, path);
  if (Array.isArray(value)) return value.map((item) => mapped(item, visit, below(path, '*')));
  if (typeof value !== 'object' || value === null) return value;
  const named = hasNamedKeys(path);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      named ? visit(key, below(below(path, '*'), '*')) : key,
      mapped(item, visit, below(path, named ? '*' : key)),
    ]),
  );
}

function below(path: string, step: string): string {
  return path === '' ? step : `${path}\u0000${step}`;
}

/**
 * What stands for the names. They sort as the names did: results go by the order of needs
 * and slices, and numbers have to stay what they were.
 */
function tokensOf(names: ReadonlySet<string>, keyed: Keyed): ReadonlyMap<string, string> {
  const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
  const digits = Math.max(RANK_DIGITS, String(sorted.length).length);
  return new Map(sorted.map((name, rank) => [name, `${String(rank + 1).padStart(digits, '0')}-${keyed(name).slice(0, 8)}`]));
}

/** An evaluation and its policy without a word of the data. */
export interface Redacted {
  readonly evaluation: Evaluation;
  readonly policy: Policy;
}

/**
 * Hides every text and every id of an evaluation and keeps every number. What is kept of the strings is listed in `paths.ts`.
 * Settings that hold texts of a company (prefixes, options of a module) are hidden like any other text.
 */
export function redacted(evaluation: Evaluation, policy: Policy, keyed: Keyed): Redacted {
  const names = new Set<string>();
  mapped(
    evaluation,
    (text, path) => {
      if (treatmentOf(path) === 'name') names.add(text);
      return text;
    },
    '',
  );
  for (const name of namesOf(policy)) names.add(name);
  const tokens = tokensOf(names, keyed);
  const name = (text: string): string => tokens.get(text) ?? `text-${keyed(text).slice(0, 12)}`;
  const visit: Visit = (text, path) => {
    const treatment = treatmentOf(path);
    if (treatment === 'keep' || text === '') return text;
    if (treatment === 'sentence') return LEFT_OUT;
    if (treatment === 'hash') return keyed(text);
    return treatment === 'name' ? name(text) : `text-${keyed(text).slice(0, 12)}`;
  };
  const hidden = mapped(evaluation, visit, '') as Evaluation;
  return {
    evaluation: { ...hidden, redacted: true, consumers: hidden.consumers.map((consumer) => ({ ...consumer, patch: null })) },
    policy: redactedPolicy(policy, name),
  };
}

function namesOf({ rules, waivers }: Policy): string[] {
  const fields = rules.flatMap((rule) => (rule.kind === 'noHarm' && rule.slices !== 'declared' ? rule.slices : []));
  return [...fields, ...waivers.flatMap(({ slice }) => (slice === null ? [] : [slice.field, slice.value]))];
}

function redactedPolicy(policy: Policy, name: (text: string) => string): Policy {
  const rule = (each: Rule): Rule =>
    each.kind === 'noHarm' && each.slices !== 'declared' ? { ...each, slices: each.slices.map(name) } : each;
  // A waiver may name a rule that the policy hasn't got: then it says what its author liked.
  const known = new Set(ruleIds(policy.rules));
  const waiver = (each: Waiver): Waiver => ({
    rule: known.has(each.rule) ? each.rule : name(each.rule),
    slice: each.slice === null ? null : { field: name(each.slice.field), value: name(each.slice.value) },
    owner: name(each.owner),
    reason: LEFT_OUT,
    expires: each.expires,
  });
  return { ...policy, rules: policy.rules.map(rule), waivers: policy.waivers.map(waiver) };
}
