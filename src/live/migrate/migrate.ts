import { randomUUID } from 'node:crypto';
import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import type { LedgerEntry, MigrationState } from '../../model/ledger.ts';
import { appendEntry, type Proposal, readLedger } from '../../proof/chain.ts';
import { attest } from '../attest/attest.ts';
import { isOver, mayFollow, type Standing, standingOf } from '../ledger/states.ts';
import { type OpenVersion, type StoreAccess, type StoreOptions, withStore } from '../store-access.ts';
import { snapshotOf, UNTAGGED } from '../stores/snapshot.ts';
import { failures, type VerifyCheck, type VerifyOptions, verifyCertificate } from '../verify.ts';
import { backfill } from './backfill.ts';
import { completenessOf, openMigration, refused, some } from './checks.ts';

/** Old rows embedded again before a rollback. */
const ROLLBACK_SAMPLE = 59;

/** Where a store stands. */
export interface MigrationStatus {
  readonly store: string;
  readonly live: Fingerprint | null;
  readonly migration: Omit<NonNullable<Standing['migration']>, 'entries'> | null;
  /** Rows by tag, counted from the store. */
  readonly tags: readonly { readonly tag: string | null; readonly name: string | null; readonly rows: number }[];
  /** Of the version that is migrated to; null without a migration. */
  readonly progress: { readonly done: number; readonly total: number; readonly stale: number } | null;
  readonly head: { readonly seq: number; readonly hash: Sha256 | null };
}

/** One migration's entries and the appending of more. */
class Book {
  readonly #access: StoreAccess;
  readonly #now: () => string;
  entries: readonly LedgerEntry[] = [];

  constructor(access: StoreAccess, now: () => string) {
    this.#access = access;
    this.#now = now;
  }

  async read(): Promise<Standing> {
    const { store } = this.#access;
    this.entries = await readLedger(store.ledger, store.title);
    return standingOf(this.entries);
  }

  async add(migration: string, state: MigrationState, proposal: Omit<Proposal, 'event' | 'snapshot'>): Promise<LedgerEntry> {
    const { store } = this.#access;
    const { migration: last } = standingOf(this.entries);
    if (state !== 'registered' && (last === null || last.id !== migration || !mayFollow(last.state, state)))
      throw new TypeError(`${state} does not follow ${last?.state ?? 'nothing'}.`);
    const entry = await appendEntry(
      store.ledger,
      store.title,
      this.entries,
      { ...proposal, event: { type: 'migration', migration, state }, snapshot: await snapshotOf(store) },
      this.#now(),
    );
    this.entries = [...this.entries, entry];
    return entry;
  }
}

/** `migrate status`. */
export async function migrationStatus(options: StoreOptions): Promise<MigrationStatus> {
  return withStore(options, async (access) => {
    const book = new Book(access, options.now);
    await book.read();
    return statusOf(access, book);
  });
}

async function statusOf(access: StoreAccess, { entries }: Book): Promise<MigrationStatus> {
  const { live, migration } = standingOf(entries);
  // The configuration's two versions by name, as far as they can be opened here.
  for (const name of ['old', 'new']) await access.version(name).catch(() => null);
  const found = migration === null ? null : await completenessOf(access, migration.to);
  const counts = found?.counts ?? (await access.store.counts());
  return {
    store: access.store.title,
    live,
    migration: migration === null ? null : { id: migration.id, state: migration.state, from: migration.from, to: migration.to },
    tags: [...counts].sort((a, b) => b[1] - a[1]).map(([tag, rows]) => ({ tag, name: tag === null ? null : access.nameOf(tag), rows })),
    progress:
      found === null
        ? null
        : { done: found.documents - found.missing.length - found.stale.length, total: found.documents, stale: found.stale.length },
    head: { seq: entries.length, hash: entries.at(-1)?.hash ?? null },
  };
}

/**
 * `migrate start`, and `migrate backfill`, which goes on: registers the migration, then writes what the store lacks.
 * @param from the version that is live, where the store has no ledger yet; `old` unless given
 * @param byWorkers only register it: the workers of a queue write the vectors, and `migrate backfill` finds them complete
 */
export async function startMigration(
  options: StoreOptions & { readonly to: string; readonly from: string | null; readonly byWorkers?: boolean },
): Promise<MigrationStatus> {
  return withStore(options, async (access) =>
    access.store.ledger.exclusively(async () => {
      const book = new Book(access, options.now);
      const standing = await book.read();
      const to = await access.version(options.to);
      const open = standing.migration !== null && !isOver(standing.migration.state) ? standing.migration : null;
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
      const from = open?.from ?? standing.live ?? (await access.version(options.from ?? 'old')).tag;
      if (open === null) await register(access, book, standing, from, to);
      return options.byWorkers === true ? statusOf(access, book) : fill(access, book, to, options);
    }),
  );
}

async function register(access: StoreAccess, book: Book, standing: Standing, from: Fingerprint, to: OpenVersion): Promise<void> {
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
  if (untagged > 0) throw refused('Start', `${untagged} rows have no tag`, 'Run `cutover tag apply` first, and delete what it leaves.');
  const rows = counts.get(from) ?? 0;
  if (rows === 0)
    throw refused('Start', `no row is of ${from.slice(0, 12)}, the version to migrate from`, 'Check --from, and `cutover audit`.');
  await book.add(randomUUID(), 'registered', { from, to: to.tag, live: standing.live ?? from });
}

/** `migrate backfill`: goes on where it stopped. */
export async function continueBackfill(options: StoreOptions): Promise<MigrationStatus> {
  return withStore(options, async (access) =>
    access.store.ledger.exclusively(async () => {
      const book = new Book(access, options.now);
      const migration = openMigration('Backfill', await book.read());
      const to = await versionOfTag(access, migration.to);
      if (to === null)
        throw refused(
          'Backfill',
          `the version ${migration.to.slice(0, 12)} is neither old nor new in this configuration`,
          'Use the configuration that the migration was started with.',
        );
      return fill(access, book, to, options);
    }),
  );
}

async function fill(access: StoreAccess, book: Book, to: OpenVersion, options: StoreOptions): Promise<MigrationStatus> {
  const { migration, live } = standingOf(book.entries);
  if (migration === null) throw new TypeError('A migration was registered just now.');
  const facts = { from: migration.from, to: to.tag, live };
  const before = await completenessOf(access, to.tag);
  if (before.missing.length + before.stale.length > 0) {
    if (migration.state === 'registered') await book.add(migration.id, 'backfilling', facts);
    await backfill(access, to, before, options);
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
  return statusOf(access, book);
}

async function versionOfTag(access: StoreAccess, tag: Fingerprint): Promise<OpenVersion | null> {
  for (const name of ['old', 'new']) {
    const version = await access.version(name).catch(() => null);
    if (version?.tag === tag) return version;
  }
  return null;
}

export interface PromoteResult {
  readonly status: MigrationStatus;
  readonly checks: readonly VerifyCheck[];
}

/** `migrate promote`: the cutover. Passes only what `verify` passes. */
export async function promote(options: VerifyOptions): Promise<PromoteResult> {
  return withStore(options, async (access) =>
    access.store.ledger.exclusively(async () => {
      const book = new Book(access, options.now);
      const migration = openMigration('Promote', await book.read());
      if (migration.state === 'cut-over') throw refused('Promote', 'it is cut over already', 'See `cutover migrate history`.');
      if (migration.state === 'registered' || migration.state === 'backfilling')
        throw refused('Promote', `the migration is ${migration.state}`, 'Finish it with `cutover migrate backfill`.');
      const { checks, certificate, hash } = await verifyCertificate(access, options);
      const bad = failures(checks);
      if (bad.length > 0) throw refused('Promote', bad.map(({ found }) => found).join('; '), bad[0]?.next ?? '');
      if (certificate.predicate.new.fingerprint !== migration.to || certificate.predicate.old.fingerprint !== migration.from)
        throw refused(
          'Promote',
          'the certificate is of other versions than this migration',
          'Evaluate the two versions that the ledger names, with `cutover run`.',
        );
      const facts = { from: migration.from, to: migration.to, certificate: hash };
      if (migration.state === 'backfilled') await book.add(migration.id, 'evaluated', { ...facts, live: standingOf(book.entries).live });
      await book.add(migration.id, 'cut-over', { ...facts, live: migration.to });
      return { status: await statusOf(access, book), checks };
    }),
  );
}

export interface RollbackOptions extends StoreOptions {
  readonly force: boolean;
  readonly reason: string | null;
}

/** `migrate rollback`: back to the old version, or the end of a migration that was never cut over. */
export async function rollback(options: RollbackOptions): Promise<MigrationStatus> {
  return withStore(options, async (access) =>
    access.store.ledger.exclusively(async () => {
      const book = new Book(access, options.now);
      const { migration, live } = await book.read();
      if (migration === null || isOver(migration.state))
        throw refused(
          'Rollback',
          migration?.state === 'retired' ? 'the old vectors were deleted when the migration was retired' : 'no migration is under way',
          'Start a migration back to the old version.',
        );
      const { from, to, state, id } = migration;
      if (from === null) throw refused('Rollback', 'there is no version to go back to', 'Start a migration to one.');
      const reasons = state === 'cut-over' ? await whyNotBack(access, migration, options) : [];
      if (reasons.length > 0 && !options.force)
        throw refused(
          'Rollback',
          reasons.join('; '),
          'Mend that (`cutover migrate start` back to the old version embeds what is missing), or take the loss with --force --reason.',
        );
      if (options.force && (options.reason ?? '').trim() === '')
        throw refused('Rollback', '--force needs a reason', 'Say why with --reason; the ledger keeps it.');
      const forced = options.force && reasons.length > 0;
      await book.add(id, 'rolled-back', { from, to, live: state === 'cut-over' ? from : live, forced, reason: options.reason });
      return statusOf(access, book);
    }),
  );
}

/** What speaks against going back: lost documents, changed rows, tags that are false. */
async function whyNotBack(access: StoreAccess, migration: NonNullable<Standing['migration']>, options: StoreOptions): Promise<string[]> {
  const from = migration.from as Fingerprint;
  const reasons: string[] = [];
  const now = await completenessOf(access, from);
  if (now.missing.length > 0) reasons.push(`${some(now.missing, 'document')} would be lost: the old version has no vector of them`);
  if (now.stale.length > 0) reasons.push(`${some(now.stale, 'document')} changed since the old version embedded them`);
  const cutOver = migration.entries.findLast(({ event }) => event.type === 'migration' && event.state === 'cut-over');
  const was = cutOver?.snapshot.tags[from];
  if (was === undefined) reasons.push('the ledger has no snapshot of the old vectors');
  else reasons.push(...(await changedSince(access, from, was)));
  const claimed = await versionOfTag(access, from);
  if (claimed === null)
    return [
      ...reasons,
      `the old version ${from.slice(0, 12)} is neither old nor new in this configuration, so its vectors cannot be put to the test`,
    ];
  const ids: string[] = [];
  for await (const batch of access.store.read({ tag: from, vectors: false })) ids.push(...batch.ids);
  if (ids.length === 0) return reasons;
  const { failed, sampled } = await attest(access, ids.sort(), { claimed, others: [], size: ROLLBACK_SAMPLE }, options);
  if (failed > 0) reasons.push(`${failed} of ${sampled} old vectors are not of the old version`);
  return reasons;
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

/** `migrate retire`: deletes the old vectors; afterwards there is no way back. */
export async function retire(options: StoreOptions): Promise<{ readonly status: MigrationStatus; readonly removed: number }> {
  return withStore(options, async (access) =>
    access.store.ledger.exclusively(async () => {
      const book = new Book(access, options.now);
      const { migration } = await book.read();
      if (migration === null || migration.state !== 'cut-over' || migration.from === null)
        throw refused(
          'Retire',
          `the migration is ${migration === null ? 'not there' : migration.state}`,
          'Only a migration that is cut over has old vectors to delete.',
        );
      // Written first: an interrupted deletion is ended by the next `retire`, and nobody goes back to half a version.
      await book.add(migration.id, 'retired', { from: migration.from, to: migration.to, live: migration.to });
      const removed = await access.store.remove(migration.from);
      return { status: await statusOf(access, book), removed };
    }),
  );
}

/** `migrate history`: the ledger, checked. */
export async function history(options: StoreOptions): Promise<readonly LedgerEntry[]> {
  return withStore(options, async ({ store }) => readLedger(store.ledger, store.title));
}

export interface LedgerCheck {
  readonly entries: number;
  /** What the store holds otherwise than the last entry says; each in words. */
  readonly differences: readonly string[];
}

/** `migrate verify`: the chain is whole, and the store holds what its last entry says. @throws CutoverError LEDGER_EDITED */
export async function verifyLedger(options: StoreOptions): Promise<LedgerCheck> {
  return withStore(options, async ({ store }) => {
    const entries = await readLedger(store.ledger, store.title);
    const was = entries.at(-1)?.snapshot.tags ?? {};
    const is = entries.length === 0 ? {} : (await snapshotOf(store)).tags;
    const tags = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
    const differences = tags.flatMap((tag) => {
      const name = tag === UNTAGGED ? 'untagged rows' : `rows of ${tag.slice(0, 12)}`;
      if (was[tag]?.hash === is[tag]?.hash) return [];
      return [
        `${name}: ${was[tag]?.rows ?? 0} when the last entry was written, ${is[tag]?.rows ?? 0} now${was[tag]?.rows === is[tag]?.rows ? ', of other content' : ''}`,
      ];
    });
    return { entries: entries.length, differences };
  });
}
