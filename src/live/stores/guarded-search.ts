import type { Fingerprint } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import { parsedJson } from '../../system/json.ts';
import type { Hit, LiveStore, TaggedQuery } from './live-store.ts';

/** The tag that readers of a store get; null while nothing was ever promoted. */
export async function liveTag({ ledger }: Pick<LiveStore, 'ledger'>): Promise<Fingerprint | null> {
  const last = (await ledger.read()).at(-1);
  return last === undefined ? null : (parsedJson<LedgerEntry>(last)?.live ?? null);
}

/**
 * The read guard: the k nearest rows of the version that is live, for a query that says which version made its vector.
 * @param query the tag is that of the encoder that embedded it
 * @param onNote told where fewer than k rows come back, or the index gave fewer and all rows were compared
 * @returns best first, cosine, ties by id descending
 * @throws CutoverError STORE_NOT_LIVE; STORE_VERSION_MISMATCH for a query of another version, or a row of one among the results
 * @example await searchLive(store, { tag: version.fingerprint, vector }, 10)
 */
export async function searchLive(
  store: LiveStore,
  query: TaggedQuery,
  k: number,
  { onNote }: { readonly onNote?: (note: string) => void } = {},
): Promise<readonly Hit[]> {
  const live = await liveTag(store);
  if (live === null) throw new CutoverError('STORE_NOT_LIVE', { store: store.title });
  if (query.tag !== live) throw mismatch(store, live, query.tag);
  const { hits, note } = await store.nearest(query, k);
  const foreign = hits.find(({ tag }) => tag !== live);
  if (foreign !== undefined) throw mismatch(store, foreign.tag ?? 'an untagged row', query.tag);
  if (note !== null) onNote?.(note);
  return hits;
}

function mismatch(store: LiveStore, live: string, asked: string): CutoverError {
  return new CutoverError('STORE_VERSION_MISMATCH', { store: store.title, live: live.slice(0, 12), asked: asked.slice(0, 12) });
}
