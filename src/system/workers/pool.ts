import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { reviveError } from './messages.ts';
import { askToStop, sharedInteger, waitUntilIdle } from './stop-flags.ts';
import type { Answer, Errand } from './worker-entry.ts';
import { workerUrl } from './worker-url.ts';

/** Threads that run one worker file; a further one starts when all are busy, up to a number. */
export interface Pool<In, Out> {
  /**
   * Runs one task on the first free worker.
   * @throws what the worker's handler threw, a CutoverError with its code, message and next step; CutoverError
   *   WORKER_DIED when a worker ended or couldn't start; CutoverError INTERRUPTED on abort.
   */
  run(task: In, options?: TaskOptions): Promise<Out>;
  /** Asks the running tasks to stop, waits for them, ends the workers; safe to call twice. */
  close(): Promise<void>;
}

export interface TaskOptions {
  /** A waiting task is never begun; a running one is asked to stop (see `TaskHandler`). */
  readonly signal?: AbortSignal | undefined;
  readonly transferList?: readonly ArrayBuffer[];
}

export interface PoolOptions {
  /** At most so many threads. */
  readonly workers: number;
  /** What the worker file finds as `workerData` of `node:worker_threads`. */
  readonly workerData?: unknown;
}

/** How long the end of the process waits for running tasks, in milliseconds. */
const LAST_WAIT = 5000;

/**
 * Starts a pool. Once a worker has died, the pool is done for: tasks under way and later ones throw WORKER_DIED,
 * rather than wait for workers that may die of the same cause.
 *
 * @param worker compiled file (see {@link workerUrl}) whose default export is a `TaskHandler`; it may return `moved` buffers
 * @example
 * // square-worker.ts: export default async (task: number) => task * task;
 * const pool = openPool<number, number>(workerUrl(import.meta.url, './square-worker.ts'), { workers: 2 });
 * await pool.run(3); // 9
 */
export function openPool<In, Out>(worker: URL, options: PoolOptions): Pool<In, Out> {
  if (!Number.isInteger(options.workers) || options.workers < 1) {
    throw new RangeError(`A pool needs 1 worker or more, not ${options.workers}.`);
  }
  return new ThreadPool<In, Out>(worker, options);
}

class ThreadPool<In, Out> implements Pool<In, Out> {
  readonly #name: string;
  readonly #piscina: Promise<Piscina>;
  readonly #busy = sharedInteger();
  /** Stop flag → the task it belongs to, while that is waiting or running. */
  readonly #open = new Map<Int32Array, Promise<Answer>>();
  #death: CutoverError | null = null;
  #closed: Promise<void> | null = null;

  constructor(worker: URL, { workers, workerData }: PoolOptions) {
    this.#name = worker.pathname.slice(worker.pathname.lastIndexOf('/') + 1).replace(/\.[cm]?js$/, '');
    const filename = fileURLToPath(workerUrl(import.meta.url, './worker-entry.ts'));
    // A worker that has loaded its model is kept until the pool closes.
    const threads = { minThreads: 1, maxThreads: workers, idleTimeout: Number.POSITIVE_INFINITY };
    // Most commands start no thread, so none loads this before it does.
    this.#piscina = import('piscina').then((library) => {
      const piscina = new library.Piscina({ filename, ...threads, workerData, argv: [worker.href] });
      // A worker that dies between two tasks is told here only.
      piscina.on('error', (error: unknown) => this.#died(reasonOf(error), error));
      return piscina;
    });
    process.on('exit', this.#onExit);
  }

  async run(task: In, { signal, transferList = [] }: TaskOptions = {}): Promise<Out> {
    if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
    if (this.#death !== null) throw this.#death;
    if (this.#closed !== null) throw new Error(`The pool of ${this.#name} is closed.`);
    const stop = sharedInteger();
    const onAbort = (): void => askToStop(stop);
    signal?.addEventListener('abort', onAbort);
    try {
      return this.#resultOf(await this.#send({ task, stop, busy: this.#busy }, transferList), signal);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #send(errand: Errand, transferList: readonly ArrayBuffer[]): Promise<Answer> {
    const answer = this.#piscina.then((piscina) => piscina.run(errand, { transferList: [...transferList] })) as Promise<Answer>;
    this.#open.set(errand.stop, answer);
    try {
      return await answer;
    } catch (error) {
      throw this.#died(reasonOf(error), error);
    } finally {
      this.#open.delete(errand.stop);
    }
  }

  #resultOf(answer: Answer, signal: AbortSignal | undefined): Out {
    if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
    if (answer.kind === 'death') throw this.#died(answer.reason);
    if (answer.kind === 'value') return answer.value as Out;
    throw this.#death ?? reviveError(answer.error);
  }

  #died(reason: string, cause?: unknown): CutoverError {
    this.#death ??= new CutoverError('WORKER_DIED', { worker: this.#name, reason }, { cause });
    void this.close();
    return this.#death;
  }

  async #end(): Promise<void> {
    for (const stop of this.#open.keys()) askToStop(stop);
    await Promise.allSettled(this.#open.values());
    await (await this.#piscina).destroy();
    process.off('exit', this.#onExit);
  }

  /** `process.exit` ends workers wherever they are, and one inside native code would take the exit code with it. */
  readonly #onExit = (): void => {
    for (const stop of this.#open.keys()) askToStop(stop);
    waitUntilIdle(this.#busy, LAST_WAIT);
  };
}
