import { basename } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import type { Config } from '../../model/config.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import { lockFile, readLock, sealed, writeLock } from '../../project/lock-file.ts';
import { type Head, headOf, isHead } from '../../proof/chain.ts';

/** A ledger, the store that it is of, and the configuration that names both. */
export interface LedgerOf {
  readonly config: Pick<Config, 'file' | 'stores'>;
  /** Its name under `stores:`, and what to call it. */
  readonly name: string;
  readonly title: string;
  readonly entries: readonly LedgerEntry[];
}

/**
 * Holds a ledger against an entry that is known from elsewhere: a line that was cut off the end leaves a chain that is whole.
 * @param by what names the entry, in words
 * @throws CutoverError LEDGER_EDITED
 */
export function requireEntry({ title, entries }: Pick<LedgerOf, 'title' | 'entries'>, pinned: Head, by: string): void {
  if (!isHead(pinned))
    throw new CutoverError('LEDGER_EDITED', { store: title, line: 1, reason: `${by} names no entry by number and hash` });
  const { seq, head } = pinned;
  const found = entries[seq - 1]?.hash;
  if (seq <= 0 || found === head) return;
  const reason = found === undefined ? `${by} names an entry there, and there is none` : `${by} names another entry there`;
  throw new CutoverError('LEDGER_EDITED', { store: title, line: seq, reason });
}

/**
 * Holds a ledger against the lock beside the configuration.
 * @returns the lock's name and the entry that it pins; null where no lock pins one, or it can't be read: a way back never waits for it
 * @throws CutoverError LEDGER_EDITED
 */
export async function requireAnchored(ledger: LedgerOf): Promise<{ readonly by: string; readonly seq: number } | null> {
  const file = lockFile(ledger.config.file);
  const lock = await readLock(file).catch(() => null);
  const pinned = isNamed(ledger) ? lock?.ledgers?.[ledger.name] : undefined;
  if (pinned === undefined || pinned.seq === 0) return null;
  requireEntry(ledger, pinned, basename(file));
  return { by: basename(file), seq: pinned.seq };
}

/** Pins where a ledger ends in the lock beside the configuration, if there is one that can be written; the entry is kept anyway. */
export async function pinHead(ledger: LedgerOf): Promise<void> {
  const { config, name, entries } = ledger;
  if (!isNamed(ledger)) return;
  const file = lockFile(config.file);
  try {
    const lock = await readLock(file);
    if (lock === null) return;
    const { seal: _seal, ...rest } = lock;
    await writeLock(file, sealed({ ...rest, ledgers: { ...rest.ledgers, [name]: headOf(entries) } }));
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
  }
}

/** A store that was named by its path has no name that a lock could pin it by. */
function isNamed({ config, name }: LedgerOf): boolean {
  return config.stores.some((store) => store.name === name);
}
