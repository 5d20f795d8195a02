import type { QueueInputs, ShardJob } from '../../databases/jobs.ts';
import type { Side } from '../../model/version.ts';
import type { Lease } from './lease.ts';

/** Where the vectors of a queue go. */
export interface Target {
  /** What they are made from. Workers find the queue by it. */
  readonly inputs: QueueInputs;
  /** Sides that are embedded, each with how many texts it has. */
  readonly sizes: ReadonlyMap<Side, number>;
  /** Of each side, unless asked for more. */
  readonly mostShards: number;
  /** What an error calls it. */
  readonly title: string;
  /** Looks whether vectors may be written now. @throws CutoverError MIGRATION_REFUSED */
  admit(): Promise<void>;
  /** How many texts have no vector there, over all sides. */
  lacking(): Promise<number>;
  /** Writes what is still missing of a shard, as long as the lease holds. @returns how many vectors were written */
  fill(job: ShardJob, lease: Lease): Promise<number>;
}
