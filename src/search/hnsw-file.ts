import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { sha256, sha256Json } from '../artifact/hash.ts';
import { sweepLeftOvers } from '../artifact/left-overs.ts';
import { isFresh, writeManifest } from '../artifact/manifest.ts';
import type { InputHashes } from '../contract/evaluation.ts';
import type { SearchParams } from '../contract/search.ts';
import type { VectorSet } from '../contract/vectors.ts';
import { CutoverError, reasonOf } from '../errors.ts';

const STAGE = 'hnsw';
const FILE = 'index.hnsw';

/**
 * Everything that decides an index. efSearch and k are not among it: they are set on each search.
 * @param data the vectors as inserted, Float32Array [n × d]
 */
export function indexInputs(documents: VectorSet, data: Float32Array, params: SearchParams, seed: number): InputHashes {
  const library = createRequire(import.meta.url)('hnswlib-node/package.json') as { version: string };
  return {
    fingerprint: documents.fingerprint,
    documents: sha256Json([sha256(JSON.stringify(documents.ids)), sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]),
    similarity: params.similarity,
    m: params.hnsw.m,
    efConstruction: params.hnsw.efConstruction,
    seed,
    library: `hnswlib-node ${library.version}`,
  };
}

/** Where an index is saved. */
export function indexFile(folder: string): string {
  return join(folder, FILE);
}

/**
 * The saved index, or null unless it is there, whole, and made from exactly these inputs. Its hash is checked first:
 * hnswlib crashes on a damaged file.
 */
export async function findIndex(folder: string, madeFrom: InputHashes): Promise<string | null> {
  return (await isFresh(folder, STAGE, madeFrom)) ? indexFile(folder) : null;
}

/**
 * Saves an index beside, syncs and renames it, then writes the manifest.
 * @param write writes the file it is given, and fails when it couldn't
 * @throws CutoverError SEARCH_INDEX_FAILED
 */
export async function saveIndex(folder: string, madeFrom: InputHashes, write: (file: string) => Promise<unknown>): Promise<void> {
  const file = indexFile(folder);
  const part = join(folder, `.${FILE}.${randomUUID()}.part`);
  try {
    await mkdir(folder, { recursive: true });
    await sweepLeftOvers(folder, Date.now());
    await write(part);
    const handle = await open(part, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(part, file);
    await writeManifest(folder, STAGE, madeFrom, [FILE]);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    if (error instanceof CutoverError) throw error;
    throw new CutoverError('SEARCH_INDEX_FAILED', { file, reason: reasonOf(error) }, { cause: error });
  }
}
