import { setTimeout as wait } from 'node:timers/promises';
import { CutoverError } from '../../../core/errors.ts';
import { isColumnGone } from '../../../databases/errors.ts';

/** A statement waits no longer than this for a lock, so that readers and writers behind it don't queue up. */
export const LOCK_TIMEOUT = "SET lock_timeout = '2s'";

/**
 * The first lock of a step that changes a table. It waits for vacuum and index builds, and cancels an autovacuum, while readers and writers
 * go on: behind the exclusive lock that follows they would all wait for that.
 */
export function quietLock(table: string): string {
  return `LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE`;
}

/** How often a step is tried whose lock others hold, and the milliseconds between. */
const TRIES = 5;
const PAUSE = 500;

/** Tries a step again while others hold what it has to lock. @throws CutoverError STORE_LOCKED in the end */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CutoverError) || error.code !== 'STORE_LOCKED' || tries >= TRIES) throw error;
      await wait(PAUSE * tries);
    }
  }
}

/** Does it again where a column went between a look at the catalogue and the statement: somebody has just exchanged or dropped it. */
export async function onceMore<T>(work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    if (isColumnGone(error)) return work();
    throw error;
  });
}
