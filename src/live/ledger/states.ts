import type { Fingerprint } from '../../core/brand.ts';
import type { LedgerEntry, MigrationState } from '../../model/ledger.ts';

/** Where a store stands, read off its entries. */
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

/** What may follow what. A rollback ends a migration that was cut over; one that was not is abandoned by the same word. */
const NEXT: Readonly<Record<MigrationState, readonly MigrationState[]>> = {
  registered: ['backfilling', 'backfilled', 'rolled-back'],
  backfilling: ['backfilled', 'rolled-back'],
  backfilled: ['evaluated', 'rolled-back'],
  evaluated: ['cut-over', 'rolled-back'],
  'cut-over': ['retired', 'rolled-back'],
  retired: [],
  'rolled-back': [],
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
