import { standingOf } from '../../live/ledger/states.ts';
import { openMigration, refused } from '../../live/migrate/checks.ts';
import type { OpenVersion, StoreAccess } from '../../live/store-access.ts';
import { readLedger } from '../../proof/chain.ts';

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
    store.layout,
    `Register one with \`cutover migrate start ${name} --to ${to} --by-workers\`.`,
  );
  if (migration.to !== tag)
    throw refused(
      'Writing by workers',
      `${spec.id} is not the version that is migrated to, which is ${migration.to.slice(0, 12)}`,
      'Name that one with --to.',
    );
}
