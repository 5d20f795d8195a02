import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder, readText, writeFileAtomic } from '../artifact/files.ts';
import { parsedJson } from '../artifact/json.ts';
import type { LedgerStorage } from '../contract/ledger.ts';
import { CutoverError, reasonOf, systemCode } from '../errors.ts';

const FILE = 'cutover_migrations.jsonl';
const LOCK = 'cutover_migrations.lock';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** The migration table of a store that is a folder: one JSON line an entry. The last line says which tag is live. */
export function fileLedger(folder: string, store: string): LedgerStorage {
  const file = join(folder, FILE);
  const read = async (): Promise<readonly string[]> => {
    const text = await readText(file).catch((error: unknown) => {
      if (error instanceof CutoverError && error.code === 'FILE_MISSING') return '';
      throw error;
    });
    // A cut last line stays, for the reader to complain of.
    return text.split('\n').filter((line) => line !== '');
  };
  return {
    read,
    append: async (line, seq) => {
      const lines = await read();
      if (lines.length !== seq - 1) throw new CutoverError('LEDGER_MOVED', { store, seq });
      await writeFileAtomic(file, `${[...lines, line].join('\n')}\n`);
    },
    exclusively: (work) => locked(folder, store, work),
  };
}

async function locked<T>(folder: string, store: string, work: () => Promise<T>): Promise<T> {
  const unlock = await fileLock(join(folder, LOCK), store);
  try {
    return await work();
  } finally {
    await unlock();
  }
}

/**
 * Takes a lock that a file stands for; that of a process which died on this machine is taken over.
 * @returns what gives it back
 * @throws CutoverError LEDGER_LOCKED naming the holder
 */
export async function fileLock(lock: string, store: string): Promise<() => Promise<void>> {
  await take(lock, store);
  return () => rm(lock, { force: true });
}

async function take(lock: string, store: string): Promise<void> {
  const mine = `${lock}.${process.pid}.${randomUUID()}`;
  const me: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await makeFolder(dirname(lock));
      // Linked once it is written, so that a lock always says who holds it.
      await writeFile(mine, JSON.stringify(me));
      await link(mine, lock).finally(() => rm(mine, { force: true }));
      return;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST')
        throw new CutoverError('FILE_UNWRITABLE', { file: lock, reason: reasonOf(error) }, { cause: error });
    }
    const text = await readFile(lock, 'utf8').catch(() => null);
    if (text === null) continue;
    const holder = parsedJson<Holder>(text);
    if (holder === null || holder.host !== me.host || isAlive(holder.pid))
      throw new CutoverError('LEDGER_LOCKED', {
        store,
        otherwise: `; if that process is dead, delete ${lock}`,
        holder: holder === null ? `a lock that cannot be read, ${lock}` : `process ${holder.pid} on ${holder.host}, since ${holder.since}`,
      });
    // Moved away by name first: of two that find a dead holder, one moves it and the other finds nothing to move.
    const dead = `${lock}.${process.pid}.dead`;
    await rename(lock, dead).catch(() => undefined);
    await rm(dead, { force: true });
  }
  throw new CutoverError('LEDGER_LOCKED', { store, holder: 'another process took the lock at the same moment', otherwise: '' });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
