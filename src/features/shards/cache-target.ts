import { CutoverError } from '../../core/errors.ts';
import type { ShardJob } from '../../databases/jobs.ts';
import { dealer } from '../../embed/cache/shard.ts';
import type { VectorStore } from '../../embed/cache/vector-store.ts';
import type { Shard } from '../../model/vectors.ts';
import { type Role, SIDES, type Side } from '../../model/version.ts';
import { openStore, type Text, textsOf } from '../../project/vectors.ts';
import { type StageOptions, type Workspace, withWorkspace } from '../../project/workspace.ts';
import { missingOf, ROLES } from '../../run/embed.ts';
import { inputsOf, partsOf } from '../../run/freshness.ts';
import type { Lease } from './lease.ts';
import type { Target } from './target.ts';

const MOST_SHARDS = 10_000;

/** Both sides of an evaluation, into its cache: a folder that all workers share. */
export function withCacheTarget<T>(options: StageOptions, use: (target: Target) => Promise<T>): Promise<T> {
  return withWorkspace(options, (workspace) => {
    const filler = new CacheFiller(workspace);
    return use({
      inputs: { ...inputsOf('embed', partsOf(workspace)), target: 'cache' },
      sizes: new Map(SIDES.map((side) => [side, filler.texts])),
      mostShards: MOST_SHARDS,
      title: workspace.config.cache,
      admit: async () => undefined,
      lacking: () => filler.lacking(),
      fill: (job, lease) => filler.fill(job, lease),
    });
  });
}

/** Shards of texts, one after the other, into the stores of both sides: work for a shard is that of its texts, whatever the corpus. */
class CacheFiller {
  /** Of both roles together. */
  readonly texts: number;
  readonly #workspace: Workspace;
  readonly #textsIn: Readonly<Record<Role, (shard: Shard) => readonly Text[]>>;
  readonly #stores = new Map<Side, VectorStore>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.texts = ROLES.reduce((sum, role) => sum + textsOf(workspace, role).length, 0);
    const dealt = (role: Role) => dealer(textsOf(workspace, role), ({ textHash }) => textHash);
    this.#textsIn = { document: dealt('document'), query: dealt('query') };
  }

  async fill({ side, shard }: ShardJob, lease: Lease): Promise<number> {
    const store = await this.#store(side);
    let written = 0;
    try {
      for (const role of ROLES) {
        const todo = missingOf(this.#textsIn[role](shard), store, role);
        if (todo.length > 0) written += await embedTexts(this.#workspace, { side, role, todo }, store, lease);
      }
    } finally {
      // It may hold rows that somebody else writes now.
      if (!lease.holds()) this.#stores.delete(side);
    }
    return written;
  }

  async lacking(): Promise<number> {
    let count = 0;
    for (const side of SIDES) {
      const store = await openStore(this.#workspace, side);
      for (const role of ROLES) count += missingOf(textsOf(this.#workspace, role), store, role).length;
    }
    return count;
  }

  async #store(side: Side): Promise<VectorStore> {
    const open = this.#stores.get(side);
    // Another worker may have left a part of the shard.
    await open?.refresh();
    const store = open ?? (await openStore(this.#workspace, side));
    this.#stores.set(side, store);
    return store;
  }
}

async function embedTexts(
  { embedders, signal }: Workspace,
  { side, role, todo }: { readonly side: Side; readonly role: Role; readonly todo: readonly Text[] },
  store: VectorStore,
  lease: Lease,
): Promise<number> {
  const { embed, tag } = { embed: embedders[side], tag: embedders[side].version.fingerprint };
  let written = 0;
  try {
    for await (const { index, ...embedded } of embed.embed(todo, role, AbortSignal.any([signal, lease.signal]))) {
      const text = todo[index];
      if (text === undefined) throw new RangeError(`The embedder answered for text ${index} of ${todo.length}.`);
      if (signal.aborted || !lease.holds()) throw new CutoverError('INTERRUPTED', {});
      await store.append({ id: text.id, role, textHash: text.textHash, tag, ...embedded });
      written++;
    }
  } finally {
    // What was made while the lease held is kept. After it, somebody else writes this shard.
    if (lease.holds()) await store.flush();
  }
  return written;
}
