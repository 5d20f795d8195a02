import type { SqlDatabase, SqlSession } from './connection.ts';
import { storeError } from './errors.ts';

/** A database whose errors are those of the catalogue. @param hide what must not stand in one: connection string, password */
export function guardedDatabase(database: SqlDatabase, store: string, hide: readonly string[]): SqlDatabase {
  const mapped = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw storeError(error, store, hide);
    }
  };
  const guard = (session: SqlSession): SqlSession => ({ query: (sql, values) => mapped(session.query(sql, values)) });
  return {
    ...guard(database),
    session: (work) => mapped(database.session((session) => work(guard(session)))),
    close: () => database.close(),
  };
}
