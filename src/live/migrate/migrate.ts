import { type StoreAccess, type StoreOptions, withStore } from '../store-access.ts';
import type { Foresight } from '../stores/column-store.ts';
import { failures, type VerifyCheck, type VerifyOptions, verifyCertificate } from '../verify.ts';
import { Book } from './book.ts';
import { openMigration, refused } from './checks.ts';
import { whatStaysBehind } from './columns/complete.ts';
import { Filler, GENTLE, type Pace } from './columns/filler.ts';
import { type Followed, follow } from './columns/follow.ts';
import { type Estimate, estimate } from './columns/plan.ts';
import { dimensionOf, fill, start, type Work } from './columns/start.ts';
import { promote as promoteColumns, type Readers, retire as retireColumns, rollback as rollbackColumns } from './columns/switch.ts';
import { type MigrationStatus, statusOf } from './status.ts';

/** Options of every step. */
export interface MigrateOptions extends StoreOptions {
  /** How gently rows are written. */
  readonly pace?: Pace;
}

/** One step by one operator at a time. */
function step<T>(
  options: MigrateOptions,
  take: (work: Work) => Promise<T>,
): Promise<{ readonly status: MigrationStatus; readonly result: T }> {
  return withStore(options, (access) =>
    access.store.ledger.exclusively(async () => {
      const book = new Book(access, options.now);
      const result = await take({ access, store: access.store, book, options, pace: options.pace ?? GENTLE });
      return { status: await statusOf(access, book), result };
    }),
  );
}

/**
 * `migrate start`: registers the migration, then makes what the store lacks; resumes where it stopped.
 * @param from the version that is live, where the store has no ledger yet; `old` unless given
 * @param byWorkers only register it: the workers of a queue write the vectors, and `migrate backfill` finds them complete
 */
export async function startMigration(
  options: MigrateOptions & { readonly to: string; readonly from: string | null; readonly byWorkers?: boolean },
): Promise<MigrationStatus> {
  const request = { to: options.to, from: options.from, byWorkers: options.byWorkers === true };
  const { status } = await step(options, (work) => start(work, request));
  return status;
}

/** `migrate backfill`: resumes where it stopped. */
export async function continueBackfill(options: MigrateOptions): Promise<MigrationStatus> {
  const { status } = await step(options, fill);
  return status;
}

export interface PromoteOptions extends VerifyOptions {
  /** How the application lives through the switch; asked for where a table is switched under it. */
  readonly readers: Readers | null;
  /** Do everything but the switch, and try that in a transaction that is rolled back. */
  readonly isTrial?: boolean;
  readonly pace?: Pace;
}

export interface PromoteResult {
  readonly status: MigrationStatus;
  readonly checks: readonly VerifyCheck[];
  /** Rows that changed while the columns changed places. */
  readonly lagged: number;
}

/** `migrate promote`: the cutover. Passes only what `verify` passes. */
export async function promote(options: PromoteOptions): Promise<PromoteResult> {
  const { status, result } = await step(options, async (work) => {
    const { readers } = options;
    if (readers === null && options.isTrial !== true)
      throw refused(
        'Promote',
        'the application has to know of the switch',
        'Say --readers guarded where every reader checks the tag and every writer reads the live tag; or --readers window in a maintenance window, in which the application is switched to the new encoder, too',
      );
    const behind = await catchUp(work);
    const { checks, hash, migration } = await admitted(work.access, work.book, options, behind);
    if (options.isTrial === true) {
      await work.store.exchange({ current: migration.to, next: migration.from ?? migration.to }, null);
      return { checks, lagged: 0 };
    }
    return { checks, ...(await promoteColumns(work, hash, readers ?? 'window')) };
  });
  return { status, ...result };
}

/** Brings up to date what changed since the last pass. @returns what stays behind all the same; null without a column beside */
async function catchUp({ access, store, options, pace }: Work): Promise<readonly string[] | null> {
  const sides = await store.sides();
  if (sides === null || sides.next === null) return null;
  const filler = new Filler(access, store, options, pace);
  await filler.pass('next', sides, true, { deep: true });
  return whatStaysBehind({ store }, filler, sides.next);
}

/** What would stop a promotion is thrown. */
async function admitted(access: StoreAccess, book: Book, options: PromoteOptions, behind: readonly string[] | null = null) {
  const migration = openMigration('Promote', await book.read());
  if (migration.state === 'cut-over') throw refused('Promote', 'it is cut over already', 'See `cutover migrate history`.');
  if (migration.state === 'registered' || migration.state === 'backfilling')
    throw refused('Promote', `the migration is ${migration.state}`, 'Finish it with `cutover migrate backfill`.');
  const { checks, certificate, hash } = await verifyCertificate(access, options, behind);
  const bad = failures(checks);
  if (bad.length > 0) throw refused('Promote', bad.map(({ found }) => found).join('; '), bad[0]?.next ?? '');
  if (certificate.predicate.new.fingerprint !== migration.to || certificate.predicate.old.fingerprint !== migration.from)
    throw refused(
      'Promote',
      'the certificate is of other versions than this migration',
      'Evaluate the two versions that the ledger names, with `cutover run`.',
    );
  return { checks, hash, migration };
}

export interface RollbackOptions extends MigrateOptions {
  readonly force: boolean;
  readonly reason: string | null;
  /** Exchange first and embed later. */
  readonly atOnce?: boolean;
}

/** `migrate rollback`: back to the old version. @returns how many rows of it lag behind */
export async function rollback(options: RollbackOptions): Promise<{ readonly status: MigrationStatus; readonly lagged: number }> {
  const request = { force: options.force, reason: options.reason, now: options.atOnce === true };
  const { status, result } = await step(options, (work) => rollbackColumns(work, request));
  return { status, ...result };
}

/** `migrate retire`: drops or deletes the vectors that are not live; afterwards there is no way back. */
export async function retire(options: MigrateOptions): Promise<{ readonly status: MigrationStatus; readonly removed: number }> {
  const { status, result } = await step(options, retireColumns);
  return { status, removed: result };
}

/** `migrate follow`: keeps what writers change up to date under both versions, until it is stopped or nothing lacks. */
export function followTable(options: MigrateOptions & { readonly once: boolean }): Promise<Followed> {
  return withStore(options, (access) => follow({ access, store: access.store, options, pace: options.pace ?? GENTLE }, options.once));
}

export interface MigrationPlan extends Foresight {
  readonly title: string;
  readonly estimate: Estimate;
}

/** `migrate plan`: everything that a migration will do and could fail of; changes nothing. */
export function planMigration(options: MigrateOptions & { readonly to: string; readonly isTrial: boolean }): Promise<MigrationPlan> {
  return withStore(options, async (access) => {
    const { store } = access;
    const { tag } = await access.version(options.to);
    const filler = new Filler(access, store, options, options.pace ?? GENTLE);
    const dimension = await dimensionOf(store, filler, tag).catch((error: unknown) => error);
    if (typeof dimension !== 'number') {
      // A table that can't even be read: the plan says why, where it knows.
      const { refusals = [], warnings = [], statements } = await store.planTagging();
      if (refusals.length === 0) throw dimension;
      return { title: store.title, ...NOTHING, refusals, warnings, statements };
    }
    const foresight = await store.foresee(tag, dimension);
    if (options.isTrial && foresight.refusals.length === 0) await store.rehearse(tag, dimension);
    return { title: store.title, ...foresight, estimate: await estimate({ store, filler, options }, tag) };
  });
}

/** What is known of a migration of a table that can't be read. */
const NOTHING = {
  exchange: [],
  rows: 0,
  disk: { column: 0, indexes: 0 },
  estimate: { rows: 0, measured: 0, perSecond: null, hours: null },
} as const;
