import type { Shard } from '../model/vectors.ts';
import type { Side } from '../model/version.ts';

/** One shard of one side's texts, to be embedded by whoever takes it. */
export interface ShardJob {
  readonly side: Side;
  readonly shard: Shard;
}

/** A job that this process holds until its lease runs out. */
export interface TakenJob extends ShardJob {
  readonly id: string;
  /** Of this taking: whoever takes the job after it gets another one. */
  readonly lease: string;
}

/** Jobs by state. */
export interface JobCounts {
  readonly waiting: number;
  readonly active: number;
  readonly done: number;
  readonly failed: number;
}

/** What the jobs of a queue were made from: a worker that sees anything else must not take one. */
export type QueueInputs = Readonly<Record<string, string | number>>;

/**
 * Jobs that any number of processes on any machines share. Leases are counted by the database's clock alone.
 * Every method throws CutoverError STORE_UNREACHABLE, STORE_LOGIN_REFUSED, STORE_FORBIDDEN or STORE_STATEMENT_FAILED.
 */
export interface JobQueue {
  readonly title: string;
  /** Seconds that a job stays with the process that took it, counted from its last heartbeat. */
  readonly leaseSeconds: number;
  /** Fills an empty queue. @returns false, and nothing is changed, where there are jobs already */
  fill(jobs: readonly ShardJob[]): Promise<boolean>;
  /** A job that waits, or one whose lease has run out; null when there is none at the moment. */
  take(): Promise<TakenJob | null>;
  /** Renews the lease. @returns false when the job is no longer this process's */
  beat(job: TakenJob): Promise<boolean>;
  complete(job: TakenJob): Promise<void>;
  /** Gives a job back as it was taken: whoever held it was stopped. */
  release(job: TakenJob): Promise<void>;
  /** Gives a job back that could not be done, to be tried again later, or for good after too many failures. */
  fail(job: TakenJob, reason: string): Promise<void>;
  /** null where the queue was never filled. */
  counts(): Promise<JobCounts | null>;
  /** Why jobs failed for good, each reason once. */
  failures(): Promise<readonly string[]>;
  /** What the other queues in the same database were made from, newest first. */
  others(): Promise<readonly QueueInputs[]>;
  /** Deletes the queue with all its jobs. */
  drop(): Promise<void>;
  close(): Promise<void>;
}
