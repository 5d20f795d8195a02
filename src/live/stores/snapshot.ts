import { createHash } from 'node:crypto';
import type { Sha256 } from '../../core/brand.ts';
import type { Snapshot } from '../../model/ledger.ts';
import type { LiveStore, Place, StoreBatch } from './live-store.ts';

/** Bytes of a SHA-256. */
const WIDTH = 32;

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
  const digests = new Map<string, Digests>();
  for await (const batch of store.read())
    for (let row = 0; row < batch.ids.length; row++) {
      const tag = batch.tags[row] ?? null;
      if (wanted !== undefined && !wanted(tag, batch.ids[row] as string)) continue;
      const own = digests.get(tag ?? UNTAGGED) ?? new Digests();
      own.add(rowDigest(batch, row));
      digests.set(tag ?? UNTAGGED, own);
    }
  const tags = [...digests]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, rows]) => [tag, { rows: rows.count, hash: rows.hash() }] as const);
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

/** Digests of rows one behind the other: an object each would take ten times as much. */
class Digests {
  #bytes = Buffer.alloc(64 * WIDTH);
  count = 0;

  add(digest: Buffer): void {
    if (this.count * WIDTH === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    digest.copy(this.#bytes, this.count++ * WIDTH);
  }

  /** SHA-256 of the digests in ascending order. */
  hash(): Sha256 {
    const at = (row: number) => this.#bytes.subarray(row * WIDTH, (row + 1) * WIDTH);
    const first = Float64Array.from({ length: this.count }, (_, row) => this.#bytes.readUIntBE(row * WIDTH, 6));
    const order = Uint32Array.from({ length: this.count }, (_, row) => row).sort(
      (a, b) => (first[a] as number) - (first[b] as number) || Buffer.compare(at(a), at(b)),
    );
    const hash = createHash('sha256');
    for (const row of order) hash.update(at(row));
    return hash.digest('hex') as Sha256;
  }
}
