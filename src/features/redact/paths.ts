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
  'search.*',
  'metrics.**',
  'scores.*.id',
  'scores.*.title',
  'separation.*.id',
  'separation.*.title',
  'consumers.*.consumer.pairs',
  'consumers.*.consumer.among',
  'consumers.*.consumer.keep',
  'consumers.*.intervals.by',
  'rerankers.*.relevant.difference.interval.method',
  'rerankers.*.scores.id',
  'rerankers.*.scores.title',
  'map.method',
  'studies.attribution.measures.*.measure',
  'studies.attribution.split.*.field',
  'studies.counterfactual.version',
  'studies.counterfactual.measures.*.measure',
  'studies.counterfactual.disagreements.*.field',
  'studies.backfillForecast.measure',
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
const HASHES = ['versions.*.fingerprint', 'studies.counterfactual.fingerprint'];

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
export type Treatment = 'keep' | 'hash' | 'name' | 'sentence' | 'text';

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
export function treatmentOf(path: string): Treatment {
  return RULES.find(([, rule]) => rule.test(path))?.[0] ?? 'text';
}

export function hasNamedKeys(path: string): boolean {
  return NAMED_RULE.test(path);
}
