import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A write takes seconds; what is older was left by a killed process. */
const ABANDONED_MS = 10 * 60_000;

/**
 * Deletes the `.part` files that killed processes left in a folder; younger ones may belong to a writer at work and stay.
 * @param now milliseconds since the epoch
 * @returns names of the deleted files
 */
export async function sweepLeftOvers(folder: string, now: number): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const swept: string[] = [];
  for (const name of names.filter((name) => name.startsWith('.') && name.endsWith('.part'))) {
    const path = join(folder, name);
    const there = await stat(path).catch(() => null);
    if (there === null || now - there.mtimeMs < ABANDONED_MS) continue;
    await rm(path, { force: true }).catch(() => undefined);
    swept.push(name);
  }
  return swept;
}
