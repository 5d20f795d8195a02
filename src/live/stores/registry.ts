import { CutoverError } from '../../core/errors.ts';
import type { StoreSpec } from '../../model/store.ts';
import type { OpenContext, StoreAdapter } from './adapter.ts';
import { arrow } from './arrow.ts';
import type { ColumnStore } from './column-store.ts';
import { lancedb } from './lancedb.ts';
import { parquet } from './parquet.ts';
import { pglite } from './pglite.ts';
import { postgres } from './postgres.ts';

/** Every kind of live store; the only list. */
export const LIVE_STORES: readonly StoreAdapter[] = [arrow, parquet, postgres, pglite, lancedb];

export function storeKinds(): string[] {
  return LIVE_STORES.map(({ id }) => id);
}

/**
 * Opens a store; closing it is up to the caller.
 * @throws CutoverError STORE_KIND_UNKNOWN, STORE_INCOMPLETE, and what the adapter's own opening throws
 */
export async function openLiveStore(spec: StoreSpec, context: OpenContext): Promise<ColumnStore> {
  const adapter = LIVE_STORES.find(({ id }) => id === spec.kind);
  if (adapter === undefined)
    throw new CutoverError('STORE_KIND_UNKNOWN', { store: spec.name, kind: spec.kind, known: storeKinds().join(', ') });
  for (const key of adapter.needs)
    if (spec[key] === null) throw new CutoverError('STORE_INCOMPLETE', { store: spec.name, kind: spec.kind, key });
  return adapter.open(spec, context);
}
