import type { LedgerEntry } from '../../model/ledger.ts';
import { readLedger } from '../../proof/chain.ts';
import { type StoreOptions, withStore } from '../store-access.ts';
import { snapshotOf, UNTAGGED } from '../stores/snapshot.ts';

/** `migrate history`: the ledger, checked. */
export async function history(options: StoreOptions): Promise<readonly LedgerEntry[]> {
  return withStore(options, async ({ store }) => readLedger(store.ledger, store.title));
}

export interface LedgerCheck {
  readonly entries: number;
  /** What the store holds otherwise than the last entry says; each in words. */
  readonly differences: readonly string[];
}

/** `migrate verify`: the chain is whole, and the store holds what its last entry says. @throws CutoverError LEDGER_EDITED */
export async function verifyLedger(options: StoreOptions): Promise<LedgerCheck> {
  return withStore(options, async ({ store }) => {
    const entries = await readLedger(store.ledger, store.title);
    const was = entries.at(-1)?.snapshot.tags ?? {};
    const is = entries.length === 0 ? {} : (await snapshotOf(store)).tags;
    const tags = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
    const differences = tags.flatMap((tag) => {
      const name = tag === UNTAGGED ? 'untagged rows' : `rows of ${tag.slice(0, 12)}`;
      if (was[tag]?.hash === is[tag]?.hash) return [];
      return [
        `${name}: ${was[tag]?.rows ?? 0} when the last entry was written, ${is[tag]?.rows ?? 0} now${was[tag]?.rows === is[tag]?.rows ? ', of other content' : ''}`,
      ];
    });
    return { entries: entries.length, differences };
  });
}
