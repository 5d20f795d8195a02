import type { SqlDatabase } from '../../databases/connection.ts';
import { connectionFrom } from '../../databases/connection-string.ts';
import { guardedDatabase } from '../../databases/errors.ts';
import { openPglite } from '../../databases/pglite.ts';
import { openPostgres } from '../../databases/postgres.ts';
import type { StoreContext, StoreSpec } from '../../model/store.ts';
import { LancedbStore } from './lancedb.ts';
import { PgvectorStore } from './pgvector.ts';
import type { ServingStore } from './serving.ts';

type Opener = (spec: StoreSpec, context: StoreContext) => ServingStore;

/** Kinds of stores whose database can serve a search; the only list. */
const SERVING: Readonly<Record<string, Opener>> = {
  postgres: (spec, { env }) => {
    const title = `PostgreSQL of ${spec.urlFrom ?? ''}`;
    return new PgvectorStore('postgres', title, async () => {
      const connection = connectionFrom(env, spec.urlFrom ?? '', title);
      return guardedDatabase(await openPostgres(connection), title, connection);
    });
  },
  lancedb: ({ path }) => new LancedbStore(path ?? ''),
  pglite: (spec) => {
    const title = `PGlite in ${spec.path ?? ''}`;
    return new PgvectorStore('pglite', title, async () =>
      guardedDatabase(oneAtATime(await openPglite(spec.path ?? '', title)), title, null),
    );
  },
};

/** The database of a store as engines search it; null for a kind that can't. Nothing is opened yet. */
export function servingStore(spec: StoreSpec, context: StoreContext): ServingStore | null {
  return SERVING[spec.kind]?.(spec, context) ?? null;
}

/** One connection for all: a session waits for the one before, so that settings of one search never reach another. */
function oneAtATime(database: SqlDatabase): SqlDatabase {
  let tail: Promise<unknown> = Promise.resolve();
  const after = <T>(work: () => Promise<T>): Promise<T> => {
    const run = tail.then(work);
    tail = run.catch(() => undefined);
    return run;
  };
  return {
    query: (sql, values) => after(() => database.query(sql, values)),
    session: (work) => after(() => database.session(work)),
    close: () => after(() => database.close()),
  };
}
