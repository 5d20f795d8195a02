import { join } from 'node:path';
import type { Sha256 } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import { fingerprintOf } from '../../core/hash.ts';
import { readOnnxFacts } from '../../formats/onnx.ts';
import type { Dtype, Pooling, ResolvedVersion, VersionSpec } from '../../model/version.ts';
import { sha256File } from '../../system/files.ts';
import { ONNXRUNTIME_VERSION } from '../../system/onnxruntime/native.ts';
import type { EmbedderAdapter, EmbedderContext } from '../embedder.ts';
import type { VectorRules } from '../vector.ts';
import { type ChosenOutput, chosenOutput, hashModel, type ModelFacts, readModelFacts } from './model-facts.ts';
import { type LocalModel, locateModel, modelChoice } from './model-location.ts';
import { contradicted, disagreements, type PublishedUse, readPublishedUse, supportedPooling, withCard } from './model-metadata.ts';
import { requireValue } from './requirement.ts';
import type { Step } from './steps.ts';

/** What a version of a local model may say. */
export const MODEL_OPTIONS: EmbedderAdapter['options'] = {
  model: 'optional',
  revision: 'optional',
  dtype: 'optional',
  pooling: 'optional',
  output: 'optional',
  includePrompt: 'optional',
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
  /** The graph's output that is taken. */
  readonly output: string;
  /** null where that is one vector a text. */
  readonly pooling: Pooling | null;
  /** Put before a text, by role. */
  readonly prefixes: VersionSpec['prefixes'];
  /** Whether the tokens of a prefix are pooled with the others. */
  readonly includePrompt: boolean;
  /** What is done after pooling. */
  readonly steps: readonly Step[];
  /** Whether texts are put into lower case before they are cut into tokens. */
  readonly lowercase: boolean;
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

/** A version of a local model, and how it is run. */
export interface ModelVersion {
  readonly version: ResolvedVersion;
  readonly use: ModelUse;
}

/**
 * Finds the model, hashes what decides its vectors and settles what the spec leaves to the model's folder.
 * @throws CutoverError MODEL_MISSING, MODEL_HASH_MISMATCH, MODEL_UNUSABLE, VERSION_INCOMPLETE, VERSION_INVALID
 */
export async function resolveModel(spec: VersionSpec, context: EmbedderContext, engine: ModelEngine): Promise<ModelVersion> {
  const model = await locateModel(modelChoice(spec), context, spec);
  const graph = readOnnxFacts(join(model.folder, model.weights));
  const [facts, inFolder] = await Promise.all([readModelFacts(model.folder), readPublishedUse(model.folder)]);
  const published = withCard(inFolder, model.model);
  const use = settle(spec, model, { facts, published, output: chosenOutput(spec, graph, published, model.weights) });
  const { weights, tokenizer, steps, bytes } = await hashModel(model, spec, graph.externalData, filesOf(use.steps));
  const decides = {
    embedder: engine.embedder,
    weights,
    tokenizer,
    ...(await settingsOf(model, engine)),
    runtime: engine.runtime,
    dtype: model.dtype,
    output: use.output,
    pooling: use.pooling,
    includePrompt: use.includePrompt,
    steps: use.steps.map((step) => ('weights' in step ? { ...step, weights: steps[step.weights] } : step)),
    lowercase: use.lowercase,
    normalize: use.normalize,
    prefixes: use.prefixes,
    maxTokens: use.maxTokens,
    dimensions: use.dimensions,
  };
  const fingerprint = fingerprintOf(decides);
  const names = { model: model.model, revision: model.revision, place: model.place };
  const warnings = disagreements(published, use);
  const settings = contradicted(published, use);
  const known = { id: spec.id, fingerprint, decides, names, verifiable: true, cacheKey: fingerprint };
  const version: ResolvedVersion = { ...known, modelBytes: bytes, warnings };
  return { use, version: settings === null ? version : { ...version, published: settings } };
}

async function settingsOf({ folder }: LocalModel, { reads = [] }: ModelEngine): Promise<{ settings?: Record<string, Sha256> }> {
  if (reads.length === 0) return {};
  return { settings: Object.fromEntries(await Promise.all(reads.map(async (file) => [file, await sha256File(join(folder, file))]))) };
}

function filesOf(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => ('weights' in step ? [step.weights] : []));
}

/** What is known of a model before its weights are hashed. */
interface Known {
  readonly facts: ModelFacts;
  readonly published: PublishedUse;
  readonly output: ChosenOutput;
}

function settle(spec: VersionSpec, model: LocalModel, { facts, published, output }: Known): ModelUse {
  const maxTokens = requireValue(spec.maxTokens ?? published.maxTokens, spec, 'maxTokens', "the model's folder publishes none");
  const refuse = (found: string, reason: string): CutoverError =>
    new CutoverError('VERSION_INVALID', { file: spec.file, version: spec.id, found, reason });
  if (facts.positions !== null && maxTokens > facts.positions)
    throw refuse(`maxTokens: ${maxTokens}`, `${model.model} (${facts.type}) has positions for ${facts.positions} tokens`);
  const chain = chainOf(spec, model, published, output);
  const width = widthOf(chain.steps) ?? (output.kind === 'tokens' ? facts.hiddenSize : output.width);
  if (spec.dimensions !== undefined && width !== null && spec.dimensions > width)
    throw refuse(`dimensions: ${spec.dimensions}`, `${model.model} has ${width}`);
  const { query, document } = spec.prefixes;
  const hasPrefix = query !== '' || document !== '';
  return {
    version: spec.id,
    folder: model.folder,
    weights: join(model.folder, model.weights),
    dtype: model.dtype,
    output: output.name,
    ...chain,
    prefixes: { query, document },
    // Without a prefix there is nothing to leave out: one version, however it is written.
    includePrompt: !hasPrefix || chain.pooling === null || (spec.includePrompt ?? published.includePrompt ?? true),
    lowercase: published.lowercase,
    maxTokens,
    padding: facts.padding,
    normalize: spec.normalize,
    // The full width spelled out is the same version as nothing said.
    dimensions: spec.dimensions ?? width,
  };
}

/** Pooling and what follows it; nothing of either where the graph does both. */
function chainOf(spec: VersionSpec, model: LocalModel, published: PublishedUse, output: ChosenOutput): Pick<ModelUse, 'pooling' | 'steps'> {
  if (output.kind === 'text') return { pooling: null, steps: [] };
  if (published.refused !== null)
    throw new CutoverError('MODEL_UNUSABLE', { file: join(model.folder, 'modules.json'), reason: published.refused });
  const pooling = requireValue(
    spec.pooling ?? supportedPooling(published),
    spec,
    'pooling',
    "the model's folder publishes none that is known here",
  );
  return { pooling, steps: published.steps };
}

function widthOf(steps: readonly Step[]): number | null {
  const last = steps.findLast((step) => step.kind === 'dense');
  return last?.kind === 'dense' ? last.out : null;
}
