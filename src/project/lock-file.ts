import { basename, dirname, extname, join } from 'node:path';
import { CutoverError } from '../core/errors.ts';
import { sha256Json } from '../core/hash.ts';
import type { Lock, LockedVersion } from '../model/lock.ts';
import { isHead } from '../proof/chain.ts';
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
  if (typeof value !== 'object' || value?.kind !== 'cutover.lock') throw new CutoverError('LOCK_INVALID', { file, part: 'kind' });
  if (value.schemaVersion > VERSION) throw new CutoverError('LOCK_NEWER', { file, found: value.schemaVersion, known: VERSION });
  const { seal, ...rest } = value;
  if (seal !== sealOf(rest, file)) throw new CutoverError('LOCK_EDITED', { file });
  const part = brokenPart(value);
  if (part !== null) throw new CutoverError('LOCK_INVALID', { file, part });
  return value;
}

function sealOf(rest: Omit<Lock, 'seal'>, file: string): string {
  try {
    return sha256Json(rest);
  } catch (error) {
    // Nested deeper than the stack.
    if (error instanceof RangeError) throw new CutoverError('LOCK_INVALID', { file, part: 'depth' }, { cause: error });
    throw error;
  }
}

/**
 * The first key that isn't as a lock has it, or null. A seal is easily made: what a lock says is held against what one can say, so that
 * nothing is compared with what is missing.
 */
function brokenPart({ live, waiting, policy, certificate, unevaluated, ledgers }: Partial<Lock>): string | null {
  const isVersion = (of: LockedVersion | undefined) => typeof of?.id === 'string' && isHash(of.fingerprint);
  const isCertified = certificate !== null && isHash(certificate?.sha256) && isVersion(certificate?.old);
  const whole = {
    live: isVersion(live) && typeof live?.verifiable === 'boolean' && isObject(live.names) && isObject(live.decides),
    waiting: waiting === null || isVersion(waiting),
    policy: isHash(policy),
    certificate: isCertified || certificate === null,
    unevaluated: isCertified ? unevaluated === null : typeof unevaluated === 'string',
    ledgers: isObject(ledgers) && Object.values(ledgers).every(isHead),
  };
  return Object.entries(whole).find(([, isWhole]) => !isWhole)?.[0] ?? null;
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The lock in the working tree, or null. @throws CutoverError of {@link parseLock}, FILE_UNREADABLE */
export async function readLock(file: string): Promise<Lock | null> {
  const text = await readTextIfAny(file);
  return text === null ? null : parseLock(text, file);
}

export async function writeLock(file: string, lock: Lock): Promise<void> {
  await writeFileAtomic(file, lockText(lock));
}
