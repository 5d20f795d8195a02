import { CutoverError } from '../../core/errors.ts';
import { openLiveStore } from '../../live/stores/registry.ts';
import type { Config } from '../../model/config.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { Change, Lock } from '../../model/lock.ts';
import type { StageOptions } from '../../project/workspace.ts';
import { readLedger } from '../../proof/chain.ts';

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
