import { randomUUID } from 'node:crypto';
import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import { isOver, type Standing, standingOf } from '../ledger/states.ts';
import type { OpenVersion, StoreAccess, StoreOptions } from '../store-access.ts';
import type { RowStore } from '../stores/live-store.ts';
import { snapshotOf } from '../stores/snapshot.ts';
import { backfill } from './backfill.ts';
import type { Book } from './book.ts';
import { completenessOf, refused, some } from './checks.ts';
import { falseVectors } from './claimed.ts';

/** What every step works with where a document has a row of each version. */
export interface RowWork {
  readonly access: StoreAccess;
  readonly store: RowStore;
  readonly book: Book;
  readonly options: StoreOptions;
}

/** Registers the migration, then writes what the store lacks. */
export async function startRows(
  work: RowWork,
  request: { readonly to: string; readonly from: string | null; readonly byWorkers: boolean },
): Promise<void> {
  const { access, book } = work;
  const standing = await book.read();
  const to = await access.version(request.to);
  const open = standing.migration !== null && !isOver(standing.migration.state, 'rows') ? standing.migration : null;
  if (open !== null && open.state === 'cut-over')
    throw refused(
      'Start',
      `the migration to ${open.to.slice(0, 12)} is cut over and not yet retired`,
      'Retire it, or roll it back, first.',
    );
  if (open !== null && open.to !== to.tag)
    throw refused(
      'Start',
      `a migration to ${open.to.slice(0, 12)} is ${open.state}`,
      'Go on with it by `cutover migrate backfill`, or end it by `cutover migrate rollback`.',
    );
  const from = open?.from ?? standing.live ?? (await access.version(request.from ?? 'old')).tag;
  if (open === null) await register(work, standing, from, to);
  if (!request.byWorkers) await fillRows(work, to);
}

async function register({ access, book }: RowWork, standing: Standing, from: Fingerprint, to: OpenVersion): Promise<void> {
  if (from === to.tag) throw refused('Start', `${to.spec.id} is the version that is live already`, 'Name another one with --to.');
  const { ready } = await access.store.planTagging();
  if (!ready)
    throw refused(
      'Start',
      'the store has no column for tags, or no key for two versions of a document',
      'Run `cutover tag plan` and `cutover tag apply` first.',
    );
  const counts = await access.store.counts();
  const untagged = counts.get(null) ?? 0;
  if (untagged > 0)
    throw refused(
      'Start',
      `${untagged} rows have no tag`,
      'Run `cutover tag apply` first; what it leaves is of another version, or has no vector or text: write it again.',
    );
  const rows = counts.get(from) ?? 0;
  if (rows === 0)
    throw refused('Start', `no row is of ${from.slice(0, 12)}, the version to migrate from`, 'Check --from, and `cutover audit`.');
  await book.add(randomUUID(), 'registered', { from, to: to.tag, live: standing.live ?? from });
}

/** Embeds what the store lacks, new and changed documents too. */
export async function fillRows({ access, store, book, options }: RowWork, to: OpenVersion): Promise<void> {
  const { migration, live } = standingOf(book.entries);
  if (migration === null) throw new TypeError('A migration was registered just now.');
  const facts = { from: migration.from, to: to.tag, live };
  const before = await completenessOf(access, to.tag);
  if (before.missing.length + before.stale.length > 0) {
    if (migration.state === 'registered') await book.add(migration.id, 'backfilling', facts);
    await backfill(access, store, to, before, options);
  }
  const after = await completenessOf(access, to.tag);
  if (after.missing.length + after.stale.length > 0)
    throw refused(
      'Backfill',
      `${some([...after.missing, ...after.stale], 'document')} are not in the store after it`,
      'Run it again; if that does not help, something else writes to the store.',
    );
  const { migration: now } = standingOf(book.entries);
  if (now !== null && (now.state === 'registered' || now.state === 'backfilling')) await book.add(now.id, 'backfilled', facts);
}

/** What speaks against going back: lost documents, changed rows, tags that are false. */
async function whyNotBack({ access, options }: RowWork, migration: NonNullable<Standing['migration']>): Promise<string[]> {
  const from = migration.from as Fingerprint;
  const reasons: string[] = [];
  const now = await completenessOf(access, from);
  if (now.missing.length > 0) reasons.push(`${some(now.missing, 'document')} would be lost: the old version has no vector of them`);
  if (now.stale.length > 0) reasons.push(`${some(now.stale, 'document')} changed since the old version embedded them`);
  const cutOver = migration.entries.findLast(({ event }) => event.type === 'migration' && event.state === 'cut-over');
  const was = cutOver?.snapshot.tags[from];
  if (was === undefined) reasons.push('the ledger has no snapshot of the old vectors');
  else reasons.push(...(await changedSince(access, from, was)));
  return [...reasons, ...(await falseVectors(access, from, 'current', options))];
}

/** Rows that came since cutover are allowed; those that were live then must be what they were. */
async function changedSince(
  { store }: StoreAccess,
  tag: Fingerprint,
  was: { readonly rows: number; readonly hash: Sha256 },
): Promise<string[]> {
  const is = (await snapshotOf(store, (own) => own === tag)).tags[tag];
  if (is?.hash === was.hash) return [];
  if ((is?.rows ?? 0) < was.rows) return [`${was.rows - (is?.rows ?? 0)} old rows are gone that were live before the cutover`];
  if (is !== undefined && is.rows > was.rows) return [];
  return ['old rows are not what they were before the cutover (same number, other content)'];
}

/** Back to the old version, or the end of a migration that was never cut over. */
export async function rollbackRows(
  work: RowWork,
  { force, reason }: { readonly force: boolean; readonly reason: string | null },
): Promise<void> {
  const { book } = work;
  const { migration, live } = await book.read();
  if (migration === null || isOver(migration.state, 'rows'))
    throw refused(
      'Rollback',
      migration?.state === 'retired' ? 'the old vectors were deleted when the migration was retired' : 'no migration is under way',
      'Start a migration back to the old version.',
    );
  const { from, to, state, id } = migration;
  if (from === null) throw refused('Rollback', 'there is no version to go back to', 'Start a migration to one.');
  const reasons = state === 'cut-over' ? await whyNotBack(work, migration) : [];
  if (reasons.length > 0 && !force)
    throw refused(
      'Rollback',
      reasons.join('; '),
      'Write what is missing under the old version and try again, or take the loss with --force --reason.',
    );
  if (force && (reason ?? '').trim() === '')
    throw refused('Rollback', '--force needs a reason', 'Say why with --reason; the ledger keeps it.');
  const forced = force && reasons.length > 0;
  await book.add(id, 'rolled-back', { from, to, live: state === 'cut-over' ? from : live, forced, reason });
}

/** Deletes the old vectors; what an interrupted deletion left is deleted by the next one. @returns rows deleted */
export async function retireRows({ book, store }: RowWork): Promise<number> {
  const { migration } = await book.read();
  const from = migration?.from ?? null;
  const isInterrupted = migration?.state === 'retired' && from !== null && ((await store.counts()).get(from) ?? 0) > 0;
  if (migration === null || from === null || (migration.state !== 'cut-over' && !isInterrupted))
    throw refused(
      'Retire',
      `the migration is ${migration === null ? 'not there' : migration.state}`,
      'Only a migration that is cut over has old vectors to delete.',
    );
  // Written first, with what will be left: nobody goes back to half a version.
  if (!isInterrupted) {
    const snapshot = await snapshotOf(store, (tag) => tag !== from);
    await book.add(migration.id, 'retired', { from, to: migration.to, live: migration.to, snapshot });
  }
  return store.remove(from);
}
