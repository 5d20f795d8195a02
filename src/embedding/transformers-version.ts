import { join } from 'node:path';
import { fingerprintOf } from '../artifact/hash.ts';
import type { EmbedderContext } from '../contract/embedder.ts';
import type { Pooling, ResolvedVersion, VersionSpec } from '../contract/version.ts';
import { CutoverError } from '../errors.ts';
import { ONNXRUNTIME_VERSION } from '../runtime/versions.ts';
import { type ModelFacts, readModelFacts } from './model-config.ts';
import { hashModel } from './model-hashes.ts';
import { type LocalModel, locateModel, modelChoice } from './model-location.ts';
import { contradicted, disagreements, type PublishedUse, readPublishedUse, supportedPooling } from './model-metadata.ts';
import { requireValue } from './requirement.ts';
import type { VectorRules } from './vector.ts';

/** Everything a worker needs to make the vectors of a version. */
export interface ModelUse extends VectorRules {
  /** Absolute. */
  readonly folder: string;
  /** Absolute path of the ONNX file. */
  readonly weights: string;
  readonly pooling: Pooling;
  /** Special tokens counted. */
  readonly maxTokens: number;
  /** Token id that fills up shorter texts where several run at once. */
  readonly padding: number;
}

/**
 * Finds the model, hashes what decides its vectors and settles what the spec leaves to the model's folder.
 * @throws CutoverError MODEL_MISSING, MODEL_HASH_MISMATCH, MODEL_UNUSABLE, VERSION_INCOMPLETE, VERSION_INVALID
 */
export async function resolveTransformers(
  spec: VersionSpec,
  context: EmbedderContext,
): Promise<{ version: ResolvedVersion; use: ModelUse }> {
  const model = await locateModel(modelChoice(spec), context);
  const [hashes, facts, published] = await Promise.all([
    hashModel(model, spec),
    readModelFacts(model.folder),
    readPublishedUse(model.folder),
  ]);
  const { TRANSFORMERS_VERSION } = await import('./transformers-js.ts');
  const use = settle(spec, model, facts, published);
  const { pooling, maxTokens, normalize } = use;
  const decides = {
    embedder: 'transformers',
    ...hashes,
    runtime: { 'onnxruntime-node': ONNXRUNTIME_VERSION, '@xenova/transformers': TRANSFORMERS_VERSION },
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
    pooling,
    maxTokens,
    padding: facts.padding,
    normalize: spec.normalize,
    // The full width spelled out is the same version as nothing said.
    dimensions: spec.dimensions ?? facts.hiddenSize,
  };
}
