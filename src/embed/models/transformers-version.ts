import { join } from 'node:path';
import type { Sha256 } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import { fingerprintOf } from '../../core/hash.ts';
import type { Dtype, Pooling, ResolvedVersion, VersionSpec } from '../../model/version.ts';
import { sha256File } from '../../system/files.ts';
import { ONNXRUNTIME_VERSION } from '../../system/onnxruntime/versions.ts';
import type { EmbedderAdapter, EmbedderContext } from '../embedder.ts';
import type { VectorRules } from '../vector.ts';
import { fileExists } from './file-exists.ts';
import { countIn, type JsonObject, readModelJson } from './model-json.ts';
import { type LocalModel, locateModel, modelChoice } from './model-location.ts';
import { contradicted, disagreements, type PublishedUse, readPublishedUse, supportedPooling } from './model-metadata.ts';
import { requireValue } from './requirement.ts';

/** SHA-256 of the files that decide a model's vectors. */
interface ModelHashes {
  /** By what it holds: the model, and its external data where the weights are too large for one file. */
  readonly weights: Readonly<Record<string, Sha256>>;
  /** By file name. */
  readonly tokenizer: Readonly<Record<string, Sha256>>;
}

const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'];

/**
 * Hashes the model's files, side by side, and compares them with what the spec pins.
 * @throws CutoverError MODEL_HASH_MISMATCH
 */
async function hashModel(model: LocalModel, spec: VersionSpec): Promise<ModelHashes> {
  const data = `${model.weights}_data`;
  const weights = (await fileExists(join(model.folder, data))) ? [model.weights, data] : [model.weights];
  const files = new Set([...weights, ...TOKENIZER_FILES, ...Object.keys(spec.sha256 ?? {})]);
  const hashes = new Map(await Promise.all([...files].map(async (file) => [file, await hashOf(model.folder, file)] as const)));
  checkPins(hashes, model, spec);
  const pick = (names: readonly string[], label: (name: string) => string): Record<string, Sha256> =>
    Object.fromEntries(names.map((name) => [label(name), hashes.get(name) as Sha256]));
  return { weights: pick(weights, (name) => (name === data ? 'data' : 'model')), tokenizer: pick(TOKENIZER_FILES, (name) => name) };
}

function checkPins(hashes: ReadonlyMap<string, Sha256 | null>, model: LocalModel, spec: VersionSpec): void {
  for (const [file, expected] of Object.entries(spec.sha256 ?? {})) {
    const found = hashes.get(file);
    if (found === expected) continue;
    const values = { file: join(model.folder, file), spec: spec.file, expected, found: found ?? 'no such file' };
    throw new CutoverError('MODEL_HASH_MISMATCH', values);
  }
}

async function hashOf(folder: string, file: string): Promise<Sha256 | null> {
  const path = join(folder, file);
  return (await fileExists(path)) ? sha256File(path) : null;
}

/** What a model's `config.json` says of it. */
interface ModelFacts {
  /** Dimension of the token vectors; null where it doesn't say. */
  readonly hiddenSize: number | null;
  /** Longest input in tokens, special tokens counted; null for models without a table of positions. */
  readonly positions: number | null;
  readonly type: string;
  /** Token id that fills up shorter texts of a batch; 0 where it doesn't say. */
  readonly padding: number;
}

/** Families that begin to count positions after the padding token's id, so that the table holds fewer tokens than rows. */
const OFFSET_POSITIONS: ReadonlySet<unknown> = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet', 'longformer', 'xmod', 'esm']);

/** Families that name the number of positions but encode them relative to each other, so that it is no limit. */
const RELATIVE_POSITIONS: ReadonlySet<unknown> = new Set(['t5', 'mt5', 'umt5']);

/** @throws CutoverError MODEL_UNUSABLE */
async function readModelFacts(folder: string): Promise<ModelFacts> {
  const config = await readModelJson(folder, 'config.json');
  return {
    hiddenSize: countIn(config, 'hidden_size', 'dim', 'd_model', 'n_embd'),
    positions: positionLimit(config),
    type: typeof config?.model_type === 'string' ? config.model_type : 'unknown',
    padding: typeof config?.pad_token_id === 'number' ? config.pad_token_id : 0,
  };
}

function positionLimit(config: JsonObject | null): number | null {
  const rows = countIn(config, 'max_position_embeddings', 'n_positions');
  if (rows === null || RELATIVE_POSITIONS.has(config?.model_type)) return null;
  if (!OFFSET_POSITIONS.has(config?.model_type)) return rows;
  const padding = typeof config?.pad_token_id === 'number' ? config.pad_token_id : 1;
  return rows - padding - 1;
}

/** What a version of a local model may say. */
export const MODEL_OPTIONS: EmbedderAdapter['options'] = {
  model: 'optional',
  revision: 'optional',
  dtype: 'optional',
  pooling: 'optional',
  maxTokens: 'optional',
  sha256: 'optional',
};

/** What runs a model; it goes into the fingerprint, because another one may round or tokenize differently. */
export interface ModelEngine {
  /** Id of the embedder. */
  readonly embedder: string;
  /** Versions of its packages, by name. */
  readonly runtime: Readonly<Record<string, string>>;
  /** Files of the model's folder that it reads beside weights and tokenizer, and that change what comes out. */
  readonly reads?: readonly string[];
}

/** Everything a worker needs to make the vectors of a version. */
export interface ModelUse extends VectorRules {
  /** Absolute. */
  readonly folder: string;
  /** Absolute path of the ONNX file. */
  readonly weights: string;
  readonly dtype: Dtype;
  readonly pooling: Pooling;
  /** Special tokens counted. */
  readonly maxTokens: number;
  /** Token id that fills up shorter texts where several run at once. */
  readonly padding: number;
}

/** The version of a model that runs on the bundled tokenizers and onnxruntime. @throws what {@link resolveModel} throws */
export async function resolveTransformers(spec: VersionSpec, context: EmbedderContext): Promise<ModelVersion> {
  const { TRANSFORMERS_VERSION } = await import('./transformers-js.ts');
  const runtime = { 'onnxruntime-node': ONNXRUNTIME_VERSION, '@xenova/transformers': TRANSFORMERS_VERSION };
  return resolveModel(spec, context, { embedder: 'transformers', runtime });
}

interface ModelVersion {
  readonly version: ResolvedVersion;
  readonly use: ModelUse;
}

/**
 * Finds the model, hashes what decides its vectors and settles what the spec leaves to the model's folder.
 * @throws CutoverError MODEL_MISSING, MODEL_HASH_MISMATCH, MODEL_UNUSABLE, VERSION_INCOMPLETE, VERSION_INVALID
 */
export async function resolveModel(spec: VersionSpec, context: EmbedderContext, engine: ModelEngine): Promise<ModelVersion> {
  const model = await locateModel(modelChoice(spec), context, spec);
  const [hashes, facts, published] = await Promise.all([
    hashModel(model, spec),
    readModelFacts(model.folder),
    readPublishedUse(model.folder),
  ]);
  const use = settle(spec, model, facts, published);
  const { pooling, maxTokens, normalize } = use;
  const decides = {
    embedder: engine.embedder,
    ...hashes,
    ...(await settingsOf(model, engine)),
    runtime: engine.runtime,
    dtype: model.dtype,
    pooling,
    normalize,
    prefixes: { query: spec.prefixes.query, document: spec.prefixes.document },
    maxTokens,
    dimensions: use.dimensions,
  };
  const fingerprint = fingerprintOf(decides);
  const names = { model: model.model, revision: model.revision, place: model.place };
  const used = { pooling, normalize, maxTokens, prefixes: spec.prefixes };
  const warnings = disagreements(published, used);
  const settings = contradicted(published, used);
  const version: ResolvedVersion = { id: spec.id, fingerprint, decides, names, verifiable: true, cacheKey: fingerprint, warnings };
  return { use, version: settings === null ? version : { ...version, published: settings } };
}

async function settingsOf({ folder }: LocalModel, { reads = [] }: ModelEngine): Promise<{ settings?: Record<string, Sha256> }> {
  if (reads.length === 0) return {};
  return { settings: Object.fromEntries(await Promise.all(reads.map(async (file) => [file, await sha256File(join(folder, file))]))) };
}

function settle(spec: VersionSpec, model: LocalModel, facts: ModelFacts, published: PublishedUse): ModelUse {
  const pooling = requireValue(
    spec.pooling ?? supportedPooling(published),
    spec,
    'pooling',
    "the model's folder publishes none that is known here",
  );
  const maxTokens = requireValue(spec.maxTokens ?? published.maxTokens, spec, 'maxTokens', "the model's folder publishes none");
  const refuse = (found: string, reason: string): CutoverError =>
    new CutoverError('VERSION_INVALID', { file: spec.file, version: spec.id, found, reason });
  if (facts.positions !== null && maxTokens > facts.positions)
    throw refuse(`maxTokens: ${maxTokens}`, `${model.model} (${facts.type}) has positions for ${facts.positions} tokens`);
  if (spec.dimensions !== undefined && facts.hiddenSize !== null && spec.dimensions > facts.hiddenSize)
    throw refuse(`dimensions: ${spec.dimensions}`, `${model.model} has ${facts.hiddenSize}`);
  return {
    version: spec.id,
    folder: model.folder,
    weights: join(model.folder, model.weights),
    dtype: model.dtype,
    pooling,
    maxTokens,
    padding: facts.padding,
    normalize: spec.normalize,
    // The full width spelled out is the same version as nothing said.
    dimensions: spec.dimensions ?? facts.hiddenSize,
  };
}
