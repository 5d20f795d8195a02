import type { Fingerprint } from '../../core/brand.ts';
import type { LedgerEntry, MigrationState } from '../../model/ledger.ts';

/** How far a store is, read off its entries. */
export interface Standing {
  /** The tag that readers get; null while nothing was ever promoted. */
  readonly live: Fingerprint | null;
  /** The last migration; null where there was none. */
  readonly migration: {
    readonly id: string;
    readonly state: MigrationState;
    readonly from: Fingerprint | null;
    readonly to: Fingerprint;
    /** Entries of this migration, in order. */
    readonly entries: readonly LedgerEntry[];
  } | null;
}

type Next = Readonly<Record<MigrationState, readonly MigrationState[]>>;

/** What may follow what. Both versions are kept until one is dropped: after a rollback the way leads to another cutover, too. */
const NEXT: Next = {
  registered: ['backfilling', 'backfilled', 'retired'],
  backfilling: ['backfilled', 'retired'],
  backfilled: ['evaluated', 'retired'],
  evaluated: ['cut-over', 'retired'],
  'cut-over': ['rolled-back', 'retired'],
  'rolled-back': ['cut-over', 'retired'],
  retired: [],
};

/** Whether a migration in this state is over. */
export function isOver(state: MigrationState): boolean {
  return NEXT[state].length === 0;
}

export function mayFollow(state: MigrationState, next: MigrationState): boolean {
  return NEXT[state].includes(next);
}

export function standingOf(entries: readonly LedgerEntry[]): Standing {
  const live = entries.at(-1)?.live ?? null;
  const last = entries.findLast(({ event }) => event.type === 'migration');
  if (last === undefined || last.event.type !== 'migration') return { live, migration: null };
  const id = last.event.migration;
  const own = entries.filter(({ event }) => event.type === 'migration' && event.migration === id);
  return { live, migration: { id, state: last.event.state, from: last.from, to: last.to, entries: own } };
}

/** Whether readers were ever switched: from then on they read under a tag, and a vector of another version is one that lags. */
export function wasSwitched(entries: readonly LedgerEntry[]): boolean {
  return entries.some(({ event }) => event.type === 'migration' && (event.state === 'cut-over' || event.state === 'rolled-back'));
}
