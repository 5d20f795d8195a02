import { setTimeout as wait } from 'node:timers/promises';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import type { JobQueue, TakenJob } from '../../databases/jobs.ts';
import { Lease } from './lease.ts';
import { type QueueChoice, requireFilled, requireVectors, withQueue } from './queue.ts';
import type { Target } from './target.ts';

/** Milliseconds between two looks at a queue in which nothing waits but something is under way elsewhere. */
const POLL = 1000;
/** Shards in a row that may fail before the fault is this worker's. */
const PATIENCE = 3;

/** What one worker did. */
export interface WorkSummary {
  readonly shards: number;
  readonly vectors: number;
  /** Shards whose lease ran out here: others have them. */
  readonly lost: number;
}

/**
 * `worker`: takes shards until none is left, of whatever worker's death. A worker with other weights, data or another version
 * of this tool finds no queue and says which of them differs.
 * @throws CutoverError QUEUE_MISSING, QUEUE_FOREIGN, QUEUE_FAILED when shards failed for good, QUEUE_OUTLIVED when vectors are gone,
 *   MIGRATION_REFUSED, INTERRUPTED, and what broke this worker
 */
export function work(choice: QueueChoice): Promise<WorkSummary> {
  return withQueue(choice, async (target, queue) => {
    await target.admit();
    await requireFilled(target, queue);
    const worker = new Worker(choice, target, queue);
    while (await worker.step());
    const failures = await queue.failures();
    if (failures.length > 0) throw new CutoverError('QUEUE_FAILED', { queue: queue.title }, { details: failures });
    await requireVectors(target, queue);
    const { shards, vectors, lost } = worker;
    choice.console.info(`worker    ${shards} shards, ${vectors} vectors written here; the queue is done`);
    return { shards, vectors, lost };
  });
}

class Worker {
  shards = 0;
  vectors = 0;
  lost = 0;
  readonly #choice: QueueChoice;
  readonly #target: Target;
  readonly #queue: JobQueue;
  #failures = 0;

  constructor(choice: QueueChoice, target: Target, queue: JobQueue) {
    this.#choice = choice;
    this.#target = target;
    this.#queue = queue;
  }

  /** Takes one job, or waits a moment. @returns false when nothing is left */
  async step(): Promise<boolean> {
    const { clock, signal, console } = this.#choice;
    if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
    const asked = clock();
    const job = await this.#queue.take();
    const counts = await this.#queue.counts();
    if (job !== null) await this.#do(job, asked);
    else if (counts === null || counts.waiting + counts.active === 0) return false;
    else await wait(POLL, undefined, { signal }).catch(() => undefined);
    if (counts !== null) {
      const total = counts.waiting + counts.active + counts.done + counts.failed;
      console.progress({ task: 'embedding shards', done: Math.min(total, counts.done + (job === null ? 0 : 1)), total, unit: 'shards' });
    }
    return true;
  }

  async #do(job: TakenJob, asked: number): Promise<void> {
    const lease = new Lease(this.#queue, job, this.#choice.clock, asked);
    try {
      const vectors = await this.#target.fill(job, lease);
      if (!lease.holds()) throw new CutoverError('INTERRUPTED', {});
      await this.#queue.complete(job);
      this.vectors += vectors;
      this.shards++;
      this.#failures = 0;
    } catch (error) {
      await this.#failed(job, lease, error);
    } finally {
      lease.end();
    }
  }

  async #failed(job: TakenJob, lease: Lease, error: unknown): Promise<void> {
    if (!this.#choice.signal.aborted && !lease.holds()) {
      this.lost++;
      return;
    }
    if (this.#choice.signal.aborted) {
      await this.#queue.release(job);
      throw error;
    }
    await this.#queue.fail(job, reasonOf(error));
    if (++this.#failures >= PATIENCE) throw error;
    this.#choice.console.warn(`shard ${job.shard.index}/${job.shard.count} failed and goes back: ${reasonOf(error)}`);
  }
}
