import { binomialCdf } from '../../../measure/stats/distributions.ts';
import type { Answers, DataFacts, DatasetAnswer, DatasetPart, StoreAnswer, VersionAnswer } from './answers.ts';
import { guessColumns } from './columns.ts';

/** Depth of a policy's measures, where production shows as many results. */
export const USUAL_DEPTH = 10;
/** Share of the first results that models which suit the data keep at the least. */
const KEPT = 0.2;
/** How often lists that have nothing to do with each other may share as much as is asked for. */
const BY_CHANCE = 0.001;

/**
 * How much of the first results has to stay, at a depth where chance keeps little. Lists of k of n documents that have nothing to do
 * with each other share k/n, and over all queries the shared results are no more spread than a binomial of as many draws. The depth
 * is a twentieth of the documents at most. Three times what chance gives is asked for, and what chance reaches once in a thousand runs.
 * @example overlapRule({ documents: 43, queries: 30, empty: 0 }, 10) // overlap@2 of 0.2, where chance gives 0.05
 */
export function overlapRule({ documents, queries }: DataFacts, limit: number): { readonly depth: number; readonly atLeast: number } {
  const most = Math.min(USUAL_DEPTH, limit);
  if (documents === null || documents === 0 || queries === 0) return { depth: most, atLeast: KEPT };
  const depth = Math.max(1, Math.min(most, Math.floor(documents / 20)));
  const chance = Math.min(1, depth / documents);
  const wanted = Math.max(KEPT, 3 * chance, rarely(queries * depth, chance));
  return { depth, atLeast: Math.min(0.9, Math.ceil(100 * wanted) / 100) };
}

/** The least share of draws that a binomial of this chance reaches no oftener than {@link BY_CHANCE}. */
function rarely(draws: number, chance: number): number {
  let hits = Math.floor(draws * chance);
  while (hits < draws && 1 - binomialCdf(hits - 1, draws, chance) > BY_CHANCE) hits++;
  return hits / draws;
}

/** Path of the version file that init writes, or the one that is there already. */
export function versionPath({ id, kind, value }: VersionAnswer): string {
  return kind === 'file' ? value : `versions/${id}.yaml`;
}

/** `cutover.yaml` with a word on every key that a newcomer needs. */
export function configText({ dataset, old: before, new: after, stores, limit, facts }: Answers): string {
  return `# One comparison of two embedding versions: \`npx cutover run\`. Paths are relative to this file.
${datasetText(dataset, facts)}
old: ${scalar(versionPath(before))} # the version in use
new: ${scalar(versionPath(after))} # the version to move to
policy: policy.yaml # what the new one has to keep

# How neighbours are found; production's own figures belong here. limit: results that it asks for; k: exact neighbours kept.
search: { limit: ${limit}, k: ${Math.max(100, limit)}, hnsw: { m: 16, efConstruction: 200, efSearch: 128 } }

# What downstream compares a similarity with a fixed number. A bump moves every score, so each needs a value that was accepted
# for the new version; the report proposes one. keep: pass-rate, or with judgements also precision, recall, f1.
# consumers:
#   - { name: rag-floor, threshold: 0.85, pairs: query-document, keep: ${judged(dataset) ? 'precision' : 'pass-rate'}, usedBy: answer service }
#   - { name: near-duplicate, threshold: 0.95, pairs: document-document, keep: pass-rate, usedBy: editor }

# Texts that production embeds in one run of the model; the noise of a rebuild is measured under it.
# production: { batchSize: 32 }

# Size of the corpus in production, for hours and storage in the report.
# projection: { documents: 1000000 }

${storesText(stores)}
# Models are looked for in ./models, among those of the package and in the cache; what is nowhere is downloaded once.
models: { allowNetwork: true }
seed: 7 # where all randomness comes from
output: reports/cutover
`;
}

function judged(dataset: DatasetAnswer): boolean {
  return dataset.layout === 'beir' ? dataset.judged : dataset.qrels !== null;
}

function datasetText(dataset: DatasetAnswer, { empty, silence }: DataFacts): string {
  if (dataset.layout === 'beir')
    return `dataset: ${scalar(dataset.path)} # corpus.jsonl, queries.jsonl${dataset.judged ? ', judgements' : ''}`;
  const { corpus, queries, qrels } = dataset;
  const lines = [`  corpus: ${partText(corpus, 'metadata')}`, `  queries: ${partText(queries, 'slices')}`];
  if (qrels !== null) lines.push(`  qrels: ${partText(qrels, '')}`);
  if (silence !== null) lines.push(`  judgements: ${silence.means} # ${SILENCE[silence.means]}: ${silence.reason}`);
  if (empty > 0) lines.push(`  skipEmpty: true # ${empty} without title and text: left out with their judgements`);
  return `dataset: # key: column\n${lines.join('\n')}`;
}

/** What a document that is not listed for a query is. */
const SILENCE = {
  complete: 'what is not listed for a query is not relevant',
  pooled: 'nobody knows what is not listed for a query',
  sampled: 'nobody knows what is not listed for a query',
};

function partText({ path, columns, kinds }: DatasetPart, kindsKey: string): string {
  return flow({ path, ...columns, ...(kinds.length > 0 && kindsKey !== '' ? { [kindsKey]: kinds } : {}) });
}

/** Stores whose every part is known are written as they are; the others as a comment to be completed. */
function storesText(stores: readonly StoreAnswer[]): string {
  const intro = '# Stores that serve vectors, for `cutover audit`, `tag`, `migrate` and `verify`. Credentials are never stored in a file.';
  if (stores.length === 0) return `${intro}\n# stores:\n#   live: { kind: postgres, urlFrom: DATABASE_URL, table: public.chunks }\n`;
  const lines = stores.map((store) => ({ text: storeText(store), whole: isWhole(store) }));
  const head = lines.some(({ whole }) => whole) ? 'stores:' : '# stores:';
  return `${intro}\n${head}\n${lines.map(({ text, whole }) => (whole ? `  ${text}` : `#   ${commentText(text)} # complete it`)).join('\n')}\n`;
}

function isWhole({ kind, table }: StoreAnswer): boolean {
  return kind === 'arrow' || kind === 'parquet' || table !== null;
}

function storeText({ name, kind, path, table, columns }: StoreAnswer): string {
  const where = path === null ? { urlFrom: 'DATABASE_URL' } : { path };
  const needsTable = kind !== 'arrow' && kind !== 'parquet';
  const guessed = columns === null ? {} : guessColumns('store', columns);
  const mapping = Object.keys(guessed).length === 0 ? '' : `, columns: ${flow(guessed)}`;
  const base = flow({ kind, ...where, ...(needsTable ? { table: table ?? 'public.chunks' } : {}) });
  return `${scalar(name)}: ${mapping === '' ? base : `${base.slice(0, -2)}${mapping} }`}`;
}

/** A rule without a value fails, so it waits as a comment where no query says of what kind it is. */
function sliceRule(dataset: DatasetAnswer, depth: number): string {
  const sliced = dataset.layout === 'beir' ? dataset.sliced : dataset.queries.kinds.length > 0;
  const rule = `- { metric: nDCG@${depth}, noHarm: 0.05, slices: declared }`;
  const why = '  # noHarm: no group of queries may clearly lose more than that. Groups are the slice fields of the queries';
  return sliced ? `${why}.\n  ${rule}\n` : `${why}; there are none yet.\n  # ${rule}\n`;
}

const judgedRules = (depth: number): string => `  # nonInferior: the new version may lose at most so much on average.
  - { metric: nDCG@${depth}, nonInferior: 0.02 } # on: served neighbours unless it says exact
  - { metric: R@${depth}, nonInferior: 0.03 }
`;

const unjudgedRules = (depth: number): string => `  # Without judgements nobody can say which version is better; with them, add:
  # - { metric: nDCG@${depth}, nonInferior: 0.02 }
  # - { metric: R@${depth}, nonInferior: 0.03 }
  # - { metric: nDCG@${depth}, noHarm: 0.05, slices: declared }
`;

/** `policy.yaml`: the default policy, or what of it can be known without judgements. */
export function policyText({ dataset, limit, facts }: Pick<Answers, 'dataset' | 'limit' | 'facts'>): string {
  const { documents } = facts;
  const labelled = judged(dataset);
  const depth = Math.min(USUAL_DEPTH, limit);
  const kept = overlapRule(facts, limit);
  const chance = documents === null ? `${kept.depth} / documents` : (kept.depth / documents).toFixed(3);
  return `# What a cutover has to pass. Margins are the largest loss that your team would accept on average.
confidence: 0.95 # each bound one-sided
rules:
${labelled ? judgedRules(depth) : unjudgedRules(depth)}${labelled ? sliceRule(dataset, depth) : ''}  # The index finds what a full scan finds.
  - { metric: annRecall@${depth}, atLeast: 0.98 }
  # Every consumer of a fixed score has an accepted value for the new version.
  - { metric: untranslatedConsumers, atMost: 0 }
  # Some of the first results stay. Models that suit the data share a third of them or more; vectors that have nothing to do with
  # the texts share what chance gives, here ${chance}${documents === null ? '' : ` with ${documents} documents`}.
  - { metric: overlap@${kept.depth}, atLeast: ${kept.atLeast}${labelled ? ', severity: warn' : ''} }
inconclusive: block # exit 3; or: warn, exit 0
`;
}

/** Text as YAML writes it: bare where that means the same, else in double quotes, which are JSON's. */
export function scalar(text: string): string {
  const bare = /^[A-Za-z_./][\w./ -]*\w$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text) && !text.includes(' #');
  return bare ? text : JSON.stringify(text);
}

/** `{ a: b, c: d }` */
export function flow(entries: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = Object.entries(entries).map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? scalar(value) : `[${value.map(scalar).join(', ')}]`}`,
  );
  return `{ ${pairs.join(', ')} }`;
}

/** One line, so that a name with a line end can't leave the comment that it is in. */
function commentText(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
