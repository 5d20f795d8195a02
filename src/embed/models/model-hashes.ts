import { join } from 'node:path';
import type { Sha256 } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import type { VersionSpec } from '../../model/version.ts';
import { sha256File } from '../../system/files.ts';
import { fileExists } from './file-exists.ts';
import type { LocalModel } from './model-location.ts';

/** SHA-256 of the files that decide a model's vectors. */
export interface ModelHashes {
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
export async function hashModel(model: LocalModel, spec: VersionSpec): Promise<ModelHashes> {
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
