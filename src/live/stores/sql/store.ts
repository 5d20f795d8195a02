import type { Fingerprint } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import { type SqlDatabase, type SqlSession, transaction } from '../../../databases/connection.ts';
import type { Connection } from '../../../databases/connection-string.ts';
import { guardedDatabase } from '../../../databases/errors.ts';
import { quoted } from '../../../databases/names.ts';
import type { LedgerStorage, Snapshot } from '../../../model/ledger.ts';
import type { StoreSpec } from '../../../model/store.ts';
import type { ColumnStore, Foresight, LedgerMove, PendingRow, PlacedRow, Reach, Scratch, Sides, TableProgress } from '../column-store.ts';
import type { Found, Place, ReadOptions, StoreBatch, TaggedQuery, TaggingPlan, TagRow } from '../live-store.ts';
import { build } from './build.ts';
import { dropNext, exchange, mirrorsOf } from './exchange.ts';
import { type TableFacts, tableFacts } from './facts.ts';
import { outlookForTags } from './foresee.ts';
import { sqlLedger } from './ledger.ts';
import { type TableNames, tableNames } from './names.ts';
import { nearestRows } from './nearest.ts';
import { addNext, foresee, rehearse } from './next.ts';
import { progressOf, snapshotOfTable } from './progress.ts';
import { readRows } from './reading.ts';
import { countPending, keyOfId, mirrorRows, pendingRows, placeRows, update } from './rows.ts';
import { dropScratch, makeScratch, touchScratch } from './scratch.ts';
import { outlookForSubscribers, type Subscriber, tagColumns } from './subscribers.ts';
import { prepare, sidesOf, taggingStatements } from './tagging.ts';
import { LOCK_TIMEOUT, onceMore, patiently } from './timeouts.ts';
import { toolWrites } from './watch.ts';

/** Rows tagged at a time. */
const TAG = 1_000;

/** A table of PostgreSQL with a column of pgvector. */
export class SqlStore implements ColumnStore {
  readonly spec: StoreSpec;
  readonly title: string;
  readonly ledger: LedgerStorage;
  readonly #database: SqlDatabase;
  readonly #names: TableNames;
  readonly #subscribers: readonly Subscriber[] | null;

  /**
   * @param connection null where there is no server
   * @param subscribers null where nothing is said of them
   */
  constructor(
    spec: StoreSpec,
    title: string,
    database: SqlDatabase,
    connection: Connection | null,
    subscribers: readonly Subscriber[] | null = null,
  ) {
    this.spec = spec;
    this.title = title;
    this.#names = tableNames(spec);
    this.#subscribers = subscribers;
    this.#database = guardedDatabase(database, this.title, connection);
    this.ledger = sqlLedger(this.#database, this.#names, title);
  }

  /** Row-level security that would hide a row is an error: nothing is counted or written in part. */
  #session<T>(work: (session: SqlSession, facts: TableFacts) => Promise<T>): Promise<T> {
    return onceMore(() =>
      this.#database.session(async (session) => {
        await session.query('SET row_security = off');
        await session.query(LOCK_TIMEOUT);
        return work(session, await this.#facts(session));
      }),
    );
  }

  async #facts(session: SqlSession): Promise<TableFacts> {
    const facts = await tableFacts(session, this.#names, this.title);
    for (const column of [...this.#names.key, this.spec.columns.vector, ...this.#names.textColumns, this.spec.columns.stratum])
      if (column !== null && !facts.columns.has(column))
        throw new CutoverError('STORE_COLUMN_MISSING', { store: this.title, column, known: [...facts.columns.keys()].join(', ') });
    return facts;
  }

  read(options: ReadOptions = {}): AsyncIterable<StoreBatch> {
    return readRows(
      (work) =>
        this.#database.session(async (session) => {
          await session.query('SET row_security = off');
          await work(session);
        }),
      (session) => this.#facts(session),
      this.#names,
      options,
    );
  }

  counts(place: Place = 'current'): Promise<ReadonlyMap<string | null, number>> {
    return this.#session(async (session, { columns }) => {
      const own = this.#names.places[place];
      if (!columns.has(own.vector)) return new Map();
      const tag = columns.has(own.tag) ? quoted(own.tag) : 'NULL::text';
      const rows = await session.query(
        `SELECT ${tag} AS tag, count(*)::float8 AS rows FROM ${this.#names.table} WHERE ${this.#names.where} AND ${quoted(own.vector)} IS NOT NULL GROUP BY 1`,
      );
      return new Map(rows.map(({ tag: found, rows: count }) => [found === null ? null : String(found), Number(count)]));
    });
  }

  snapshot(place?: Place): Promise<Snapshot> {
    return this.#session((session, facts) => snapshotOfTable(session, facts, this.#names, place));
  }

  planTagging(): Promise<TaggingPlan> {
    return this.#session(async (session, facts) => {
      const statements = await taggingStatements(session, facts, this.#names);
      const outlook = await outlookForTags(session, facts, this.#names);
      const sent = await outlookForSubscribers(session, facts, this.#names, tagColumns(this.#names, 'current'), this.#subscribers);
      return {
        statements: statements.length === 0 ? [] : [LOCK_TIMEOUT, ...statements],
        ready: statements.length === 0,
        refusals: [...outlook.refusals, ...sent.refusals],
        warnings: [...sent.warnings, ...outlook.warnings],
      };
    });
  }

  prepareTagging(): Promise<void> {
    return patiently(() => this.#session((session, facts) => prepare(session, facts, this.#names)));
  }

  async tagRows(rows: readonly TagRow[], tag: Fingerprint): Promise<number> {
    let changed = 0;
    for (let first = 0; first < rows.length; first += TAG) {
      const part = rows.slice(first, first + TAG).map(({ id, textHash, vector = null }) => ({
        key: keyOfId(id, this.#names.key.length),
        textHash,
        vector,
        isProof: vector !== null,
      }));
      changed += await this.#session((session, facts) =>
        transaction(session, async () => {
          await session.query(toolWrites(this.#names));
          const untagged = `t.${quoted(this.#names.places.current.tag)} IS NULL`;
          return (await update(session, facts, this.#names, 'current', tag, part, untagged)).length;
        }),
      );
    }
    return changed;
  }

  nearest(query: TaggedQuery, k: number): Promise<Found> {
    return this.#database.session(async (session) => nearestRows(session, await this.#facts(session), this.#names, query, k));
  }

  sides(): Promise<Sides | null> {
    return this.#session((session) => sidesOf(session, this.#names));
  }

  foresee(next: Fingerprint, dimension: number): Promise<Foresight> {
    return this.#session((session, facts) => foresee(session, facts, this.#names, next, dimension, this.#subscribers));
  }

  rehearse(next: Fingerprint, dimension: number): Promise<void> {
    return this.#session((session) => rehearse(session, this.#names, this.title, next, dimension));
  }

  addNext(sides: Sides & { readonly next: Fingerprint }, dimension: number, move: LedgerMove): Promise<void> {
    return patiently(() =>
      this.#session((session, facts) => addNext({ session, facts, names: this.#names, store: this.title }, sides, dimension, move)),
    );
  }

  buildIndexes(dimension: number, onBuild: (index: string) => void): Promise<void> {
    return this.#session((session) => build(session, this.#names, this.title, dimension, onBuild));
  }

  pendingCount(reach: Reach): Promise<{ readonly rows: number; readonly withoutText: number }> {
    return this.#session((session, facts) => countPending(session, facts, this.#names, reach));
  }

  pending(reach: Reach, after: readonly string[] | null, most: number): Promise<readonly PendingRow[]> {
    return this.#session((session, facts) => pendingRows(session, facts, this.#names, reach, after, most));
  }

  place(place: Place, sides: Sides, rows: readonly PlacedRow[]): Promise<readonly (readonly string[])[] | null> {
    return this.#session((session, facts) => placeRows(session, facts, this.#names, place, sides, rows));
  }

  mirror(most: number): Promise<number> {
    return this.#session(async (session, facts) => (mirrorsOf(facts, this.#names) ? mirrorRows(session, this.#names, most) : 0));
  }

  progress(sides: Sides): Promise<TableProgress> {
    return this.#session((session, facts) => progressOf(session, facts, this.#names, sides));
  }

  exchange(after: Sides, move: LedgerMove | null): Promise<void> {
    return patiently(() => this.#session((session) => exchange({ session, names: this.#names, store: this.title }, after, move)));
  }

  dropNext(live: Fingerprint, move: LedgerMove): Promise<void> {
    return patiently(() => this.#session((session) => dropNext({ session, names: this.#names, store: this.title }, live, move)));
  }

  makeScratch(rows: number, onMade: (what: string) => void): Promise<Scratch> {
    return this.#session((session, facts) => makeScratch(session, facts, this.spec, rows, onMade));
  }

  touchScratch(scratch: StoreSpec): Promise<number> {
    return this.#session((session, facts) => touchScratch(session, facts, scratch));
  }

  dropScratch(scratch: StoreSpec): Promise<void> {
    return this.#session((session) => dropScratch(session, scratch));
  }

  replicaLag(): Promise<number> {
    return this.#database.session(async (session) => {
      const [row] = await session
        .query(
          `SELECT coalesce(max(extract(epoch FROM coalesce(replay_lag, '0'))), 0)::float8 AS seconds FROM pg_catalog.pg_stat_replication WHERE state <> 'backup'`,
        )
        .catch(() => []);
      return Number(row?.seconds ?? 0);
    });
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
