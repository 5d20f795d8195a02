import { z } from 'zod';
import { SCALES } from '../../model/config.ts';
import { datasetSchema } from './dataset.ts';
import { graphChangeSchema, graphSchema, lancedbSchema, pgvectorSchema } from './engines.ts';
import { count, mapping, name } from './mapping.ts';
import { pipelineSchema } from './pipeline.ts';
import { policySchema } from './policy.ts';
import { sweepSchema } from './sweep.ts';
import { versionSchema } from './version.ts';

/** Exact neighbours kept for each query, unless the config says otherwise. */
export const DEFAULT_K = 100;
/** Results that production asks for, unless the config says otherwise. */
export const DEFAULT_LIMIT = 10;

const search = mapping({
  limit: count()
    .exactOptional()
    .describe(
      `Results that production asks for in one search (\`LIMIT 10\`). What is served is measured at this depth, and with the \`efSearch\` of the index as it is. Default: ${DEFAULT_LIMIT}, or \`k\` where that is less.`,
    ),
  k: count().default(DEFAULT_K).describe('Exact neighbours kept for each query: as deep as the metrics need.'),
  similarity: z.enum(['cosine', 'dot']).default('cosine').describe('`cosine` scales vectors to length 1; `dot` takes them as they are.'),
  engine: name()
    .exactOptional()
    .describe(
      'What serves: an id of the engine registry. Default: `hnsw`, whose results are the same bytes each time. `usearch`, a separate package, builds on every core; no two builds are alike, and verdict and report say so. `pgvector` and `lancedb` search in the database of `store`, with its own index. `exact` where production scans.',
    ),
  store: name()
    .exactOptional()
    .describe('`pgvector`, `lancedb`: name of the store under `stores:` whose database serves. Tables that serve are left alone.'),
  pgvector: pgvectorSchema.exactOptional().describe('What pgvector is searched with, where it is the engine; instead of `hnsw`.'),
  lancedb: lancedbSchema.exactOptional().describe('What LanceDB is searched with, where it is the engine; instead of `hnsw`.'),
  hnsw: graphSchema.prefault({}).describe("Parameters of the index, by hnswlib's names."),
  old: mapping({
    ...graphChangeSchema.shape,
    engine: name().exactOptional().describe('What serves the old version. Default: `search.engine`.'),
  })
    .exactOptional()
    .describe("In what the old version's index differs from that of the new one: graph and `engine`. Default: nothing."),
});

const consumer = mapping({
  name: name().describe('What it is called in reports; unique.'),
  threshold: z.number().describe('The score that pairs must reach under the old version; of a distance, the most they may have.'),
  scale: z
    .enum(SCALES)
    .exactOptional()
    .describe(
      'What `threshold` and `accepted` are written in. `cosine` (default); `unit`: (1 + cosine) / 2, the `_score` of Elasticsearch and OpenSearch and the certainty of Weaviate; `distance`: 1 - cosine, as pgvector (`<=>`), Chroma (`cosine`), Redis and Weaviate give it; `l2` and `squared-l2`: Euclidean distance of vectors of length 1 (pgvector `<->`; Chroma `l2` and FAISS give its square).',
    ),
  pairs: z.enum(['query-document', 'document-document', 'query-query']).describe('Which pairs the threshold is applied to.'),
  among: z
    .enum(['top-k', 'nearest', 'all'])
    .exactOptional()
    .describe(
      "Which of them it sees: the top k of each query (default for query-document), each item's nearest other item (default elsewhere), or all.",
    ),
  k: count().exactOptional().describe('Depth of `top-k`; `search.limit` at most. Default: 10, or `search.limit` where that is less.'),
  keep: z
    .enum(['pass-rate', 'precision', 'recall', 'f1'])
    .describe('What the translated threshold has to keep. All but `pass-rate` need judgements, so `pairs: query-document`.'),
  tolerance: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe(
      'How far the kept quantity may be off under the accepted value, in absolute terms. A pass rate must also stay between half and twice the old one.',
    ),
  bound: z
    .enum(['estimate', 'lower'])
    .exactOptional()
    .describe(
      'What has to be within the tolerance: the `estimate` (default), or with `lower` also its one-sided 95 % bound, needs resampled whole (of a pass rate, both of its bounds). The proposed value is chosen so that it is. It takes 20 needs or more.',
    ),
  usedBy: name().exactOptional().describe('Who depends on it, in words.'),
  accepted: z.number().exactOptional().describe('The threshold your team has accepted for the new version; leave it out while undecided.'),
});

const reranker = mapping({
  name: name().describe('What it is called in reports; unique.'),
  depth: count().describe('Results of each query it gets; `search.limit` at most.'),
  usedBy: name().exactOptional().describe('Who depends on it, in words.'),
});

const production = mapping({
  batchSize: z
    .int()
    .min(2)
    .exactOptional()
    .describe(
      'Texts that production embeds in one run of the model. With quantised weights (`q8`) vectors then depend on their neighbours, and the noise floor takes that in. Leave it out where production embeds one text a run.',
    ),
  rebuilds: z
    .int()
    .min(0)
    .default(4)
    .describe('How often each index is built again, documents in another order, to measure the noise floor; 0 leaves that out.'),
});

const columns = mapping({
  id: z
    .union([name(), z.array(name()).min(1)])
    .default('id')
    .describe(
      'Column of the document id. `postgres`, `pglite`: several where only together they are unique; ids are their values with `/` between them.',
    ),
  vector: name().default('vector').describe('Column of the vector.'),
  tag: name().default('cutover_tag').describe('Column of the version tag; `cutover tag apply` adds it.'),
  textHash: name().default('cutover_text_hash').describe('Column of the SHA-256 of the text; `cutover tag apply` adds it.'),
  text: z
    .union([name(), mapping({ sql: name().describe('An expression over the columns of one row, and nothing else.') })])
    .exactOptional()
    .describe(
      'Column of the text, where the store keeps it, or a template of columns, `"{title} {body}"`, which builds the text as the data set does. `postgres`, `pglite`: or an expression of SQL, `{ sql: "concat_ws(\' \', metadata->>\'title\', body)" }`.',
    ),
  stratum: name()
    .exactOptional()
    .describe(
      "Column that divides the rows into strata for `tag --attest sample`. Default: the store's own segments, files or partitions.",
    ),
});

const store = mapping({
  kind: name().describe('What kind of store: an id of the store registry.'),
  path: name().exactOptional().describe('Folder or file of a store on disk: `arrow`, `parquet`, `pglite`, `lancedb`.'),
  urlFrom: name()
    .exactOptional()
    .describe(
      '`postgres`: the environment variable that holds the connection string. Credentials are never stored in a file. Default: DATABASE_URL.',
    ),
  table: name().exactOptional().describe('`postgres`, `pglite`, `lancedb`: the table, with its schema where it has one.'),
  columns: columns.prefault({}).describe('What the columns are called.'),
  layout: z
    .enum(['columns'])
    .exactOptional()
    .describe(
      'How two versions are kept: beside each other, in one row a document. There is no other way; a store that cutover 0.1 has given two rows a document is led over by the guide, tags-and-rollback.md.',
    ),
  where: name()
    .exactOptional()
    .describe(
      "`postgres`, `pglite`: which rows of the table are the store, as a condition of SQL: `collection_id = '…'`, `deleted_at IS NULL`. Default: all.",
    ),
  subscribers: z
    .array(name())
    .exactOptional()
    .describe(
      '`postgres`: environment variables with the connection strings of servers that take the table by logical replication. The plans look whether their tables have the new columns; nothing is written there. `[]`: no subscriber keeps it as a table.',
    ),
  corpus: name()
    .exactOptional()
    .describe("The corpus that the store must hold: a data set folder or a corpus.jsonl. Default: the config's data set."),
}).refine(({ kind, columns: { text } }) => typeof text !== 'object' || kind === 'postgres' || kind === 'pglite', {
  path: ['columns', 'text', 'sql'],
  message: 'only `postgres` and `pglite` evaluate SQL: expected a column, or a template such as "{title} {body}"',
});

const models = mapping({
  folders: z
    .array(name())
    .exactOptional()
    .describe('Folders laid out as `<org>/<name>/…`, looked in first. Default: `models` beside this file, then the models of the package.'),
  cache: name()
    .exactOptional()
    .describe("The hub's download cache, looked in second; CUTOVER_MODEL_CACHE goes before it. Default: ~/.cache/cutover/models."),
  allowNetwork: z.boolean().default(true).describe('Whether a model found in neither may be downloaded.'),
});

/** What is measured unless the config lists metrics itself. */
const DEFAULT_METRICS = ['nDCG@10', 'R@10', 'R@100', 'RR@10', 'AP@100', 'Judged@10'];

/** `cutover.yaml` as written. */
export const configSchema = mapping({
  dataset: z
    .union([name(), datasetSchema])
    .describe('Folder of the data set (corpus.jsonl, queries.jsonl or TREC topics, judgements), or a mapping of files and columns.'),
  old: z.union([name(), versionSchema]).describe('The version in use: a version file, or the mapping inline.'),
  new: z.union([name(), versionSchema]).describe('The version to move to: a version file, or the mapping inline.'),
  search: search.prefault({}).describe('How neighbours are found.'),
  metrics: z.array(name()).default(DEFAULT_METRICS).describe('ir_measures names to measure beside those the policy names.'),
  consumers: z.array(consumer).default([]).describe('What downstream compares a similarity with a fixed number.'),
  rerankers: z.array(reranker).default([]).describe('What downstream reorders the first results of the search.'),
  pipeline: pipelineSchema
    .exactOptional()
    .describe(
      "What the search does with the vectors' results before the user gets them. Rules are then of what comes out, unless they say `on: served`. Default: nothing.",
    ),
  production: production
    .prefault({})
    .describe('What varies between two builds of one version in production; the noise floor is measured under it.'),
  projection: mapping({ documents: count().describe('Documents of the corpus in production.') })
    .exactOptional()
    .describe('The corpus that the report projects cost for: hours to embed it again, storage.'),
  mixProcessors: z
    .boolean()
    .default(false)
    .describe(
      'Take cached vectors of quantised weights whichever processor made them. Without it a run takes those of one instruction set, and embeds the others again.',
    ),
  counterfactual: z
    .boolean()
    .default(false)
    .describe(
      'Where the new version contradicts what its model publishes, embed it as published too and show what that would give; `--counterfactual` asks for it once.',
    ),
  stores: z
    .record(z.string(), store)
    .default({})
    .describe('Stores that serve, or are to serve, by name: what `audit`, `tag`, `migrate` and `verify` take.'),
  policy: z
    .union([name(), policySchema])
    .exactOptional()
    .describe('A policy file, or the mapping inline. Default: the policy of the README.'),
  sweep: sweepSchema.exactOptional().describe('Several candidates at once, for `cutover sweep`.'),
  seed: z.int().min(0).default(7).describe('Where all randomness comes from.'),
  output: name().exactOptional().describe('Report folder. Default: `reports/<name of this file>`.'),
  cache: name().default('.cutover').describe('Folder of cached vectors and indexes; CUTOVER_CACHE goes before it.'),
  models: models.prefault({}).describe('Where model files are looked for.'),
  workers: count().exactOptional().describe('Sessions that embed at the same time. Default: the number of cores.'),
}).meta({
  title: 'cutover config',
  description: 'One comparison of two embedding versions. Paths are relative to the file they are in.',
});

/** A configuration as people write it: what has a default may be left out. */
export type ConfigSource = z.input<typeof configSchema>;
export type ConfigInput = z.output<typeof configSchema>;
export type StoreInput = z.output<typeof store>;
export type ConsumerInput = z.output<typeof consumer>;
