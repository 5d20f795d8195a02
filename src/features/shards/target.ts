import type { QueueInputs, ShardJob } from '../../databases/jobs.ts';
import { standingOf } from '../../live/ledger/states.ts';
import { openMigration, refused } from '../../live/migrate/checks.ts';
import type { OpenVersion, StoreAccess } from '../../live/store-access.ts';
import type { Side } from '../../model/version.ts';
import { readLedger } from '../../proof/chain.ts';
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

/** A version's vectors come into a store that serves by a migration alone: without one, two spaces would be searched as one. */
export async function admit(
  { store }: StoreAccess,
  { tag, spec }: OpenVersion,
  { store: name, to }: { store: string; to: string },
): Promise<void> {
  // A table that isn't there is named as such.
  await store.planTagging();
  const migration = openMigration(
    'Writing by workers',
    standingOf(await readLedger(store.ledger, store.title)),
    `Register one with \`cutover migrate start ${name} --to ${to} --by-workers\`.`,
  );
  if (migration.to !== tag)
    throw refused(
      'Writing by workers',
      `${spec.id} is not the version that is migrated to, which is ${migration.to.slice(0, 12)}`,
      'Name that one with --to.',
    );
}
