import type { ResolvedVersion, Role, VersionSpec } from '../model/version.ts';
import { openPool, type Pool } from '../system/workers/pool.ts';
import type { EmbedResult, EmbedTask } from './embed-task.ts';
import type { EmbeddedText, Embedder, EmbedderContext, KeptDimensions, TextItem } from './embedder.ts';
import type { ModelVersion } from './models/transformers-version.ts';

const LARGEST = 16;
/** What is left is shared out as if each worker were to come back so many times. */
const TURNS = 8;

/**
 * Cuts a list of texts into tasks for a pool: longest texts first over all, at most 16 a task, and fewer the fewer texts are left, so
 * that no worker is left with much at the end.
 * Source: Polychronopoulos & Kuck 1987, guided self-scheduling, doi:10.1109/TC.1987.5009495
 * @returns indexes into `items`, each once
 */
export function groupByLength(items: readonly TextItem[], workers: number): number[][] {
  const order = items.map((_, index) => index).sort((a, b) => lengthOf(items, b) - lengthOf(items, a) || a - b);
  const groups: number[][] = [];
  for (let start = 0; start < order.length; ) {
    const size = Math.min(LARGEST, Math.ceil((order.length - start) / (workers * TURNS)));
    groups.push(order.slice(start, start + size));
    start += size;
  }
  return groups;
}

function lengthOf(items: readonly TextItem[], index: number): number {
  return items[index]?.text.length ?? 0;
}

/** Up to so many texts take less time than a second worker takes to load the model. */
const FEW = 12;

type ModelPool = Pool<EmbedTask, EmbedResult>;

/**
 * An embedder whose model runs in a pool of workers, one single-threaded session each; the pool starts with the first text.
 * @param resolve finds and hashes what decides the vectors of a version
 */
export async function pooledEmbedder(
  worker: URL,
  resolve: (spec: VersionSpec) => Promise<ModelVersion>,
  spec: VersionSpec,
  { workers }: Pick<EmbedderContext, 'workers'>,
): Promise<Embedder> {
  const { version, use } = await resolve(spec);
  let pool: ModelPool | null = null;
  let closed = false;
  const opened = (): ModelPool => {
    pool ??= openPool(worker, { workers, workerData: use });
    return pool;
  };
  const poolFor = (items: readonly TextItem[]): ModelPool | null => {
    if (closed) throw new Error(`The embedder of ${version.id} is closed.`);
    return items.length === 0 ? null : opened();
  };
  return {
    ...embeds(poolFor, version, workers, { prefixes: use.prefixes }),
    variant: async (other) => {
      const found = await resolve(other);
      if (!isSameModel(found, { version, use })) return null;
      return { ...embeds(poolFor, found.version, workers, { prefixes: found.use.prefixes, use: found.use }), close: async () => undefined };
    },
    close: async () => {
      closed = true;
      await pool?.close();
    },
  };
}

/** Whether one session serves both: the same files, run alike up to what the graph puts out. */
function isSameModel(one: ModelVersion, other: ModelVersion): boolean {
  const loadedBy = ({ use: { folder, weights, dtype, steps }, version: { decides } }: ModelVersion) =>
    JSON.stringify([folder, weights, dtype, steps, decides.weights, decides.tokenizer]);
  return loadedBy(one) === loadedBy(other);
}

/** Settings of a version; `use` is sent where the pool was started for another one of the same model. */
type Settings = Pick<VersionSpec, 'prefixes'> & Pick<EmbedTask, 'use'>;

function embeds(
  poolFor: (items: readonly TextItem[]) => ModelPool | null,
  version: ResolvedVersion,
  workers: number,
  { prefixes, use }: Settings,
): Pick<Embedder, 'version' | 'embed' | 'embedTogether'> {
  return {
    version,
    embed: async function* (items, role, signal, cuts) {
      const pool = poolFor(items);
      if (pool === null) return;
      const run = (group: readonly number[], stop: AbortSignal) =>
        runGroup(pool, group, items, { role, prefix: prefixes[role], stop, cuts, use });
      const few = items.length <= FEW;
      const groups = groupByLength(items, few ? 1 : workers);
      for await (const results of inFlight(groups, few ? 1 : workers * 2, run, signal)) yield* results;
    },
    embedTogether: async (items, role, signal) => {
      const pool = poolFor(items);
      if (pool === null) return [];
      return runGroup(pool, [...items.keys()], items, { role, prefix: prefixes[role], stop: signal, together: true, use });
    },
  };
}

interface GroupOptions {
  readonly role: Role;
  readonly prefix: string;
  readonly stop: AbortSignal | undefined;
  readonly together?: boolean;
  readonly cuts?: readonly KeptDimensions[] | undefined;
  readonly use?: EmbedTask['use'];
}

async function runGroup(
  pool: Pool<EmbedTask, EmbedResult>,
  group: readonly number[],
  items: readonly TextItem[],
  { role, prefix, stop, together = false, cuts, use }: GroupOptions,
): Promise<EmbeddedText[]> {
  const chosen = group.flatMap((index) => items[index] ?? []);
  const task = {
    role,
    ids: chosen.map(({ id }) => id),
    texts: chosen.map(({ text }) => prefix + text),
    together,
    ...(use === undefined ? {} : { use }),
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

/**
 * Runs tasks with a bounded number under way, and yields results as they come. Nothing new starts while the consumer
 * is busy with a result, so memory stays flat; what is under way goes on. Leaving the loop stops what is under way.
 *
 * @param run gets a signal that fires when the caller's does, or when the loop is left
 * @throws what `run` throws, after the rest has been stopped.
 */
export async function* inFlight<Task, Result>(
  tasks: Iterable<Task>,
  limit: number,
  run: (task: Task, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const left = new AbortController();
  const either = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const waiting = tasks[Symbol.iterator]();
  const running = new Map<number, Promise<{ key: number; result: Result }>>();
  let started = 0;
  const fill = (): void => {
    while (running.size < limit) {
      const next = waiting.next();
      if (next.done) return;
      const key = started++;
      const task = run(next.value, either).then((result) => ({ key, result }));
      // A failure while the consumer is busy is thrown when it comes back, not as an unhandled one.
      task.catch(() => undefined);
      running.set(key, task);
    }
  };
  try {
    for (fill(); running.size > 0; ) {
      const { key, result } = await Promise.race(running.values());
      running.delete(key);
      fill();
      yield result;
    }
  } finally {
    left.abort();
    await Promise.allSettled(running.values());
  }
}
