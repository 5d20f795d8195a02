import type { Fingerprint } from '../../../src/core/brand.ts';
import type { LiveStore, ReadOptions } from '../../../src/live/stores/live-store.ts';

export const OLD = 'a'.repeat(64) as Fingerprint;
export const NEW = 'b'.repeat(64) as Fingerprint;

/** `id tag-initial v1,v2,…` of every row, ascending. */
export async function contents(store: LiveStore, options?: ReadOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const { ids, tags, offsets, values } of store.read(options))
    ids.forEach((id, i) => {
      found.push(
        `${id} ${tags[i]?.[0] ?? '-'} ${[...values.subarray(offsets[i], offsets[i + 1])].map((v) => Math.round(v * 1e4) / 1e4).join(',')}`,
      );
    });
  return found.sort();
}
