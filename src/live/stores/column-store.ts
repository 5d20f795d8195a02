import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import type { Snapshot } from '../../model/ledger.ts';
import type { StoreSpec } from '../../model/store.ts';
import type { LiveStore, Place, Refusal } from './live-store.ts';

/** Which version each column is to hold; `next` is null where there is no column beside. */
export interface Sides {
  readonly current: Fingerprint;
  readonly next: Fingerprint | null;
}

/** A line of the ledger and its number. */
export interface LedgerMove {
  readonly line: string;
  readonly seq: number;
}

/** Which rows are looked for: those whose vector in a place is not of this version. */
export interface Reach {
  readonly place: Place;
  readonly tag: Fingerprint;
  /** Compares the hash of each text with the one stored, too; otherwise the tag alone is looked at, which the trigger keeps. */
  readonly deep?: boolean;
  /** One part of many, by a hash of the key; the index counts from 1. */
  readonly shard?: { readonly index: number; readonly count: number };
}

/** A row that lacks something. */
export interface PendingRow {
  /** Values of the key's columns, as text. */
  readonly key: readonly string[];
  readonly id: string;
  readonly text: string;
  readonly textHash: Sha256;
  /** What is in the place now; null where nothing does. */
  readonly vector: Float32Array | null;
  /** The row was written since the store has tags, and its vector is not of its text: not one that `tag apply` left alone. */
  readonly isWritten: boolean;
}

/** A vector to be written. */
export interface PlacedRow {
  readonly key: readonly string[];
  /** Of the text that was embedded: a row that has another one by now is left alone. */
  readonly textHash: Sha256;
  readonly vector: Float32Array;
  /** The vector is there already and was compared: only its tag is written, where it is still that vector. */
  readonly isProof: boolean;
}

/** How far a store is, counted from its rows by the store itself. */
export interface TableProgress {
  /** Rows that have a vector under either name. */
  readonly wanted: number;
  /** Of those, rows whose vector in a place is not of its version and of their text of now; and a few ids. */
  readonly lacking: { readonly [P in Place]: number };
  readonly examples: readonly string[];
  /** Rows that have a vector and no text: nobody can embed them. */
  readonly withoutText: number;
  /** Rows without any vector: the application has still to embed them, and the migration leaves them alone. */
  readonly empty: number;
  /** Rows that have a vector of the next version and none of the current one. */
  readonly nextOnly: number;
}

/** What a migration to another version will do to the table. */
export interface Foresight {
  /** What will run, in order. */
  readonly statements: readonly string[];
  /** What the switch will run, in one transaction. */
  readonly exchange: readonly string[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
  /** Rows, as the planner estimates them, and bytes that column and indexes will take. */
  readonly rows: number;
  readonly disk: { readonly column: number; readonly indexes: number };
}

/** A copy of a store's shape with some of its rows, on which a migration is rehearsed. */
export interface Scratch {
  readonly spec: StoreSpec;
  readonly rows: number;
  /** Everything that was made, in words: what is dropped afterwards, and nothing else. */
  readonly made: readonly string[];
}

/** A store with one row a document, and a column or a folder beside for the next version. */
export interface ColumnStore extends LiveStore {
  /** What the table holds in both columns, or in one. */
  snapshot(place?: Place): Promise<Snapshot>;
  /** Which version each column is to hold; null before the store has any tag. */
  sides(): Promise<Sides | null>;
  /** What the move will find and do. @param dimension of the next version's vectors */
  foresee(next: Fingerprint, dimension: number): Promise<Foresight>;
  /** Runs what start and switch will run, indexes on an empty copy of the table, in a transaction that is rolled back. */
  rehearse(next: Fingerprint, dimension: number): Promise<void>;
  /** Adds the column beside, makes the trigger watch it, and writes the entry, in one transaction. */
  addNext(sides: Sides & { readonly next: Fingerprint }, dimension: number, move: LedgerMove): Promise<void>;
  /** Builds the indexes of the column beside that are missing, without blocking writers; safe to repeat. */
  buildIndexes(dimension: number, onBuild: (index: string) => void): Promise<void>;
  /** Rows that wait for a vector, counted by the store. */
  pendingCount(reach: Reach): Promise<{ readonly rows: number; readonly withoutText: number }>;
  /** The next rows in the order of the key. @param after key of the last row seen */
  pending(reach: Reach, after: readonly string[] | null, most: number): Promise<readonly PendingRow[]>;
  /** @returns keys of the rows that were written; null where the columns have changed places meanwhile */
  place(place: Place, sides: Sides, rows: readonly PlacedRow[]): Promise<readonly (readonly string[])[] | null>;
  /** Gives rows of others the vector they have in the column beside, too. @returns rows written */
  mirror(most: number): Promise<number>;
  /** How many rows each column holds, by tag. */
  progress(sides: Sides): Promise<TableProgress>;
  /** The switch, and the way back: exchanges the columns' names and writes the entry. A null move tries it and rolls back. */
  exchange(after: Sides, move: LedgerMove | null): Promise<void>;
  /** Drops the column beside and writes the entry. */
  dropNext(live: Fingerprint, move: LedgerMove): Promise<void>;
  /** Makes a copy of the store's shape beside it, with some of its rows. @param onMade told of it before it is made */
  makeScratch(rows: number, onMade: (what: string) => void): Promise<Scratch>;
  /** Changes rows of a copy as a program does that knows nothing of tags. @returns how many */
  touchScratch(scratch: StoreSpec): Promise<number>;
  /** Drops what `makeScratch` made. @throws RangeError for anything else */
  dropScratch(scratch: StoreSpec): Promise<void>;
  /** Seconds that the slowest replica is behind; 0 without one. */
  replicaLag(): Promise<number>;
}
