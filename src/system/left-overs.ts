import { randomUUID } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A write takes seconds; what is older was left by a killed process. */
const ABANDONED_MS = 10 * 60_000;

/** How writers call what they have not finished: `.<name>.<uuid>.part`. */
const PART = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/**
 * Deletes the `.part` files that killed processes left in a folder; younger ones may belong to a writer at work and stay.
 * @returns names of the deleted files
 */
export async function sweepLeftOvers(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => PART.test(name));
  const now = names.length === 0 ? null : await timeIn(folder);
  if (now === null) return [];
  const swept: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const there = await stat(path).catch(() => null);
    if (there === null || now - there.mtimeMs < ABANDONED_MS) continue;
    await rm(path, { force: true }).catch(() => undefined);
    swept.push(name);
  }
  return swept;
}

/**
 * Milliseconds since the epoch by the clock that dates the folder's files: machines that share it may have others.
 * null where nothing can be written, and so nothing deleted.
 */
async function timeIn(folder: string): Promise<number | null> {
  const probe = join(folder, `.now.${randomUUID()}.part`);
  try {
    await writeFile(probe, '');
    return (await stat(probe)).mtimeMs;
  } catch {
    return null;
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/**
 * The same, in a folder and below it.
 * @param levels how many levels of folders below it; all where nothing is said, so only where all of them are ours
 * @returns paths of the deleted files
 */
export async function sweepLeftOversBelow(folder: string, levels = Number.POSITIVE_INFINITY): Promise<string[]> {
  const swept = (await sweepLeftOvers(folder)).map((name) => join(folder, name));
  if (levels === 0) return swept;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => []))
    if (entry.isDirectory()) swept.push(...(await sweepLeftOversBelow(join(folder, entry.name), levels - 1)));
  return swept;
}
