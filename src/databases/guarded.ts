import type { SqlDatabase, SqlSession } from './connection.ts';
import type { Connection } from './connection-string.ts';
import { storeError } from './errors.ts';

/** A database whose errors are those of the catalogue. @param connection null where there is no server */
export function guardedDatabase(database: SqlDatabase, store: string, connection: Connection | null): SqlDatabase {
  const mapped = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw storeError(error, store, connection);
    }
  };
  const guard = (session: SqlSession): SqlSession => ({ query: (sql, values) => mapped(session.query(sql, values)) });
  return {
    ...guard(database),
    session: (work) => mapped(database.session((session) => work(guard(session)))),
    close: () => database.close(),
  };
}
