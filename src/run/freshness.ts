import { dirname } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import type { InputHashes } from '../core/hash.ts';
import { sha256, sha256Json } from '../core/hash.ts';
import type { Config } from '../model/config.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Verdict } from '../model/verdict.ts';
import type { ResolvedVersion, Role, Side, VersionSpec } from '../model/version.ts';
import { CUTOVER_VERSION, type Workspace } from '../project/workspace.ts';

interface Row {
  /** What the configuration says, the data set, the two versions, and what comes from earlier stages or the command. */
  readonly settings: readonly (keyof typeof SETTINGS)[];
  readonly data: readonly (keyof typeof DATA)[];
  readonly versions: readonly (keyof typeof VERSIONS)[];
  readonly given: readonly string[];
  /** Files below the report folder. Those of the search stage are below, by side and kind; the report one a format. */
  readonly writes: readonly string[];
}

const CORPUS = ['corpus', 'queries'] as const;
const WEIGHTS = ['old', 'new'] as const;

/**
 * What makes a stage's files stale: a file is current while everything in its row is what it was made from. Every stage depends on
 * cutover's own version too, so that an upgrade makes everything again. Whatever asks whether something is current reads this table.
 */
// biome-ignore format: a table is read by its columns
export const STAGES = {
  embed:   { settings: [],                   data: CORPUS,              versions: WEIGHTS, given: [],                    writes: ['embedding.json'] },
  spaces:  { settings: ['seed'],             data: CORPUS,              versions: WEIGHTS, given: ['topics'],            writes: ['spaces.json'] },
  // Scores of judged pairs are taken here, so that neighbours depend on judgements too.
  search:  { settings: ['search', 'seed'],   data: [...CORPUS, 'qrels'], versions: WEIGHTS, given: [],                   writes: [] },
  study:   { settings: ['search', 'seed'],   data: [...CORPUS, 'qrels', 'weight'], versions: WEIGHTS, given: ['studies'],          writes: ['studies.json'] },
  pipeline: { settings: ['search', 'seed', 'pipeline'], data: [...CORPUS, 'qrels', 'weight'], versions: WEIGHTS, given: ['files'],   writes: ['pipeline.json'] },
  measure: { settings: ['search', 'seed', 'pipeline', 'consumers', 'rerankers', 'projection', 'production', 'source', 'spec'],
             data: [...CORPUS, 'qrels', 'dataset'],          versions: [...WEIGHTS, 'versions'], given: ['measures', 'studies', 'files'], writes: ['evaluation.json'] },
  gate:    { settings: [], data: [], versions: [], given: ['evaluation', 'policy', 'asOf', 'base'],                      writes: ['verdict.json'] },
  report:  { settings: [], data: [], versions: [], given: ['evaluation', 'verdict', 'timings', 'reviews'],               writes: [] },
} as const satisfies Readonly<Record<string, Row>>;

export type StageId = keyof typeof STAGES;

/** What the search stage writes for one side, relative to the report folder. */
export const searchFiles = {
  rankings: (side: Side, on: 'exact' | 'served') => `neighbours/${side}.${on}.arrow`,
  /** What words find, the same for both versions, and what the user gets. */
  words: 'neighbours/words.arrow',
  pipeline: (side: Side) => `neighbours/${side}.pipeline.arrow`,
  /** Chunks as they were found; only where documents are chunked, and `rankings` are then of judged documents. */
  chunks: (side: Side, on: 'exact' | 'served') => `neighbours/${side}.${on}-chunks.arrow`,
  /** What a database says of itself, where one serves. */
  servedBy: (side: Side) => `neighbours/${side}.served-by.json`,
  nearest: (side: Side, role: Role) => `neighbours/${side}.nearest-${role}.arrow`,
  pairs: (side: Side, kind: 'judged' | 'query-document' | 'document-document' | 'query-query') => `pairs/${side}.${kind}.arrow`,
} as const;

/** Whatever of a project is at hand; a part that is missing is left out of the inputs. */
export interface Parts {
  readonly config?: Config;
  readonly dataset?: Dataset;
  readonly versions?: { readonly [S in Side]: ResolvedVersion };
}

/** Inputs of one stage, as its manifest records them. @param given what the row names under `given` */
export function inputsOf<S extends StageId>(
  stage: S,
  { config, dataset, versions }: Parts,
  given: { readonly [K in (typeof STAGES)[S]['given'][number]]?: string | number } = {},
): InputHashes {
  const row: Row = STAGES[stage];
  const pick = <T, K extends string>(
    facts: { readonly [key in K]: (from: T) => string | number },
    keys: readonly K[],
    from: T | undefined,
  ) => (from === undefined ? {} : Object.fromEntries(keys.map((key) => [key, facts[key](from)])));
  return {
    cutover: CUTOVER_VERSION,
    ...pick(SETTINGS, row.settings, config),
    ...pick(DATA, row.data, dataset),
    ...pick(VERSIONS, row.versions, versions),
    ...given,
  };
}

/** The inputs of an earlier stage among those of a later one: what a later stage's files were made from must be what the earlier one's are. */
export function inputsWithin(stage: StageId, later: InputHashes): InputHashes {
  const { settings, data, versions }: Row = STAGES[stage];
  return Object.fromEntries(['cutover', ...settings, ...data, ...versions].map((key) => [key, later[key] ?? 'nothing']));
}

/** What a verdict itself says that it was made from, by the names of the table. */
export function inputsOfVerdict({ evaluation, policyHash }: Verdict): { readonly [K in 'evaluation' | 'policy']: Sha256 } {
  return { evaluation, policy: policyHash };
}

/** The parts of an opened project. */
export function partsOf({ config, dataset, embedders }: Workspace): Required<Parts> {
  return { config, dataset, versions: { old: embedders.old.version, new: embedders.new.version } };
}

const SETTINGS = {
  search: ({ search }: Config) => sha256Json(search),
  seed: ({ seed }: Config) => seed,
  consumers: ({ consumers }: Config) => sha256Json(consumers),
  rerankers: ({ rerankers }: Config) => sha256Json(rerankers),
  pipeline: (config: Config) => (config.pipeline === undefined ? 'none' : sha256(wherever(config, config.pipeline))),
  projection: ({ projection }: Config) => sha256Json(projection),
  production: ({ production }: Config) => sha256Json(production),
  // As written: these can be compared where there is neither data nor a model to hash.
  source: (config: Config) => sha256(wherever(config, config.dataset)),
  spec: (config: Config) => sha256(wherever(config, [specOf(config, 'old'), specOf(config, 'new')])),
};

/** Where it is, how fast a service may be asked, and what is checked when it is opened, decide no vector. */
function specOf(config: Config, side: Side): Omit<VersionSpec, 'file' | 'requests' | 'sha256'> {
  const { file: _file, requests: _requests, sha256: _sha256, ...spec } = config[side];
  return spec;
}

/** As text, paths below the configuration's folder the same wherever the project lies. */
function wherever({ file }: Config, value: object | string): string {
  return JSON.stringify(value).replaceAll(JSON.stringify(dirname(file)).slice(1, -1), '.');
}

const DATA = {
  corpus: ({ hashes }: Dataset) => hashes.corpus,
  queries: ({ hashes }: Dataset) => hashes.queries,
  qrels: ({ hashes }: Dataset) => hashes.qrels ?? 'none',
  weight: ({ weight }: Dataset) => weight ?? 'needs',
  dataset: (dataset: Dataset) =>
    sha256Json({
      name: dataset.name,
      licence: dataset.licence,
      warnings: dataset.warnings,
      judging: dataset.judging ?? null,
      silence: dataset.silence ?? null,
      // Absent where there is none, so that what was measured before stays fresh.
      ...(dataset.sample === undefined ? {} : { sample: dataset.sample }),
      ...(dataset.weakGrades === undefined ? {} : { weakGrades: dataset.weakGrades }),
      weight: dataset.weight ?? 'needs',
      slices: dataset.queries.map((query) => query.slices),
    }),
};

const VERSIONS = {
  old: (versions: { readonly [S in Side]: ResolvedVersion }) => versions.old.cacheKey,
  new: (versions: { readonly [S in Side]: ResolvedVersion }) => versions.new.cacheKey,
  versions: (versions: { readonly [S in Side]: ResolvedVersion }) => sha256Json([versions.old, versions.new]),
};
