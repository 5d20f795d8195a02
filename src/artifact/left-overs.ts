import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A write takes seconds; what is older was left by a killed process. */
const ABANDONED_MS = 10 * 60_000;

/** How writers call what they have not finished: `.<name>.<uuid>.part`. */
const PART = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/**
 * Deletes the `.part` files that killed processes left in a folder; younger ones may belong to a writer at work and stay.
 * @param now milliseconds since the epoch
 * @returns names of the deleted files
 */
export async function sweepLeftOvers(folder: string, now: number): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const swept: string[] = [];
  for (const name of names.filter((name) => PART.test(name))) {
    const path = join(folder, name);
    const there = await stat(path).catch(() => null);
    if (there === null || now - there.mtimeMs < ABANDONED_MS) continue;
    await rm(path, { force: true }).catch(() => undefined);
    swept.push(name);
  }
  return swept;
}

/** The same, in a folder and in the folders that stand in it. @returns paths of the deleted files */
export async function sweepLeftOversBelow(folder: string, now: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = [folder, ...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))];
  const swept = await Promise.all(folders.map(async (each) => (await sweepLeftOvers(each, now)).map((name) => join(each, name))));
  return swept.flat();
}
