import { basename } from 'node:path';
import type { LedgerEntry } from '../../model/ledger.ts';
import { readCertificate } from '../../proof/certificate.ts';
import { readLedger } from '../../proof/chain.ts';
import { readText } from '../../system/files.ts';
import { type LedgerOf, requireAnchored, requireEntry } from '../ledger/anchor.ts';
import { type StoreOptions, withStore } from '../store-access.ts';
import { snapshotOf, UNTAGGED } from '../stores/snapshot.ts';

/** `migrate history`: the ledger, checked. */
export async function history(options: StoreOptions): Promise<readonly LedgerEntry[]> {
  return withStore(options, async ({ store }) => readLedger(store.ledger, store.title));
}

export interface LedgerCheck {
  readonly entries: number;
  /** What outside of the ledger names an entry that is in its place; without any, lines cut off the end are not seen. */
  readonly anchors: readonly { readonly by: string; readonly seq: number }[];
  /** Where the store differs from what the last entry says; each in words. */
  readonly differences: readonly string[];
}

/**
 * `migrate verify`: the chain is whole, holds what lock and certificate name, and the store holds what its last entry says.
 * @throws CutoverError LEDGER_EDITED, CERTIFICATE_INVALID
 */
export async function verifyLedger(options: StoreOptions & { readonly certificate?: string | null }): Promise<LedgerCheck> {
  const { certificate = null } = options;
  return withStore(options, async ({ store, config }) => {
    const entries = await readLedger(store.ledger, store.title);
    const ledger = { config, name: store.spec.name, title: store.title, entries };
    const byLock = await requireAnchored(ledger);
    const byCertificate = certificate === null ? null : await requireCertified(ledger, certificate);
    const anchors = [byLock, byCertificate].filter((anchor) => anchor !== null);
    const { tags: was = {}, asOf } = entries.at(-1)?.snapshot ?? {};
    const when = asOf === undefined ? 'when the last entry was written' : `at entry ${asOf}, when the rows were last read`;
    const is = entries.length === 0 ? {} : (await snapshotOf(store)).tags;
    const tags = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
    const differences = tags.flatMap((tag) => {
      const name = tag === UNTAGGED ? 'untagged rows' : `rows of ${tag.slice(0, 12)}`;
      if (was[tag]?.hash === is[tag]?.hash) return [];
      return [
        `${name}: ${was[tag]?.rows ?? 0} ${when}, ${is[tag]?.rows ?? 0} now${was[tag]?.rows === is[tag]?.rows ? ', of other content' : ''}`,
      ];
    });
    return { entries: entries.length, anchors, differences };
  });
}

async function requireCertified(ledger: LedgerOf, file: string): Promise<LedgerCheck['anchors'][number] | null> {
  const { predicate } = readCertificate(await readText(file), file).certificate;
  const bound = predicate.ledgers?.[ledger.name];
  if (bound === undefined || bound.seq === 0) return null;
  requireEntry(ledger, bound, basename(file));
  return { by: basename(file), seq: bound.seq };
}
