import { CutoverError } from '../../core/errors.ts';
import { connectionFrom } from '../../databases/connection-string.ts';
import { openJobQueue, TITLE } from '../../databases/job-queue.ts';
import type { JobCounts, JobQueue, QueueInputs, ShardJob } from '../../databases/jobs.ts';
import type { StageOptions } from '../../project/workspace.ts';
import { withCacheTarget } from './cache-target.ts';
import { withStoreTarget } from './store-target.ts';
import type { Target } from './target.ts';

/** Which queue, and where it is. */
export interface QueueChoice extends StageOptions {
  /** Environment variable that holds the connection string. */
  readonly urlFrom: string;
  /** Schema of the queue's tables. */
  readonly schema: string;
  /** A name under `stores:` that the vectors go to; null for the cache. */
  readonly store: string | null;
  /** The version that goes into the store. */
  readonly to: string;
  readonly leaseSeconds: number;
  /** ISO time of now. */
  readonly now: () => string;
}

/** Texts of one shard, about. */
const SHARD_TEXTS = 512;

export interface QueueStatus {
  readonly queue: string;
  readonly inputs: QueueInputs;
  readonly counts: JobCounts | null;
  readonly failures: readonly string[];
}

/** Opens target and queue, and closes both whatever happens. */
export function withQueue<T>(choice: QueueChoice, use: (target: Target, queue: JobQueue) => Promise<T>): Promise<T> {
  const run = async (target: Target): Promise<T> => {
    const queue = await openJobQueue({
      connection: connectionFrom(choice.env, choice.urlFrom, TITLE),
      schema: choice.schema,
      leaseSeconds: choice.leaseSeconds,
      inputs: target.inputs,
    });
    try {
      return await use(target, queue);
    } finally {
      await queue.close();
    }
  };
  return choice.store === null ? withCacheTarget(choice, run) : withStoreTarget({ ...choice, store: choice.store }, run);
}

/**
 * `queue start`: one job a shard of each side. Where the queue was filled before, nothing changes.
 * @throws CutoverError MIGRATION_REFUSED, QUEUE_OUTLIVED
 * @param shards of each side; by {@link SHARD_TEXTS} and {@link Target.mostShards} unless given
 */
export function startQueue(choice: QueueChoice, shards: number | null): Promise<QueueStatus> {
  return withQueue(choice, async (target, queue) => {
    await target.admit();
    const jobs: ShardJob[] = [...target.sizes].flatMap(([side, texts]) => {
      const count = shards ?? Math.min(target.mostShards, Math.max(1, Math.ceil(texts / SHARD_TEXTS)));
      return Array.from({ length: count }, (_, i) => ({ side, shard: { index: i + 1, count } }));
    });
    const filled = await queue.fill(jobs);
    if (!filled) await requireVectors(target, queue);
    choice.console.info(filled ? `queue     ${jobs.length} shards wait` : 'queue     was filled before; nothing changed');
    return statusOf(target, queue);
  });
}

/** `queue status`. */
export function queueStatus(choice: QueueChoice): Promise<QueueStatus> {
  return withQueue(choice, statusOf);
}

/** `queue drop`: forgets the jobs; vectors stay. */
export function dropQueue(choice: QueueChoice): Promise<QueueStatus> {
  return withQueue(choice, async (target, queue) => {
    if ((await queue.counts()) !== null) await queue.drop();
    return statusOf(target, queue);
  });
}

async function statusOf(target: Target, queue: JobQueue): Promise<QueueStatus> {
  const counts = await queue.counts();
  return { queue: queue.title, inputs: target.inputs, counts, failures: counts === null ? [] : await queue.failures() };
}

/**
 * Where every shard is done, no vector may be lacking: jobs outlive what was made by them.
 * @throws CutoverError QUEUE_OUTLIVED
 */
export async function requireVectors(target: Target, queue: JobQueue): Promise<void> {
  const counts = await queue.counts();
  if (counts === null || counts.waiting + counts.active + counts.failed > 0) return;
  const lacking = await target.lacking();
  if (lacking > 0)
    throw new CutoverError('QUEUE_OUTLIVED', { queue: queue.title, shards: counts.done, count: lacking, target: target.title });
}

/** Why a worker finds nothing to take: no queue at all, or one of other inputs, and which. */
export async function requireFilled(target: Target, queue: JobQueue): Promise<void> {
  if ((await queue.counts()) !== null) return;
  const others = await queue.others();
  const related = others.find((inputs) => inputs.target === target.inputs.target);
  const key = related === undefined ? undefined : Object.keys(target.inputs).find((name) => related[name] !== target.inputs[name]);
  if (related === undefined || key === undefined) throw new CutoverError('QUEUE_MISSING', { queue: queue.title });
  const short = (value: string | number | undefined) => String(value ?? 'nothing').slice(0, 12);
  throw new CutoverError('QUEUE_FOREIGN', { queue: queue.title, key, found: short(related[key]), expected: short(target.inputs[key]) });
}
