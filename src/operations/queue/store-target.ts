import { sha256Json } from '../../artifact/hash.ts';
import type { ShardJob } from '../../contract/job-queue.ts';
import type { CorpusIndex } from '../../dataset/corpus-index.ts';
import { inShard } from '../../store/shard.ts';
import { backfill } from '../migrate/backfill.ts';
import { type OpenVersion, type StoreAccess, type StoreOptions, withStore } from '../store-access.ts';
import type { Lease } from './lease.ts';
import type { Target } from './target.ts';

/** The documents of one version into a store that serves: the backfill of a migration, by many hands. */
export function withStoreTarget<T>(options: StoreOptions & { readonly to: string }, use: (target: Target) => Promise<T>): Promise<T> {
  return withStore(options, async (access) => {
    const corpus = await access.corpus();
    const version = await access.version(options.to);
    return use({
      inputs: { corpus: hashOf(corpus), new: version.embedder.version.cacheKey, target: access.store.title },
      sizes: new Map([['new', corpus.size]]),
      fill: (job, lease) => fill({ access, version, corpus }, job, lease, options),
    });
  });
}

function hashOf(corpus: CorpusIndex): string {
  return sha256Json([...corpus.ids()].sort().map((id) => [id, corpus.hashOf(id)]));
}

async function fill(
  { access, version, corpus }: { readonly access: StoreAccess; readonly version: OpenVersion; readonly corpus: CorpusIndex },
  { shard }: ShardJob,
  lease: Lease,
  options: StoreOptions,
): Promise<number> {
  const wanted = new Map<string, string>();
  for (const id of corpus.ids()) {
    const hash = corpus.hashOf(id);
    if (hash !== null && inShard(hash, shard)) wanted.set(id, hash);
  }
  const documents = wanted.size;
  if (documents === 0) return 0;
  for await (const { ids, textHashes } of access.store.read({ tag: version.tag, ids: [...wanted.keys()], vectors: false }))
    for (const [row, id] of ids.entries()) if (wanted.get(id) === textHashes[row]) wanted.delete(id);
  const missing = [...wanted.keys()].sort();
  const signal = AbortSignal.any([options.signal, lease.signal]);
  await backfill(access, version, { missing, stale: [], documents, rows: 0, counts: new Map() }, { ...options, signal });
  return missing.length;
}
