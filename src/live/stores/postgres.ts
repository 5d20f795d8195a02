import { connectionFrom } from '../../databases/connection-string.ts';
import { guardedDatabase } from '../../databases/errors.ts';
import { openPostgres } from '../../databases/postgres.ts';
import type { StoreAdapter } from './adapter.ts';
import { SqlStore } from './sql/store.ts';

/** A table of a PostgreSQL server with pgvector. */
export const postgres: StoreAdapter = {
  id: 'postgres',
  title: 'PostgreSQL with pgvector',
  needs: ['urlFrom', 'table'],
  open: async (spec, { env }) => {
    const title = `PostgreSQL table ${spec.table ?? ''}`;
    const connection = connectionFrom(env, spec.urlFrom ?? '', title);
    const subscribers =
      spec.subscribers?.map((name) => ({
        name,
        open: async () => {
          const there = connectionFrom(env, name, title);
          return guardedDatabase(await openPostgres(there), `subscriber ${name}`, there);
        },
      })) ?? null;
    return new SqlStore(spec, title, await openPostgres(connection), connection, subscribers);
  },
};
