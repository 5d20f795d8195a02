import { createHash } from 'node:crypto';
import type { Sha256 } from '../../core/brand.ts';
import type { Snapshot } from '../../model/ledger.ts';
import type { LiveStore, Place, StoreBatch } from './live-store.ts';

/** How a snapshot names rows without a tag. */
export const UNTAGGED = 'untagged';

/**
 * What a store holds: rows a tag, and the SHA-256 of their sorted SHA-256s, which doesn't depend on the order in which an
 * engine returns them. Takes 32 bytes of memory a row.
 * @param wanted rows that count; all unless given
 */
export async function snapshotOf(
  store: Pick<LiveStore, 'read' | 'snapshot'>,
  wanted?: (tag: string | null, id: string) => boolean,
): Promise<Snapshot> {
  if (wanted === undefined && store.snapshot !== undefined) return store.snapshot();
  const digests = new Map<string, Buffer[]>();
  for await (const batch of store.read())
    for (let row = 0; row < batch.ids.length; row++) {
      const tag = batch.tags[row] ?? null;
      if (wanted !== undefined && !wanted(tag, batch.ids[row] as string)) continue;
      const own = digests.get(tag ?? UNTAGGED) ?? [];
      own.push(rowDigest(batch, row));
      digests.set(tag ?? UNTAGGED, own);
    }
  const tags = [...digests]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, rows]) => [tag, { rows: rows.length, hash: hashOf(rows) }] as const);
  return { tags: Object.fromEntries(tags) };
}

/** Both places, or one; of a tag that both have, the current place counts. */
export async function snapshotOfPlaces({ read }: Pick<LiveStore, 'read'>, only?: Place): Promise<Snapshot> {
  const places: readonly Place[] = only === undefined ? ['next', 'current'] : [only];
  const found = await Promise.all(places.map((place) => snapshotOf({ read: (options) => read({ ...options, place }) })));
  return { tags: Object.fromEntries(found.flatMap(({ tags }) => Object.entries(tags)).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Every part is preceded by its length, so that no two rows have the same bytes. */
function rowDigest({ ids, tags, textHashes, offsets, values }: StoreBatch, row: number): Buffer {
  const hash = createHash('sha256');
  for (const part of [ids[row], tags[row], textHashes[row]]) {
    const bytes = part === null || part === undefined ? null : Buffer.from(part);
    hash.update(`${bytes === null ? '-' : bytes.length}:`);
    if (bytes !== null) hash.update(bytes);
  }
  const vector = values.subarray(offsets[row], offsets[row + 1]);
  return hash.update(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)).digest();
}

function hashOf(rows: Buffer[]): Sha256 {
  const hash = createHash('sha256');
  for (const digest of rows.sort(Buffer.compare)) hash.update(digest);
  return hash.digest('hex') as Sha256;
}
