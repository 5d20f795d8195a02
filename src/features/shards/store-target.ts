import { setTimeout as wait } from 'node:timers/promises';
import type { Sha256 } from '../../core/brand.ts';
import { CutoverError, type ErrorCode } from '../../core/errors.ts';
import { sha256Json } from '../../core/hash.ts';
import type { CorpusIndex } from '../../dataset/corpus-index.ts';
import { dealer } from '../../embed/cache/shard.ts';
import { standingOf } from '../../live/ledger/states.ts';
import { backfill } from '../../live/migrate/backfill.ts';
import { completenessOf } from '../../live/migrate/checks.ts';
import { Filler, GENTLE } from '../../live/migrate/columns/filler.ts';
import { type OpenVersion, type StoreAccess, type StoreOptions, withStore } from '../../live/store-access.ts';
import type { AnyStore } from '../../live/stores/adapter.ts';
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

/** Each shard reads the corpus once more, for its texts. */
const MOST_SHARDS = 100;

/** The documents of one version into a store that serves: the backfill of a migration, by many hands. */
export function withStoreTarget<T>(options: StoreOptions & { readonly to: string }, use: (target: Target) => Promise<T>): Promise<T> {
  return withStore(options, async (access) => {
    if (access.store.layout === 'columns') return use(await tableTarget(access, access.store, options));
    const corpus = await access.corpus();
    const version = await access.version(options.to);
    const idsIn = dealer([...corpus.ids()], (id) => corpus.hashOf(id));
    return use({
      inputs: { corpus: hashOf(corpus), new: version.embedder.version.cacheKey, target: access.store.title },
      sizes: new Map([['new', corpus.size]]),
      mostShards: MOST_SHARDS,
      title: access.store.title,
      admit: () => afterOthers(options, () => admit(access, version, options)),
      lacking: () =>
        afterOthers(options, async () => {
          const { missing, stale } = await completenessOf(access, version.tag);
          return missing.length + stale.length;
        }),
      fill: ({ shard }, lease) => {
        const held = { ...options, signal: AbortSignal.any([options.signal, lease.signal]) };
        return afterOthers(held, async () => {
          await admit(access, version, options);
          return fill({ access, store: access.store, version, wanted: new Map(idsIn(shard).map((id) => [id, corpus.hashOf(id)])) }, held);
        });
      },
    });
  });
}

/** What a store of files says while another worker writes to it. */
const BUSY: ReadonlySet<ErrorCode> = new Set(['LEDGER_LOCKED', 'STORE_CHANGED']);
/** Milliseconds to wait for others: much longer than a shard takes to write. */
const WAIT_MS = 60_000;

/** Does it again while others write; what is there already is not written twice. */
async function afterOthers<T>({ clock, signal }: Pick<StoreOptions, 'clock' | 'signal'>, work: () => Promise<T>): Promise<T> {
  for (const until = clock() + WAIT_MS; ; ) {
    try {
      return await work();
    } catch (error) {
      const isBusy = error instanceof CutoverError && BUSY.has(error.code);
      if (!isBusy || signal.aborted || clock() >= until) throw error;
      // Not all at the same moment again.
      await wait(50 + 450 * Math.random(), undefined, { signal }).catch(() => undefined);
    }
  }
}

function hashOf(corpus: CorpusIndex): string {
  return sha256Json([...corpus.ids()].sort().map((id) => [id, corpus.hashOf(id)]));
}

async function fill(
  {
    access,
    store,
    version,
    wanted,
  }: { readonly access: StoreAccess; readonly store: AnyStore; readonly version: OpenVersion; readonly wanted: Map<string, Sha256 | null> },
  options: StoreOptions,
): Promise<number> {
  const documents = wanted.size;
  if (documents === 0) return 0;
  for await (const { ids, textHashes } of access.store.read({ tag: version.tag, ids: [...wanted.keys()], vectors: false }))
    for (const [row, id] of ids.entries()) if (wanted.get(id) === textHashes[row]) wanted.delete(id);
  const missing = [...wanted.keys()].sort();
  if (store.layout === 'columns') throw new TypeError('A table is filled by the rows that it has.');
  await backfill(access, store, version, { missing, stale: [], documents, rows: 0, counts: new Map() }, options);
  return missing.length;
}
