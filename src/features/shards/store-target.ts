import { standingOf } from '../../live/ledger/states.ts';
import { Filler, GENTLE } from '../../live/migrate/columns/filler.ts';
import { type StoreAccess, type StoreOptions, withStore } from '../../live/store-access.ts';
import type { ColumnStore, Reach } from '../../live/stores/column-store.ts';
import { readLedger } from '../../proof/chain.ts';
import { admit, type Target } from './target.ts';

/** Each shard asks the table for its own rows. */
const MOST_SHARDS_OF_TABLE = 1_000;
/** Passes over a shard: rows that others hold are left for the next one. */
const PASSES = 5;

/** The column beside in a table that serves, filled from the table's own texts by many hands: a shard is a part of its keys. */
async function tableTarget(access: StoreAccess, store: ColumnStore, options: StoreOptions & { readonly to: string }): Promise<Target> {
  const version = await access.version(options.to);
  const reach = { place: 'next', tag: version.tag } as const;
  // Each migration has its own queue: jobs that are done say nothing of another one's column.
  const { migration } = standingOf(await readLedger(store.ledger, store.title));
  return {
    inputs: { corpus: migration?.id ?? 'none', new: version.embedder.version.cacheKey, target: store.title },
    sizes: new Map([['new', await lackingIn(store, reach)]]),
    mostShards: MOST_SHARDS_OF_TABLE,
    title: store.title,
    admit: () => admit(access, version, options),
    // Rows that change after their shard is done are for `migrate follow`.
    lacking: async () => 0,
    fill: async ({ shard }, lease) => {
      await admit(access, version, options);
      const sides = await store.sides();
      if (sides === null) return 0;
      const filler = new Filler(access, store, { ...options, signal: AbortSignal.any([options.signal, lease.signal]) }, GENTLE);
      let written = 0;
      for (let pass = 0; pass < PASSES; pass++) {
        const done = await filler.pass('next', sides, true, { shard, deep: pass === 0 });
        written += done.written;
        if (done.missed === 0) break;
      }
      return written;
    },
  };
}

/** Before the migration is registered there is no column to look at. */
async function lackingIn(store: ColumnStore, reach: Reach): Promise<number> {
  return (await store.sides())?.next == null ? 0 : (await store.pendingCount({ ...reach, deep: true })).rows;
}

/** The column beside in a store that serves: the backfill of a migration, by many hands. */
export function withStoreTarget<T>(options: StoreOptions & { readonly to: string }, use: (target: Target) => Promise<T>): Promise<T> {
  return withStore(options, async (access) => use(await tableTarget(access, access.store, options)));
}
