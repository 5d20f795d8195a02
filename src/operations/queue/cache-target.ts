import type { ShardJob } from '../../contract/job-queue.ts';
import type { Role, Side } from '../../contract/version.ts';
import { CutoverError } from '../../errors.ts';
import { missingTexts, ROLES } from '../../stages/embed.ts';
import { embedInputs } from '../../stages/inputs.ts';
import { openStore, type Text, textsOf } from '../../stages/vectors.ts';
import { SIDES, type StageOptions, type Workspace, withWorkspace } from '../../stages/workspace.ts';
import { inShard } from '../../store/shard.ts';
import type { Lease } from './lease.ts';
import type { Target } from './target.ts';

/** Both sides of an evaluation, into its cache: a folder that all workers share. */
export function withCacheTarget<T>(options: StageOptions, use: (target: Target) => Promise<T>): Promise<T> {
  return withWorkspace(options, (workspace) => {
    const size = ROLES.reduce((sum, role) => sum + textsOf(workspace, role).length, 0);
    return use({
      inputs: { ...embedInputs(workspace), target: 'cache' },
      sizes: new Map(SIDES.map((side) => [side, size])),
      fill: (job, lease) => fill(workspace, job, lease),
    });
  });
}

async function fill(workspace: Workspace, { side, shard }: ShardJob, lease: Lease): Promise<number> {
  // Opened for every shard: another worker may have left a part of it.
  const store = await openStore(workspace, side);
  let written = 0;
  for (const role of ROLES) {
    const todo = missingTexts(workspace, store, role).filter(({ textHash }) => inShard(textHash, shard));
    if (todo.length === 0) continue;
    written += await embedTexts(workspace, { side, role, todo }, store, lease);
  }
  return written;
}

async function embedTexts(
  { embedders, signal }: Workspace,
  { side, role, todo }: { readonly side: Side; readonly role: Role; readonly todo: readonly Text[] },
  store: Awaited<ReturnType<typeof openStore>>,
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
