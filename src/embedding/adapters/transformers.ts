import type { EmbeddedText, Embedder, EmbedderAdapter, TextItem } from '../../contract/embedder.ts';
import type { Role } from '../../contract/version.ts';
import { openPool, type Pool } from '../../runtime/pool.ts';
import { workerUrl } from '../../runtime/worker-url.ts';
import { inFlight } from '../in-flight.ts';
import { groupByLength } from '../text-groups.ts';
import { resolveTransformers } from '../transformers-version.ts';
import type { EmbedResult, EmbedTask } from '../transformers-worker.ts';

/** Real weights: the tokenizer of @xenova/transformers, and one single-threaded onnxruntime session a worker. */
export const transformers: EmbedderAdapter = {
  id: 'transformers',
  title: 'Transformer encoder (ONNX) on this machine',
  open: async (spec, context) => {
    const { version, use } = await resolveTransformers(spec, context);
    let pool: Pool<EmbedTask, EmbedResult> | null = null;
    let closed = false;
    const opened = (): Pool<EmbedTask, EmbedResult> => {
      if (closed) throw new Error(`The embedder of ${spec.id} is closed.`);
      pool ??= openPool(workerUrl(import.meta.url, '../transformers-worker.ts'), { workers: context.workers, workerData: use });
      return pool;
    };
    const embedder: Embedder = {
      version,
      embed: async function* (items, role, signal) {
        if (items.length === 0 && !closed) return;
        const workers = opened();
        const run = (group: readonly number[], stop: AbortSignal) =>
          runGroup(workers, group, items, { role, prefix: spec.prefixes[role], stop });
        for await (const results of inFlight(groupByLength(items, context.workers), context.workers * 2, run, signal)) yield* results;
      },
      embedTogether: async (items, role, signal) => {
        if (items.length === 0) return [];
        const options = { role, prefix: spec.prefixes[role], stop: signal, together: true };
        return runGroup(opened(), [...items.keys()], items, options);
      },
      close: async () => {
        closed = true;
        await pool?.close();
      },
    };
    return embedder;
  },
};

interface GroupOptions {
  readonly role: Role;
  readonly prefix: string;
  readonly stop: AbortSignal | undefined;
  readonly together?: boolean;
}

async function runGroup(
  pool: Pool<EmbedTask, EmbedResult>,
  group: readonly number[],
  items: readonly TextItem[],
  { role, prefix, stop, together = false }: GroupOptions,
): Promise<EmbeddedText[]> {
  const chosen = group.flatMap((index) => items[index] ?? []);
  const task = { role, ids: chosen.map(({ id }) => id), texts: chosen.map(({ text }) => prefix + text), together };
  const { vectors, tokenCounts, truncated } = await pool.run(task, { signal: stop });
  return vectors.map((vector, i) => ({
    index: group[i] ?? -1,
    vector,
    tokenCount: tokenCounts[i] ?? null,
    truncated: truncated[i] === true,
  }));
}
