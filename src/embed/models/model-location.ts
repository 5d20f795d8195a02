import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { byCodeUnits } from '../../core/order.ts';
import type { Dtype, VersionSpec } from '../../model/version.ts';
import type { EmbedderContext } from '../embedder.ts';
import { externalFiles } from './external-data.ts';
import { fileExists } from './file-exists.ts';
import { downloadModel } from './model-download.ts';
import { modelPath } from './model-path.ts';
import { requireValue } from './requirement.ts';

/** The file under a model's folder that holds the weights of a numeric type, as the hub's ONNX exports name it. */
const WEIGHTS: Readonly<Record<Dtype, string>> = {
  fp32: 'onnx/model.onnx',
  fp16: 'onnx/model_fp16.onnx',
  q8: 'onnx/model_quantized.onnx',
};

/** Which model, of which numeric type. */
export interface ModelChoice {
  readonly model: string;
  readonly revision: string;
  readonly dtype: Dtype;
}

/** A model that is on this machine. */
export interface LocalModel extends ModelChoice {
  /** Absolute. */
  readonly folder: string;
  readonly place: Place['kind'];
  /** Relative to the folder. */
  readonly weights: string;
}

interface Place {
  readonly kind: 'models folder' | 'hub cache';
  readonly folder: string;
}

/** Files without which a model can't be run. */
export function requiredFiles(dtype: Dtype): string[] {
  return ['config.json', 'tokenizer.json', 'tokenizer_config.json', WEIGHTS[dtype]];
}

/** What the spec asks for. @throws CutoverError VERSION_INCOMPLETE, VERSION_INVALID */
export function modelChoice(spec: Pick<VersionSpec, 'model' | 'revision' | 'dtype' | 'file' | 'id'>): ModelChoice {
  const model = requireValue(spec.model, spec, 'model', 'the transformers embedder needs one, as <org>/<name>');
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(model) || modelPath(model) !== model) {
    const reason = 'a model is written <org>/<name>';
    throw new CutoverError('VERSION_INVALID', { file: spec.file, version: spec.id, found: `model: ${model}`, reason });
  }
  const revision = spec.revision ?? 'main';
  if (modelPath(revision) !== revision) {
    const reason = 'a revision is a branch, tag or commit, and no path';
    throw new CutoverError('VERSION_INVALID', { file: spec.file, version: spec.id, found: `revision: ${revision}`, reason });
  }
  return { model, revision, dtype: spec.dtype ?? 'q8' };
}

/**
 * Finds a model: in each models folder as `<org>/<name>@<revision>/`, then `<org>/<name>/`; in the hub's cache where
 * @xenova/transformers keeps it (`<org>/<name>/`, or `<org>/<name>/<revision>/` unless that is main); last on the hub.
 * @param spec the version that names it, for the error
 * @throws CutoverError MODEL_MISSING, naming the places and what each lacks, and models that are there; FILE_UNWRITABLE when a download can't be kept.
 */
export async function locateModel(choice: ModelChoice, context: EmbedderContext, spec?: VersionSpec): Promise<LocalModel> {
  const found: string[] = [];
  const cached = cacheFolder(choice, context.hubCache);
  for (const place of places(choice, context, cached)) {
    const lacking = await missingFiles(place.folder, choice.dtype);
    if (lacking.length === 0) return local(choice, place);
    found.push(lacking.includes('config.json') && lacking.length > 3 ? place.folder : `${place.folder} (lacks ${lacking.join(', ')})`);
  }
  const refuse = async (looked: string, cause?: unknown) => missing(choice, [...found, looked], context, spec, cause);
  if (!context.allowNetwork) throw await refuse('the hub was not asked, because the network is not allowed');
  try {
    await downloadModel({ ...choice, folder: cached, files: requiredFiles(choice.dtype), weights: WEIGHTS[choice.dtype] }, context);
  } catch (error) {
    if (error instanceof CutoverError) throw error;
    throw await refuse(`the hub (${reasonOf(error)})`, error);
  }
  return local(choice, { kind: 'hub cache', folder: cached });
}

function places({ model, revision }: ModelChoice, context: EmbedderContext, cached: string): Place[] {
  const folders = context.modelFolders.flatMap((folder) => [join(folder, `${model}@${revision}`), join(folder, model)]);
  return [...folders.map((folder) => ({ kind: 'models folder', folder }) as const), { kind: 'hub cache', folder: cached }];
}

function cacheFolder({ model, revision }: ModelChoice, hubCache: string): string {
  return revision === 'main' ? join(hubCache, model) : join(hubCache, model, revision);
}

function local(choice: ModelChoice, { kind, folder }: Place): LocalModel {
  return { ...choice, folder, place: kind, weights: WEIGHTS[choice.dtype] };
}

async function missing(
  { model, revision, dtype }: ModelChoice,
  looked: readonly string[],
  { allowNetwork, modelFolders }: EmbedderContext,
  spec: VersionSpec | undefined,
  cause: unknown,
): Promise<CutoverError> {
  const there = await modelsIn(modelFolders);
  const near = nearest(model, there);
  const details = [
    ...(spec === undefined ? [] : [`${spec.file}: version "${spec.id}" names it`]),
    ...(near !== null && near !== model ? [`did you mean ${near}?`] : there.length > 0 ? [`here are ${there.join(', ')}`] : []),
  ];
  const place = join(modelFolders[0] ?? 'models', model);
  const next = allowNetwork
    ? `Check the name and the network, or put its folder at ${place}`
    : `Put its folder at ${place}, or allow the download with \`allowNetwork: true\` under \`models\``;
  return new CutoverError('MODEL_MISSING', { model, revision, dtype, places: looked.join('; '), next }, { cause, details });
}

/** `<org>/<name>` of what is in the models folders, ascending. */
async function modelsIn(folders: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const folder of folders)
    for (const org of await foldersIn(folder)) for (const name of await foldersIn(join(folder, org))) found.add(`${org}/${name}`);
  return [...found].sort(byCodeUnits);
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

/** What a folder lacks: files that every model needs, then those that its graph names. */
async function missingFiles(folder: string, dtype: Dtype): Promise<string[]> {
  const required = await notThere(folder, requiredFiles(dtype));
  return required.length > 0 ? required : notThere(folder, externalFiles(folder, WEIGHTS[dtype]));
}

async function notThere(folder: string, files: readonly string[]): Promise<string[]> {
  const there = await Promise.all(files.map((file) => fileExists(join(folder, file))));
  return files.filter((_, i) => there[i] !== true);
}
