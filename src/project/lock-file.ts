import { basename, dirname, extname, join } from 'node:path';
import { CutoverError } from '../core/errors.ts';
import { sha256Json } from '../core/hash.ts';
import type { Lock } from '../model/lock.ts';
import { readTextIfAny, writeFileAtomic } from '../system/files.ts';
import { parsedJson } from '../system/json.ts';

const VERSION = 1;

/** The lock beside a configuration: `cutover.yaml` → `cutover.lock`. */
export function lockFile(configFile: string): string {
  return join(dirname(configFile), `${basename(configFile, extname(configFile))}.lock`);
}

/** Closes a lock: its seal is the hash of the rest. */
export function sealed(rest: Omit<Lock, 'seal'>): Lock {
  return { ...rest, seal: sha256Json(rest) };
}

/** The file's text: keys in a fixed order, one value a line, so that two changes of the live version always meet in a merge. */
export function lockText(lock: Lock): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/**
 * A lock from its text.
 * @param file what to call it: a path, or a path at a commit
 * @throws CutoverError LOCK_CONFLICT, LOCK_INVALID, LOCK_NEWER, LOCK_EDITED
 */
export function parseLock(text: string, file: string): Lock {
  const line = text.split('\n').findIndex((found) => /^(<{7}|={7}|>{7}|\|{7})( |\r?$)/.test(found));
  if (line >= 0) throw new CutoverError('LOCK_CONFLICT', { file, line: line + 1 });
  const value = parsedJson<Lock & { readonly schemaVersion: number }>(text);
  if (typeof value !== 'object' || value?.kind !== 'cutover.lock') throw new CutoverError('LOCK_INVALID', { file });
  if (value.schemaVersion > VERSION) throw new CutoverError('LOCK_NEWER', { file, found: value.schemaVersion, known: VERSION });
  const { seal, ...rest } = value;
  if (seal !== sha256Json(rest)) throw new CutoverError('LOCK_EDITED', { file });
  return value;
}

/** The lock in the working tree, or null. @throws CutoverError of {@link parseLock}, FILE_UNREADABLE */
export async function readLock(file: string): Promise<Lock | null> {
  const text = await readTextIfAny(file);
  return text === null ? null : parseLock(text, file);
}

export async function writeLock(file: string, lock: Lock): Promise<void> {
  await writeFileAtomic(file, lockText(lock));
}
