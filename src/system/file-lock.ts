import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../core/errors.ts';
import { makeFolder } from './files.ts';
import { parsedJson } from './json.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
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
