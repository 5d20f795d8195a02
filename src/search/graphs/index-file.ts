import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Sha256 } from '../../core/brand.ts';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import type { InputHashes } from '../../core/hash.ts';
import { sha256, sha256Json } from '../../core/hash.ts';
import type { SearchParams } from '../../model/search.ts';
import type { VectorSet } from '../../model/vectors.ts';
import { makeFolder } from '../../system/files.ts';
import { isFresh, writeManifest } from '../../system/manifest.ts';

/** What tells the saved indexes of one engine from those of another. */
export interface IndexFormat {
  /** Id of the engine; its indexes are called `index.<id>`. */
  readonly id: string;
  /** Library and version: another one may build another graph. */
  readonly library: string;
}

/**
 * Everything that decides an index. efSearch and k are not among it: they are set on each search.
 * @param data the vectors as inserted, Float32Array [n × d]
 */
export function indexInputs(
  documents: VectorSet,
  data: Float32Array,
  params: SearchParams,
  seed: number,
  { library }: IndexFormat,
): InputHashes {
  return {
    fingerprint: documents.fingerprint,
    documents: hashOfRows(documents.ids, data),
    similarity: params.similarity,
    m: params.hnsw.m,
    efConstruction: params.hnsw.efConstruction,
    seed,
    library,
  };
}

/** Which vectors of which ids, in their order. @param data Float32Array [n × d] */
export function hashOfRows(ids: readonly string[], data: Float32Array): Sha256 {
  return sha256Json([sha256(JSON.stringify(ids)), sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))]);
}

/** Where an index is saved. */
export function indexFile(folder: string, { id }: IndexFormat): string {
  return join(folder, `index.${id}`);
}

/**
 * The saved index, or null unless it is there, whole, and made from exactly these inputs. Its hash is checked first:
 * the libraries crash on a damaged file.
 */
export async function findIndex(folder: string, madeFrom: InputHashes, format: IndexFormat): Promise<string | null> {
  return (await isFresh(folder, format.id, madeFrom)) ? indexFile(folder, format) : null;
}

/**
 * Saves an index beside, syncs and renames it, then writes the manifest.
 * @param write writes the file it is given, and fails when it couldn't
 * @throws CutoverError SEARCH_INDEX_FAILED
 */
export async function saveIndex(
  folder: string,
  madeFrom: InputHashes,
  format: IndexFormat,
  write: (file: string) => Promise<unknown>,
): Promise<void> {
  const file = indexFile(folder, format);
  const part = join(folder, `.${basename(file)}.${randomUUID()}.part`);
  try {
    await makeFolder(folder);
    await write(part);
    const handle = await open(part, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(part, file);
    await writeManifest(folder, format.id, madeFrom, [basename(file)]);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    if (error instanceof CutoverError) throw error;
    throw new CutoverError('SEARCH_INDEX_FAILED', { file, reason: reasonOf(error) }, { cause: error });
  }
}
