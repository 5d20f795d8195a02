import { CutoverError, reasonOf, systemCode } from '../core/errors.ts';
import type { SqlDatabase, SqlSession } from './connection.ts';
import type { Connection } from './connection-string.ts';

/** PostgreSQL's SQLSTATE, where an error has one. */
function stateOf(error: unknown): string | null {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** PostgreSQL's message, the operating system's, and the code that Rust and Node give with it; a quota is a disk, too. */
const FULL = /no space left on device|disk quota exceeded|\bENOSPC\b|\bEDQUOT\b/i;

/** Whether a reason is that a disk is full. */
export function isDiskFull(reason: string): boolean {
  return FULL.test(reason);
}

/**
 * A database's error as one of the catalogue.
 * @param connection null where there is no server
 */
export function storeError(error: unknown, store: string, connection: Connection | null): unknown {
  if (error instanceof CutoverError || error instanceof RangeError) return error;
  const hide = connection?.hide ?? [];
  const reason = hide.filter((secret) => secret !== '').reduce((text, secret) => text.replaceAll(secret, '…'), reasonOf(error));
  // The cause is left out: it may hold the connection's settings.
  const state = stateOf(error);
  if (state === '53100' || isDiskFull(reason)) return new CutoverError('STORE_DISK_FULL', { store, reason });
  if (state === '42P01' || state === '3F000') return new CutoverError('STORE_TABLE_MISSING', { store });
  if (state === '55P03' || state === '40P01') return new CutoverError('STORE_LOCKED', { store, reason });
  if (state === '42501') return new CutoverError('STORE_FORBIDDEN', { store, reason });
  if (state === '42704' && reason.includes('vector')) return new CutoverError('STORE_EXTENSION_MISSING', { store });
  if (state === '22000' && reason.includes('dimension')) return new CutoverError('STORE_STATEMENT_FAILED', { store, reason });
  const place = connection === null ? store : `${store} (${connection.where})`;
  if (state?.startsWith('28') || state === '3D000') return new CutoverError('STORE_LOGIN_REFUSED', { store: place, reason });
  if (state?.startsWith('08') || state?.startsWith('57') || state === '53300' || state === null)
    return new CutoverError('STORE_UNREACHABLE', { store: place, reason: state === null ? (systemCode(error) ?? reason) : reason });
  return new CutoverError('STORE_STATEMENT_FAILED', { store, reason: `${reason} (${state})` });
}

/** Whether a statement named a column that was exchanged or dropped after the catalogue was read. */
export function isColumnGone(error: unknown): boolean {
  return error instanceof CutoverError && error.code === 'STORE_STATEMENT_FAILED' && error.message.includes('(42703)');
}

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
