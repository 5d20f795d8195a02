import type { ResolvedVersion, Role, VersionSpec } from '../model/version.ts';
import { openPool, type Pool } from '../system/workers/pool.ts';
import type { EmbedResult, EmbedTask } from './embed-task.ts';
import type { EmbeddedText, Embedder, EmbedderContext, KeptDimensions, TextItem } from './embedder.ts';
import { inFlight } from './in-flight.ts';
import type { ModelUse } from './models/transformers-version.ts';
import { groupByLength } from './text-groups.ts';

/** Up to so many texts take less time than a second worker takes to load the model. */
const FEW = 12;

/** An embedder whose model runs in a pool of workers, one single-threaded session each; the pool starts with the first text. */
export function pooledEmbedder(
  worker: URL,
  { version, use }: { readonly version: ResolvedVersion; readonly use: ModelUse },
  { prefixes }: Pick<VersionSpec, 'prefixes'>,
  { workers }: Pick<EmbedderContext, 'workers'>,
): Embedder {
  let pool: Pool<EmbedTask, EmbedResult> | null = null;
  let closed = false;
  const opened = (): Pool<EmbedTask, EmbedResult> => {
    if (closed) throw new Error(`The embedder of ${version.id} is closed.`);
    pool ??= openPool(worker, { workers, workerData: use });
    return pool;
  };
  return {
    version,
    embed: async function* (items, role, signal, cuts) {
      if (items.length === 0 && !closed) return;
      const open = opened();
      const run = (group: readonly number[], stop: AbortSignal) =>
        runGroup(open, group, items, { role, prefix: prefixes[role], stop, cuts });
      const few = items.length <= FEW;
      const groups = groupByLength(items, few ? 1 : workers);
      for await (const results of inFlight(groups, few ? 1 : workers * 2, run, signal)) yield* results;
    },
    embedTogether: async (items, role, signal) => {
      if (items.length === 0) return [];
      return runGroup(opened(), [...items.keys()], items, { role, prefix: prefixes[role], stop: signal, together: true });
    },
    close: async () => {
      closed = true;
      await pool?.close();
    },
  };
}

interface GroupOptions {
  readonly role: Role;
  readonly prefix: string;
  readonly stop: AbortSignal | undefined;
  readonly together?: boolean;
  readonly cuts?: readonly KeptDimensions[] | undefined;
}

async function runGroup(
  pool: Pool<EmbedTask, EmbedResult>,
  group: readonly number[],
  items: readonly TextItem[],
  { role, prefix, stop, together = false, cuts }: GroupOptions,
): Promise<EmbeddedText[]> {
  const chosen = group.flatMap((index) => items[index] ?? []);
  const task = {
    role,
    ids: chosen.map(({ id }) => id),
    texts: chosen.map(({ text }) => prefix + text),
    together,
    ...(cuts === undefined ? {} : { cuts }),
  };
  const { vectors, cuts: cut, tokenCounts, truncated } = await pool.run(task, { signal: stop });
  return vectors.map((vector, i) => ({
    index: group[i] ?? -1,
    vector,
    tokenCount: tokenCounts[i] ?? null,
    truncated: truncated[i] === true,
    ...(cuts === undefined ? {} : { cuts: cut[i] ?? [] }),
  }));
}
