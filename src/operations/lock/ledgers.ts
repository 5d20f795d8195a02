import type { Config } from '../../contract/config.ts';
import type { LedgerEntry } from '../../contract/ledger.ts';
import type { Change, Lock } from '../../contract/lock.ts';
import { CutoverError } from '../../errors.ts';
import { readLedger } from '../../ledger/chain.ts';
import type { StageOptions } from '../../stages/workspace.ts';
import { openLiveStore } from '../../store/registry.ts';

/**
 * Holds each configured store's ledger against what the lock pins: it may have grown, but the pinned entry must be in its place.
 * @returns null where all hold; what a store serves is no fault, since a merge comes before its migration
 * @throws CutoverError LEDGER_EDITED, STORE_UNKNOWN for a pinned store that the configuration lacks, and what opening a store throws
 */
export async function checkLedgers(config: Config, lock: Lock, { env }: Pick<StageOptions, 'env'>): Promise<Change | null> {
  const faults: string[] = [];
  for (const [name, pinned] of Object.entries(lock.ledgers)) {
    const entries = await entriesOf(config, name, env);
    if (pinned.seq > 0 && entries[pinned.seq - 1]?.hash !== pinned.head)
      faults.push(`${name}: entry ${pinned.seq} is not the one that the lock pins (${pinned.head.slice(0, 12)})`);
  }
  if (faults.length === 0) return null;
  return {
    state: 'ledger-rewritten',
    headline: 'A ledger was rewritten since the lock was written.',
    facts: faults,
    next: 'Restore the ledger from a backup. Until then nothing it says can be relied on.',
  };
}

async function entriesOf(config: Config, name: string, env: StageOptions['env']): Promise<readonly LedgerEntry[]> {
  const spec = config.stores.find((store) => store.name === name);
  if (spec === undefined)
    throw new CutoverError('STORE_UNKNOWN', { name, known: config.stores.map((store) => store.name).join(', ') || 'none' });
  const store = await openLiveStore(spec, { env });
  return readLedger(store.ledger, store.title).finally(() => store.close());
}
