import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../../core/brand.ts';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { refuseNewer } from '../../core/schema-version.ts';
import type { Shard } from '../../model/vectors.ts';
import { readText, writeFileAtomic } from '../../system/files.ts';

const KIND = 'cutover.shard';
const SCHEMA = 1;
const FILE = 'shard.json';

/** shard.json: what a shard's vectors were made from. */
export interface ShardRecord extends Shard {
  readonly kind: typeof KIND;
  readonly schemaVersion: typeof SCHEMA;
  /** What the embed stage's output depends on: corpus, queries, both versions. */
  readonly inputs: Readonly<Record<string, string | number>>;
  /** Processor that made the vectors: another one may round differently. */
  readonly cpu: string;
}

/** Whether a text belongs to a shard. By its content, so that it does wherever the data set is read and in whatever order. */
export function inShard(textHash: Sha256, { index, count }: Shard): boolean {
  return shardOf(textHash, count) === index;
}

/** Which of so many shards a text belongs to, from 1. */
function shardOf(textHash: Sha256, count: number): number {
  return (Number.parseInt(textHash.slice(0, 8), 16) % count) + 1;
}

/** Looks up a shard's items; all are dealt out once, at the first of so many shards. */
export function dealer<T>(items: readonly T[], hashOf: (item: T) => Sha256 | null): (shard: Shard) => readonly T[] {
  const dealt = new Map<number, T[][]>();
  return ({ index, count }) => {
    const piles = dealt.get(count) ?? Array.from({ length: count }, (): T[] => []);
    if (!dealt.has(count)) {
      dealt.set(count, piles);
      for (const item of items) {
        const hash = hashOf(item);
        if (hash !== null) piles[shardOf(hash, count) - 1]?.push(item);
      }
    }
    return piles[index - 1] ?? [];
  };
}

export function shardName({ index, count }: Shard): string {
  return `shard-${index}-of-${count}`;
}

/** @throws CutoverError FILE_UNWRITABLE */
export function writeShardRecord(folder: string, record: Omit<ShardRecord, 'kind' | 'schemaVersion'>): Promise<void> {
  return writeFileAtomic(join(folder, FILE), `${JSON.stringify({ kind: KIND, schemaVersion: SCHEMA, ...record }, null, 2)}\n`);
}

/** @throws CutoverError SHARD_MALFORMED, FILE_MISSING */
export async function readShardRecord(folder: string): Promise<ShardRecord> {
  const file = join(folder, FILE);
  const text = await readText(file);
  let record: Partial<ShardRecord>;
  try {
    record = (JSON.parse(text) ?? {}) as Partial<ShardRecord>;
  } catch (error) {
    throw new CutoverError('SHARD_MALFORMED', { file, reason: reasonOf(error) }, { cause: error });
  }
  const malformed = (reason: string) => new CutoverError('SHARD_MALFORMED', { file, reason });
  if (record.kind === KIND) refuseNewer(file, record.schemaVersion, SCHEMA);
  if (record.kind !== KIND || record.schemaVersion !== SCHEMA) throw malformed(`it is not a shard of schema version ${SCHEMA}`);
  const { index = 0, count = 0 } = record;
  if (!Number.isInteger(index) || !Number.isInteger(count) || index < 1 || index > count)
    throw malformed(`there is no shard ${index}/${count}`);
  if (typeof record.inputs !== 'object' || record.inputs === null) throw malformed('it does not say what it was made from');
  return record as ShardRecord;
}

/** Folders of shards: the given ones that are, and those right below the others. @throws CutoverError SHARDS_ABSENT where there is none, FILE_MISSING */
export async function findShards(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const below = (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
    const shards: string[] = [];
    for (const candidate of [folder, ...below]) if (await isShard(candidate)) shards.push(candidate);
    if (shards.length > 0) found.push(...shards);
    else if ((await stat(folder).catch(() => null)) === null) throw new CutoverError('FILE_MISSING', { file: folder });
    else throw new CutoverError('SHARDS_ABSENT', { folder });
  }
  return found;
}

async function isShard(folder: string): Promise<boolean> {
  return (await stat(join(folder, FILE)).catch(() => null))?.isFile() === true;
}
