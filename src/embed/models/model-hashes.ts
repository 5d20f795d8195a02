import { join } from 'node:path';
import type { Sha256 } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import type { VersionSpec } from '../../model/version.ts';
import { sha256File } from '../../system/files.ts';
import { externalPath } from './external-data.ts';
import { fileExists } from './file-exists.ts';
import type { LocalModel } from './model-location.ts';

/** SHA-256 of the files that decide a model's vectors. */
export interface ModelHashes {
  /** `model` is the graph; the others are files that it names, under the location as the graph writes it. */
  readonly weights: Readonly<Record<string, Sha256>>;
  /** By file name. */
  readonly tokenizer: Readonly<Record<string, Sha256>>;
  /** Weights of the steps after pooling, by path relative to the folder. */
  readonly steps: Readonly<Record<string, Sha256>>;
}

const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'];

/**
 * Hashes the model's files, side by side, and compares them with what the spec pins.
 * @param external files that hold weights, as the graph names them
 * @param steps files of the steps after pooling, relative to the folder
 * @throws CutoverError MODEL_HASH_MISMATCH; FILE_MISSING
 */
export async function hashModel(
  model: LocalModel,
  spec: VersionSpec,
  external: readonly string[],
  steps: readonly string[],
): Promise<ModelHashes> {
  const beside = new Map(external.map((location) => [location, externalPath(model.weights, location)]));
  const files = new Set([model.weights, ...beside.values(), ...steps, ...TOKENIZER_FILES, ...Object.keys(spec.sha256 ?? {})]);
  const hashes = new Map(await Promise.all([...files].map(async (file) => [file, await hashOf(model.folder, file)] as const)));
  checkPins(hashes, model, spec);
  const pick = (names: readonly (readonly [label: string, file: string])[]): Record<string, Sha256> =>
    Object.fromEntries(names.map(([label, file]) => [label, hashes.get(file) as Sha256]));
  const same = (names: readonly string[]) => names.map((name) => [name, name] as const);
  return { weights: pick([['model', model.weights], ...beside]), tokenizer: pick(same(TOKENIZER_FILES)), steps: pick(same(steps)) };
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
