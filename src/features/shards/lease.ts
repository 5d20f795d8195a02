import type { JobQueue, TakenJob } from '../../databases/jobs.ts';

/** Heartbeats a lease: one may be lost, and one late, before it runs out. */
const BEATS = 3;

/**
 * A job held by this process. Renews the lease while it works, and knows by a monotonic clock when it may be another's already:
 * counted from before each heartbeat was sent, so that this side ends first, whatever the clocks of the machines say.
 */
export class Lease {
  readonly #queue: JobQueue;
  readonly #job: TakenJob;
  readonly #clock: () => number;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #until: number;

  /** @param since milliseconds of `clock` before the job was asked for */
  constructor(queue: JobQueue, job: TakenJob, clock: () => number, since: number) {
    this.#queue = queue;
    this.#job = job;
    this.#clock = clock;
    this.#until = since + queue.leaseSeconds * 1000;
    this.#timer = setInterval(() => void this.#beat(), (queue.leaseSeconds * 1000) / BEATS);
  }

  /** Aborts once the lease is lost. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Whether nobody else can have the job. Asked before anything is written. */
  holds(): boolean {
    if (this.#clock() >= this.#until) this.#lost.abort();
    return !this.#lost.signal.aborted;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    const sent = this.#clock();
    try {
      if (await this.#queue.beat(this.#job)) this.#until = sent + this.#queue.leaseSeconds * 1000;
      else this.#lost.abort();
    } catch {
      // The database doesn't answer: the lease runs on until its end.
      this.holds();
    }
  }
}
