import { randomUUID } from 'node:crypto';
import type { Fingerprint, Sha256 } from '../../../core/brand.ts';
import { type Standing, standingOf } from '../../ledger/states.ts';
import { openMigration, refused } from '../checks.ts';
import { falseVectors, versionOf } from '../claimed.ts';
import { whatStaysBehind } from './complete.ts';
import { Filler } from './filler.ts';
import { dimensionOf, settle, type Work } from './start.ts';

/** How readers and writers of the table live through the switch. */
export type Readers = 'guarded' | 'window';

/** Rows that changed while the columns changed places, brought up to date right after. */
export interface Switched {
  readonly lagged: number;
}

/** Exchanges the columns for the version that was verified. @param certificate its hash */
export async function promote(work: Work, certificate: Sha256, readers: Readers): Promise<Switched> {
  const { book, store, access, options, pace } = work;
  const migration = openMigration('Promote', await book.read());
  const filler = new Filler(access, store, options, pace);
  const facts = { from: migration.from, to: migration.to, certificate };
  if (migration.state === 'backfilled') await book.add(migration.id, 'evaluated', { ...facts, live: migration.from });
  await store.buildIndexes(await dimensionOf(store, filler, migration.to), (index) => options.console.info(`index      building ${index}`));
  await settle(work, filler, migration.state === 'rolled-back');
  const reason = readers === 'guarded' ? 'readers check the tag' : 'in a maintenance window';
  await book.add(migration.id, 'cut-over', { ...facts, live: migration.to, reason }, (line, seq) =>
    store.exchange({ current: migration.to, next: migration.from as Fingerprint }, { line, seq }),
  );
  return afterwards(work, filler);
}

/** What changed while the columns changed places. */
async function afterwards(work: Work, filler: Filler): Promise<Switched> {
  const sides = await work.store.sides();
  if (sides === null) return { lagged: 0 };
  const { rows: lagged } = await work.store.pendingCount({ place: 'current', tag: sides.current });
  await settle(work, filler, true);
  return { lagged };
}

export interface BackRequest {
  readonly force: boolean;
  readonly reason: string | null;
  /** Exchange first, embed later: rows that lag behind have no tag until `follow` comes to them. */
  readonly now: boolean;
}

/** Exchanges the columns back. */
export async function rollback(work: Work, request: BackRequest): Promise<Switched> {
  const { force, reason, now } = request;
  if (force && (reason ?? '').trim() === '')
    throw refused('Rollback', '--force needs a reason', 'Say why with --reason; the ledger keeps it');
  return now ? backAtOnce(work, request) : backOnceProved(work, request);
}

async function backOnceProved(work: Work, { force, reason }: BackRequest): Promise<Switched> {
  const { book, store, access, options, pace } = work;
  const { from, to, id } = switchedOf(await book.read());
  const filler = new Filler(access, store, options, pace);
  const reasons = await whyNotBack(work, filler, from);
  if (reasons.length > 0 && !force)
    throw refused(
      'Rollback',
      reasons.join('; '),
      'Go back at once with --now: rows that lag are hidden by the guard until `cutover migrate follow` comes to them. Or take the loss with --force --reason',
    );
  await book.add(id, 'rolled-back', { from, to, live: from, forced: force && reasons.length > 0, reason }, (line, seq) =>
    store.exchange({ current: from, next: to }, { line, seq }),
  );
  return afterwards(work, filler);
}

/** Exchanges first: no row is read, and nothing is embedded, before readers have the old version again. */
async function backAtOnce(work: Work, { force, reason }: BackRequest): Promise<Switched> {
  const { book, store, access, options } = work;
  const fault = force ? await book.readAnyway() : null;
  const { from, to, id } = fault === null ? switchedOf(await book.read()) : await besideOf(work);
  const why = fault === null ? reason : `${reason}. ${fault}`;
  await book.add(
    id,
    'rolled-back',
    { from, to, live: from, forced: fault !== null, reason: why, snapshot: book.lastSnapshot },
    (line, seq) => store.exchange({ current: from, next: to }, { line, seq }),
  );
  options.console.info(`live       ${access.nameOf(from) ?? from.slice(0, 12)}; counting the rows that it lacks`);
  return { lagged: (await store.pendingCount({ place: 'current', tag: from })).rows };
}

interface Back {
  readonly id: string;
  readonly from: Fingerprint;
  readonly to: Fingerprint;
}

function switchedOf(standing: Standing): Back {
  const { from, to, id, state } = openMigration('Rollback', standing);
  if (state !== 'cut-over' || from === null)
    throw refused(
      'Rollback',
      `the migration is ${state}: the old version is live`,
      'To give the new one up, `cutover migrate retire` drops its column',
    );
  return { id, from, to };
}

/** Where the ledger can't be relied on: what the store itself says is beside, if that is the version of before. */
async function besideOf({ book, store, access }: Work): Promise<Back> {
  const { migration } = standingOf(book.entries);
  const sides = await store.sides();
  if (sides === null || sides.next === null)
    throw refused('Rollback', 'no version is beside the live one', 'Restore the ledger from a backup, then see `cutover migrate status`');
  const before = migration?.from ?? (await access.version('old')).tag;
  if (sides.next !== before)
    throw refused(
      'Rollback',
      `${sides.next.slice(0, 12)}, which is beside, is not the version of before`,
      'The old version is live already: look at `cutover audit`',
    );
  return { id: migration?.id ?? randomUUID(), from: sides.next, to: sides.current };
}

/** Brings the old version up to date, and looks whether its vectors are its own. */
async function whyNotBack(work: Work, filler: Filler, from: Fingerprint): Promise<string[]> {
  const { access, options } = work;
  const lies = () => falseVectors(access, from, 'next', options);
  // Nothing can be brought up to date under a version that can't be opened.
  if ((await versionOf(access, from).catch(() => null)) === null) return lies();
  await settle(work, filler, true);
  return [...(await whatStaysBehind(work, filler, from)), ...(await lies())];
}

/** Drops the column that is not live, with the version in it. */
export async function retire(work: Work): Promise<number> {
  const { book, store, access, options, pace } = work;
  const migration = openMigration('Retire', await book.read());
  const sides = await store.sides();
  if (sides === null || migration.from === null)
    throw refused('Retire', 'no column is beside the live one', 'See `cutover migrate status`');
  if (migration.state === 'cut-over' || migration.state === 'rolled-back') {
    const filler = new Filler(access, store, options, pace);
    await settle(work, filler, true);
    const reasons = await whatStaysBehind(work, filler, sides.current);
    if (reasons.length > 0)
      throw refused(
        'Retire',
        `${reasons.join('; ')}, and the other version may be all they have`,
        'Run `cutover migrate follow --once`, then retire',
      );
  }
  const { wanted } = await store.progress(sides);
  const facts = { from: migration.from, to: migration.to, live: sides.current, snapshot: await store.snapshot('current') };
  await book.add(migration.id, 'retired', facts, (line, seq) => store.dropNext(sides.current, { line, seq }));
  return wanted;
}
