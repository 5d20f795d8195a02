import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError } from '../core/errors.ts';
import type { InputHashes } from '../core/hash.ts';
import { refuseNewer } from '../core/schema-version.ts';
import { readTextIfAny, sha256File, writeFileAtomic } from './files.ts';
import { parsedJson } from './json.ts';

/** Written beside each stage's output. */
export interface Manifest {
  readonly kind: 'cutover.manifest';
  readonly schemaVersion: 1;
  readonly stage: string;
  readonly madeFrom: InputHashes;
  /** Output file (relative) → SHA-256 of its bytes. */
  readonly files: Readonly<Record<string, Sha256>>;
}

/** Where a stage's manifest is in its folder. */
export function manifestFile(folder: string, stage: string): string {
  return join(folder, 'manifests', `${stage}.json`);
}

/**
 * Records what a stage's files were made from; written last, so that files without it are never trusted.
 * @param files paths relative to the folder
 */
export async function writeManifest(folder: string, stage: string, madeFrom: InputHashes, files: readonly string[]): Promise<void> {
  const hashes: Record<string, Sha256> = {};
  for (const file of [...files].sort()) hashes[file] = await sha256File(join(folder, file));
  const manifest: Manifest = { kind: 'cutover.manifest', schemaVersion: 1, stage, madeFrom, files: hashes };
  await writeFileAtomic(manifestFile(folder, stage), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The manifest of a stage, or null when there is none. @throws CutoverError ARTIFACT_FOREIGN when it isn't one, ARTIFACT_NEWER. */
export async function readManifest(folder: string, stage: string): Promise<Manifest | null> {
  const file = manifestFile(folder, stage);
  const text = await readTextIfAny(file);
  if (text === null) return null;
  const value = parsedJson<Manifest>(text);
  if (value?.kind === 'cutover.manifest') refuseNewer(file, value.schemaVersion, 1);
  if (value === null || value.kind !== 'cutover.manifest' || value.stage !== stage || value.schemaVersion !== 1)
    throw new CutoverError('ARTIFACT_FOREIGN', { file, reason: 'it is not a manifest of this schema version' });
  return value;
}

/** The first key in which a manifest's inputs differ from what is expected, or null when none does. */
export function differingInput(found: InputHashes, expected: InputHashes): string | null {
  for (const key of [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort()) {
    if (found[key] !== expected[key]) return key;
  }
  return null;
}

/** Whether a stage's files are there, whole, and made from exactly these inputs. */
export async function isFresh(folder: string, stage: string, expected: InputHashes): Promise<boolean> {
  const manifest = await readManifest(folder, stage).catch(() => null);
  if (manifest === null || differingInput(manifest.madeFrom, expected) !== null) return false;
  for (const [file, hash] of Object.entries(manifest.files)) {
    const there = await stat(join(folder, file)).catch(() => null);
    if (there === null || (await sha256File(join(folder, file))) !== hash) return false;
  }
  return true;
}

/**
 * The manifest of an earlier stage, checked: there, made from the expected inputs, its files unchanged since.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE (naming the key), ARTIFACT_FOREIGN
 */
export async function requireFresh(folder: string, stage: string, expected: InputHashes): Promise<Manifest> {
  const file = manifestFile(folder, stage);
  const manifest = await readManifest(folder, stage);
  if (manifest === null) throw new CutoverError('ARTIFACT_MISSING', { file, stage });
  const key = differingInput(manifest.madeFrom, expected);
  if (key !== null)
    throw new CutoverError('ARTIFACT_STALE', { file, stage, key, found: short(manifest.madeFrom[key]), expected: short(expected[key]) });
  for (const [name, hash] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    if ((await sha256File(path)) !== hash)
      throw new CutoverError('ARTIFACT_FOREIGN', { file: path, reason: 'its content is not what the manifest recorded' });
  }
  return manifest;
}

function short(value: string | number | undefined): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value.slice(0, 12) : String(value);
}
