import { basename, dirname, join, parse, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Config, Consumer } from '../model/config.ts';
import type { DatasetSource } from '../model/dataset.ts';
import type { Policy } from '../model/policy.ts';
import type { StoreSpec } from '../model/store.ts';
import type { VersionSpec } from '../model/version.ts';
import { clickSource } from './dataset.ts';
import { limitsOf } from './depths.ts';
import { partAt } from './part.ts';
import { pipelineOf, usualOn } from './pipeline.ts';
import { defaultPolicy, policyOf } from './policy.ts';
import { problemAt, problemsOf, throwProblems, valueAt } from './problems.ts';
import { type ConfigInput, type ConsumerInput, configSchema, type StoreInput } from './schemas/config.ts';
import { policySchema } from './schemas/policy.ts';
import { versionSchema } from './schemas/version.ts';
import { searchOf } from './search.ts';
import { configProblems, policyProblems, type Registry, versionProblems } from './semantics.ts';
import { type Problem, readSource, type Source, sourceOf } from './source.ts';
import { sweepCandidates } from './sweep.ts';
import { modelFolders, versionSpec } from './version.ts';

/** What the config room must be told of the machine and of other rooms. */
export interface ConfigRegistry extends Registry {
  /** Default of `workers`. */
  readonly cores: number;
  /** Absolute folder of the models that come with the package. */
  readonly bundledModels: string;
}

/** What loading a configuration needs of its surroundings. */
export interface ConfigOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly registry: ConfigRegistry;
  /** What the file would hold, where the configuration is in code; the file is then a name only. */
  readonly text?: string;
  /** From the command line; `output` is relative to `cwd`. */
  readonly overrides?: { readonly output?: string; readonly seed?: number; readonly counterfactual?: boolean };
}

/** Depth of `top-k` where a consumer names none. */
const USUAL_DEPTH = 10;

function consumerOf(input: ConsumerInput, limit: number): Consumer {
  return {
    ...input,
    k: input.k ?? Math.min(USUAL_DEPTH, limit),
    among: input.among ?? (input.pairs === 'query-document' ? 'top-k' : 'nearest'),
    usedBy: input.usedBy ?? null,
    accepted: input.accepted ?? null,
  };
}

function storeOf(storeName: string, input: StoreInput, folder: string): StoreSpec {
  const absolute = (path: string | undefined) => (path === undefined ? null : resolve(folder, path));
  const { id, text = null, ...columns } = input.columns;
  const key = typeof id === 'string' ? [id] : id;
  return {
    name: storeName,
    kind: input.kind,
    path: absolute(input.path),
    urlFrom: input.urlFrom ?? (input.kind === 'postgres' ? 'DATABASE_URL' : null),
    table: input.table ?? null,
    columns: {
      ...columns,
      ...(text === null || typeof text === 'string' ? { text } : { text: null, textSql: text.sql }),
      id: key[0] ?? 'id',
      stratum: columns.stratum ?? null,
    },
    ...(key.length > 1 ? { key } : {}),
    ...(input.where === undefined ? {} : { where: input.where }),
    ...(input.subscribers === undefined ? {} : { subscribers: input.subscribers }),
    corpus: absolute(input.corpus),
  };
}

/** Paths made absolute, columns that are not named null. */
export function datasetOf(input: ConfigInput['dataset'], folder: string): DatasetSource {
  if (typeof input === 'string') return resolve(folder, input);
  const { corpus, queries, qrels, clicks } = input;
  const absolute = <T extends { readonly path: string }>(part: T): T => ({ ...part, path: resolve(folder, part.path) });
  return {
    name: input.name ?? null,
    licence: input.licence ?? null,
    allowEmpty: input.allowEmpty,
    // Absent where they say nothing, so that what was measured before stays fresh.
    ...(input.skipEmpty ? { skipEmpty: true } : {}),
    ...(input.excludeSelf ? { excludeSelf: true } : {}),
    corpus: absolute({ ...NO_COLUMNS.corpus, ...corpus }),
    queries: queries === undefined ? null : absolute({ ...NO_COLUMNS.queries, ...queries }),
    qrels: qrels === undefined ? null : absolute({ ...NO_COLUMNS.qrels, ...qrels }),
    ...(clicks === undefined ? {} : { clicks: absolute(clickSource(clicks)) }),
    ...(input.judgements === undefined ? {} : { judgements: input.judgements }),
    ...(input.weight === 'queries' ? { weight: input.weight } : {}),
  };
}

const NO_COLUMNS = {
  corpus: { id: null, title: null, text: null, parent: null },
  queries: { id: null, text: null, need: null },
  qrels: { query: null, document: null, grade: null },
} as const;

interface Pieces {
  readonly input: ConfigInput;
  readonly old: VersionSpec;
  readonly new: VersionSpec;
  readonly policy: Policy;
}

/** Everything the file and the files it names say; null when something in them is wrong. */
async function readPieces(source: Source, { registry, cwd }: ConfigOptions, problems: Problem[]): Promise<Pieces | null> {
  const parsed = configSchema.safeParse(source.value);
  if (!parsed.success) problems.push(...problemsOf(source, parsed.error.issues));
  problems.push(...configProblems(source, registry));
  const version = (key: string) => partAt(source, key, versionSchema, (s, path) => versionProblems(s, path, registry), problems, cwd);
  const old = await version('old');
  const fresh = await version('new');
  const policy = await partAt(
    source,
    'policy',
    policySchema,
    (s, path) => policyProblems(s, path, registry, limitsOf(source)),
    problems,
    cwd,
  );
  if (old !== null && fresh !== null) problems.push(...sameIdProblems(source, versionSpec(old), versionSpec(fresh)));
  if (!parsed.success || old === null || fresh === null || problems.length > 0) return null;
  const usual = usualOn(parsed.data.pipeline !== undefined, registry);
  return {
    input: parsed.data,
    old: versionSpec(old),
    new: versionSpec(fresh),
    policy: policy === null ? defaultPolicy(usual) : policyOf(policy.input, usual),
  };
}

/** Reports, caches and records of answers go by the id: two versions that differ need two. One version on both sides is no mistake here. */
function sameIdProblems(source: Source, { file, ...before }: VersionSpec, { file: other, ...after }: VersionSpec): Problem[] {
  if (before.id !== after.id || file === other || isDeepStrictEqual(before, after)) return [];
  const where = `${basename(other)} has the id "${after.id}", and so has ${basename(file)}`;
  return [problemAt(source, ['new'], `${where}: two versions need two ids; was one copied from the other?`)];
}

async function assemble(source: Source, pieces: Pieces, { cwd, env, registry, overrides = {} }: ConfigOptions): Promise<Config> {
  const { file } = source;
  const folder = dirname(file);
  const { input } = pieces;
  const search = searchOf(input.search);
  return {
    file,
    dataset: datasetOf(input.dataset, folder),
    old: pieces.old,
    new: pieces.new,
    search,
    metrics: input.metrics,
    consumers: input.consumers.map((consumer) => consumerOf(consumer, search.limit)),
    ...(input.pipeline === undefined ? {} : { pipeline: pipelineOf(input.pipeline, search.limit, folder) }),
    production: { batchSize: input.production.batchSize ?? null, rebuilds: input.production.rebuilds },
    projection: input.projection ?? null,
    counterfactual: overrides.counterfactual ?? input.counterfactual,
    mixProcessors: input.mixProcessors,
    rerankers: input.rerankers.map(({ usedBy, ...reranker }) => ({ ...reranker, usedBy: usedBy ?? null })),
    stores: Object.entries(input.stores).map(([key, store]) => storeOf(key, store, folder)),
    sweep: input.sweep === undefined ? [] : await sweepCandidates(input.sweep, { new: pieces.new, search }, source, { cwd, registry }),
    policy: pieces.policy,
    seed: overrides.seed ?? input.seed,
    output: outputFolder(file, input.output, cwd, overrides.output),
    cache: env.CUTOVER_CACHE ? resolve(cwd, env.CUTOVER_CACHE) : resolve(folder, input.cache),
    models: modelFolders(input.models, folder, { cwd, env, bundledModels: registry.bundledModels }),
    workers: input.workers ?? registry.cores,
  };
}

function outputFolder(file: string, written: string | undefined, cwd: string, override: string | undefined): string {
  if (override !== undefined) return resolve(cwd, override);
  return resolve(dirname(file), written ?? join('reports', parse(file).name));
}

/**
 * The report folder of a configuration in which something else may be wrong.
 * @returns null where the file can't be read at all
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE
 */
export async function reportFolder(file: string, { cwd, text, overrides }: ConfigOptions): Promise<string | null> {
  const absolute = resolve(cwd, file);
  const source = text === undefined ? await readSource(absolute, []) : sourceOf(absolute, text, []);
  if (source === null) return null;
  const written = valueAt(source.value, ['output']);
  return outputFolder(absolute, typeof written === 'string' ? written : undefined, cwd, overrides?.output);
}

/** The file that a configuration names as its policy; null where the policy is in the configuration, or where that can't be read. */
export async function policyFile(file: string, { cwd, text }: Pick<ConfigOptions, 'cwd' | 'text'>): Promise<string | null> {
  const absolute = resolve(cwd, file);
  const source = text === undefined ? await readSource(absolute, []) : sourceOf(absolute, text, []);
  const named = source === null ? null : valueAt(source.value, ['policy']);
  return typeof named === 'string' && named !== '' ? resolve(dirname(absolute), named) : null;
}

/**
 * Reads `cutover.yaml` and the version and policy files it names, fills in defaults, makes paths absolute (each relative to
 * the file it is in) and checks everything before it complains.
 * @param file relative to `options.cwd`
 * @throws CutoverError CONFIG_INVALID with every problem as `file:line:column: path: what was expected`; FILE_MISSING, FILE_UNREADABLE.
 * @example
 * const config = await loadConfig('cutover.yaml', { cwd: process.cwd(), env: process.env, registry });
 */
export async function loadConfig(file: string, options: ConfigOptions): Promise<Config> {
  const absolute = resolve(options.cwd, file);
  const problems: Problem[] = [];
  const source = options.text === undefined ? await readSource(absolute, problems) : sourceOf(absolute, options.text, problems);
  const pieces = source === null ? null : await readPieces(source, options, problems);
  if (source === null || pieces === null) throwProblems(problems, absolute, options.cwd);
  return assemble(source, pieces, options);
}
