import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import { type Standing, standingOf } from '../ledger/states.ts';
import { type StoreAccess, type StoreOptions, withStore } from '../store-access.ts';
import type { TableProgress } from '../stores/column-store.ts';
import { nextName } from '../stores/sql/names.ts';
import { Book } from './book.ts';

/** Rows of one tag in one column. */
interface TagCount {
  readonly tag: string | null;
  readonly name: string | null;
  readonly rows: number;
  /** Where a store has a column beside: the column. */
  readonly column?: string;
}

/** How far a store is. */
export interface MigrationStatus {
  readonly store: string;
  readonly live: Fingerprint | null;
  readonly migration: Omit<NonNullable<Standing['migration']>, 'entries'> | null;
  /** Rows by tag, counted from the store. */
  readonly tags: readonly TagCount[];
  /** Of the version that is migrated to; null without a migration. */
  readonly progress: { readonly done: number; readonly total: number; readonly stale: number } | null;
  /** Rows that each version lacks, and those that neither can have; null without a column beside. */
  readonly rows: TableProgress | null;
  readonly head: { readonly seq: number; readonly hash: Sha256 | null };
}

/** `migrate status`. */
export async function migrationStatus(options: StoreOptions): Promise<MigrationStatus> {
  return withStore(options, async (access) => {
    const book = new Book(access, options.now);
    await book.read();
    return statusOf(access, book);
  });
}

export async function statusOf(access: StoreAccess, book: Book): Promise<MigrationStatus> {
  const { live, migration } = standingOf(book.entries);
  // The configuration's two versions by name, as far as they can be opened here.
  for (const name of ['old', 'new']) await access.version(name).catch(() => null);
  return {
    store: access.store.title,
    live,
    migration: migration === null ? null : { id: migration.id, state: migration.state, from: migration.from, to: migration.to },
    head: book.head,
    ...(await counted(access)),
  };
}

type Counted = Pick<MigrationStatus, 'tags' | 'progress' | 'rows'>;

async function counted(access: StoreAccess): Promise<Counted> {
  const { store } = access;
  const { vector } = store.spec.columns;
  const sides = await store.sides();
  const current = tagged(access, await store.counts(), vector);
  if (sides === null || sides.next === null) return { tags: current, progress: null, rows: null };
  const rows = await store.progress(sides);
  const beside = tagged(access, await store.counts('next'), nextName(vector));
  return { tags: [...current, ...beside], progress: { done: rows.wanted - rows.lacking.next, total: rows.wanted, stale: 0 }, rows };
}

function tagged(access: StoreAccess, counts: ReadonlyMap<string | null, number>, column?: string): TagCount[] {
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([tag, rows]) => ({ tag, name: tag === null ? null : access.nameOf(tag), rows, ...(column === undefined ? {} : { column }) }));
}
