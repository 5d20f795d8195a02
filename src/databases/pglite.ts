import { statfsSync } from 'node:fs';
import { CutoverError, reasonOf } from '../core/errors.ts';
import { fileLock } from '../system/file-lock.ts';
import { optionalPackage } from '../system/packages.ts';
import type { SqlDatabase, SqlSession } from './connection.ts';
import { storeError } from './errors.ts';

/** Bytes that a database needs to be opened: it writes its log and its state. */
const ROOM = 2 ** 20;
/** And for a transaction: a file of the log has 16 MiB, and a COMMIT that finds no room for the next one never ends. */
const ROOM_TO_COMMIT = 2 ** 25;

/** The database of a folder, for one process at a time: two would damage it. @throws CutoverError LEDGER_LOCKED, STORE_PACKAGE_MISSING */
export async function openPglite(folder: string, store: string): Promise<SqlDatabase> {
  const unlock = await fileLock(`${folder}.lock`, store);
  try {
    const database = await openDatabase(folder, store);
    return { ...database, close: () => database.close().finally(unlock) };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function openDatabase(folder: string, title: string): Promise<SqlDatabase> {
  const { PGlite } = await optionalPackage(() => import('@electric-sql/pglite'), '@electric-sql/pglite', 'pglite');
  const { vector } = await optionalPackage(() => import('@electric-sql/pglite-pgvector'), '@electric-sql/pglite-pgvector', 'pglite');
  const database = await PGlite.create({ dataDir: folder, extensions: { vector } }).catch((error: unknown) => {
    throw notOpened(error, folder, title);
  });
  // After a panic, such as of a log without room, it answers nothing: whoever asked would wait for ever.
  let panic: unknown = null;
  const session: SqlSession = {
    query: async (sql, values) => {
      if (panic !== null) throw panic;
      if (sql.startsWith('BEGIN') && !sql.includes('READ ONLY')) requireRoom(folder, title);
      try {
        return (await database.query(sql, values === undefined ? undefined : [...values])).rows as Record<string, unknown>[];
      } catch (error) {
        if ((error as { readonly severity?: unknown }).severity === 'PANIC') panic = error;
        throw error;
      }
    },
  };
  // There is one connection: whoever wants a session waits for the one before, unless it is called from within that one.
  let tail: Promise<unknown> = Promise.resolve();
  let depth = 0;
  return {
    ...session,
    session: async (work) => {
      if (depth > 0) return work(session);
      const before = tail;
      const run = before.then(async () => {
        depth++;
        try {
          return await work(session);
        } finally {
          depth--;
        }
      });
      tail = run.catch(() => undefined);
      return run;
    },
    close: async () => {
      if (database.closed) throw new CutoverError('STORE_UNREACHABLE', { store: title, reason: 'it is closed already' });
      await database.close();
    },
  };
}

/** What goes wrong while it opens, PGlite says to nobody: a disk without room is looked for here. */
function notOpened(error: unknown, folder: string, store: string): unknown {
  const free = freeBytes(folder);
  if (free === null || free >= ROOM) return storeError(error, store, null);
  return new CutoverError('STORE_DISK_FULL', { store, reason: `${reasonOf(error)}, with ${free} bytes free` }, { cause: error });
}

function requireRoom(folder: string, store: string): void {
  const free = freeBytes(folder);
  if (free === null || free >= ROOM_TO_COMMIT) return;
  const reason = `a transaction needs ${ROOM_TO_COMMIT} bytes for its log, and ${free} are free`;
  throw new CutoverError('STORE_DISK_FULL', { store, reason });
}

/** @returns null where nobody can say */
function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
