import { randomUUID } from 'node:crypto';
import type { Fingerprint } from '../../../core/brand.ts';
import { byCodeUnits } from '../../../core/order.ts';
import { isOver } from '../../ledger/states.ts';
import type { StoreAccess, StoreOptions } from '../../store-access.ts';
import type { ColumnStore, Foresight, Sides } from '../../stores/column-store.ts';
import type { Place } from '../../stores/live-store.ts';
import type { Book } from '../book.ts';
import { refused, some } from '../checks.ts';
import { driftOf } from './drift.ts';
import { Filler, type Pace } from './filler.ts';

/** What every step of a migration within one table works with. */
export interface Work {
  readonly access: StoreAccess;
  readonly store: ColumnStore;
  readonly book: Book;
  readonly options: StoreOptions;
  readonly pace: Pace;
}

export interface StartRequest {
  readonly to: string;
  /** The version that is live, where the ledger does not say. */
  readonly from: string | null;
  /** Registers it and adds the columns; workers of a queue write the vectors. */
  readonly byWorkers: boolean;
}

/** Registers the migration, adds the column beside, fills it and builds its indexes; resumes whatever was interrupted. */
export async function start(work: Work, request: StartRequest): Promise<void> {
  const { book, access, store } = work;
  const to = await access.version(request.to);
  const { migration, live } = await book.read();
  // What an earlier version left without anything beside is over.
  const isBeside = migration !== null && !isOver(migration.state) && (await store.sides())?.next != null;
  const open = isBeside ? migration : null;
  if (open !== null && open.to !== to.tag)
    throw refused(
      'Start',
      `a migration to ${open.to.slice(0, 12)} is ${open.state}`,
      'End it first: `cutover migrate retire` drops the column that is not live',
    );
  if (open?.state === 'cut-over')
    throw refused('Start', 'this migration is cut over already', 'Keep both versions up to date with `cutover migrate follow`');
  if (open === null) {
    const { ready } = await store.planTagging();
    if (!ready)
      throw refused(
        'Start',
        'the store has no columns for tags, or nothing that watches them',
        'Run `cutover tag plan` and `cutover tag apply` first',
      );
    const from = live ?? (await access.version(request.from ?? 'old')).tag;
    await register(work, from, to.tag);
  }
  if (!request.byWorkers) await fill(work);
}

async function register({ access, store, book, options, pace }: Work, from: Fingerprint, to: Fingerprint): Promise<void> {
  if (from === to)
    throw refused('Start', `${access.nameOf(to) ?? to.slice(0, 12)} is the version that is live already`, 'Name another one with --to');
  const counts = await store.counts();
  if ((counts.get(from) ?? 0) === 0)
    throw refused('Start', `no row is of ${from.slice(0, 12)}, the version to migrate from`, 'Check --from, and `cutover audit`');
  const filler = new Filler(access, store, options, pace);
  const dimension = await dimensionOf(store, filler, to);
  refuse('Start', await store.foresee(to, dimension), (warning) => options.console.warn(warning));
  await sameTexts(access);
  await book.add(randomUUID(), 'registered', { from, to, live: from }, (line, seq) =>
    store.addNext({ current: from, next: to }, dimension, { line, seq }),
  );
}

/** Everything that would stop it, at once: the first reason is the error, the others follow. */
export function refuse(step: string, { refusals, warnings }: Pick<Foresight, 'refusals' | 'warnings'>, warn: (text: string) => void): void {
  for (const warning of warnings) warn(warning);
  const [first, ...more] = refusals;
  if (first === undefined) return;
  throw refused(
    step,
    first.reason,
    first.next,
    more.map(({ reason, next }) => `also: ${reason}. ${next}.`),
  );
}

/** Dimensions of a version's vectors, by embedding one text of the store. */
export async function dimensionOf(store: ColumnStore, filler: Filler, tag: Fingerprint): Promise<number> {
  for await (const { ids, texts } of store.read({ vectors: false, rough: true })) {
    // Where the texts are the data set's, any will do.
    const text = (texts ?? ids).find((own) => own !== null && own !== '');
    if (text !== undefined && text !== null) return await (await filler.embedder(tag)).dimension(text);
  }
  throw refused('Start', 'no row has a vector and a text', 'Check `columns.text`, `columns.vector` and `where`');
}

/** A template that builds other texts than the data set's would migrate what was never evaluated. */
async function sameTexts(access: StoreAccess): Promise<void> {
  const { shared, changed, examples } = await driftOf(access, 'current', 1_000);
  if (shared > 0 && changed === shared)
    throw refused(
      'Start',
      `none of ${shared} documents has the text that was evaluated, such as ${examples.join(', ')}`,
      'Check `columns.text`: a column, a template such as "{title} {body}", or an expression, built as the data set builds title and text',
    );
}

/** Fills the column beside and builds its indexes. Rows that change meanwhile are taken again at the end. */
export async function fill(work: Work): Promise<void> {
  const { access, store, book, options, pace } = work;
  const { migration } = await book.read();
  const sides = await store.sides();
  if (migration === null || sides === null || sides.next === null)
    throw refused('Backfill', 'no migration is under way', 'Begin one with `cutover migrate start`');
  const facts = { from: migration.from, to: migration.to, live: sides.current };
  const filler = new Filler(access, store, options, pace, true);
  const isSwitched = migration.state === 'cut-over' || migration.state === 'rolled-back';
  if (migration.state === 'registered') await book.add(migration.id, 'backfilling', facts);
  const total = (await store.pendingCount({ place: 'next', tag: sides.next, deep: true })).rows;
  const task = `backfilling ${access.nameOf(sides.next) ?? sides.next.slice(0, 12)}`;
  await filler.pass('next', sides, true, { deep: true }, (done) => options.console.progress({ task, done, total, unit: 'rows' }));
  await store.buildIndexes(await dimensionOf(store, filler, sides.next), (index) => options.console.info(`index      building ${index}`));
  await settle(work, filler, isSwitched);
  if (!isSwitched && (migration.state === 'registered' || migration.state === 'backfilling'))
    await book.add(migration.id, 'backfilled', facts);
}

/** Passes until nothing lacks, and a few times at most: on a busy table a handful of rows always does. */
export async function settle({ store }: Pick<Work, 'store'>, filler: Filler, isSwitched: boolean): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const sides = await store.sides();
    if (sides === null) return;
    const next = await filler.pass('next', sides, true, { deep: tries === 0 });
    const current = await filler.pass('current', sides, isSwitched, { deep: tries === 0 });
    if (next.written + next.missed + current.missed === 0) return;
  }
}

/** @param ids a few of them */
export function lackingWords(ids: readonly string[], count: number): string {
  const have =
    count === 1 ? 'has no vector of that version and of its text of now' : 'have no vector of that version and of their text of now';
  return `${some(ids, 'document', count)} ${have}`;
}

/** What of a table is asked to find what lacks. */
export type TableInUse = Pick<ColumnStore, 'sides' | 'progress' | 'pending'>;

/** What a version lacks in a table. */
export interface Lacking {
  /** Rows that stop a step, in words; empty where none does. */
  readonly reasons: readonly string[];
  /** Where rows that a pass may bring up to date are; null where no pass can help. */
  readonly fillable: { readonly sides: Sides; readonly place: Place } | null;
}

/** Counts every row of the table once. */
export async function whatLacks({ store }: { readonly store: TableInUse }, tag: Fingerprint): Promise<Lacking> {
  const sides = await store.sides();
  if (sides === null) return { reasons: ['the store has no tags'], fillable: null };
  const place = sides.current === tag ? 'current' : sides.next === tag ? 'next' : null;
  if (place === null) return { reasons: [`no column holds ${tag.slice(0, 12)}`], fillable: null };
  const { lacking, withoutText, examples } = await store.progress(sides);
  const reasons = lacking[place] > withoutText ? [lackingWords([...examples].sort(byCodeUnits), lacking[place])] : [];
  if (withoutText > 0) reasons.push(`${withoutText} rows have a vector and no text, so that nobody can embed them`);
  return { reasons, fillable: withoutText > 0 ? null : { sides, place } };
}
