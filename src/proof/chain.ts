import type { Fingerprint, Sha256 } from '../core/brand.ts';
import { CutoverError } from '../core/errors.ts';
import { canonicalJson, sha256Json } from '../core/hash.ts';
import { refuseNewer } from '../core/schema-version.ts';
import type { LedgerEntry, LedgerEvent, LedgerStorage, Snapshot } from '../model/ledger.ts';
import { parsedJson } from '../system/json.ts';

/** What the first line names as the hash before it. */
const NOTHING = '0'.repeat(64) as Sha256;

/** What a new entry says; place, time and hashes are added. */
export interface Proposal {
  readonly event: LedgerEvent;
  readonly from: Fingerprint | null;
  readonly to: Fingerprint;
  readonly live: Fingerprint | null;
  readonly snapshot: Snapshot;
  readonly certificate?: Sha256 | null;
  readonly reason?: string | null;
  readonly forced?: boolean;
}

/** Where a chain ends; 0 and 64 zeros for one without entries. */
export interface Head {
  readonly seq: number;
  readonly head: Sha256;
}

/** Whether something that was read names an entry: by a whole number from 0 on, and a hash. */
export function isHead(value: unknown): value is Head {
  const { seq, head, ...more } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const isNumbered = Number.isSafeInteger(seq) && (seq as number) >= 0;
  return isNumbered && typeof head === 'string' && /^[0-9a-f]{64}$/.test(head) && Object.keys(more).length === 0;
}

/**
 * The entries of a migration table, each checked against the one before.
 * @throws CutoverError LEDGER_EDITED naming the line: its hash, its place, the hash before it or its time is not what was written
 */
export async function readLedger(storage: LedgerStorage, store: string): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (const [i, line] of (await storage.read()).entries()) {
    refuseNewer(`${store}, line ${i + 1}`, parsedJson<LedgerEntry>(line)?.schemaVersion, 1);
    const reason = faultOf(line, entries.at(-1), i + 1);
    if (reason !== null) throw new CutoverError('LEDGER_EDITED', { store, line: i + 1, reason });
    entries.push(JSON.parse(line) as LedgerEntry);
  }
  return entries;
}

/** The entries as they are written, nothing checked: for what can't wait until a ledger that was edited is restored. */
export async function readLines(storage: Pick<LedgerStorage, 'read'>): Promise<readonly LedgerEntry[]> {
  return (await storage.read()).map((line) => parsedJson<LedgerEntry>(line)).filter((entry) => entry !== null);
}

function faultOf(line: string, before: LedgerEntry | undefined, seq: number): string | null {
  const entry = parsedJson<LedgerEntry>(line);
  if (entry === null || typeof entry !== 'object') return 'it is not whole';
  if (entry.schemaVersion !== 1) return 'it is of another schema version';
  const { hash, ...rest } = entry;
  if (hash !== sha256Json(rest)) return 'its hash is not that of what it says';
  if (entry.seq !== seq) return `it says it is line ${entry.seq}`;
  if (entry.previous !== (before?.hash ?? NOTHING)) return 'the line before it is another one than when it was written';
  if (before !== undefined && entry.at < before.at) return 'it is older than the line before it';
  return null;
}

/** The end of a chain. */
export function headOf(entries: readonly LedgerEntry[]): Head {
  const last = entries.at(-1);
  return { seq: last?.seq ?? 0, head: last?.hash ?? NOTHING };
}

/**
 * Appends one entry to the entries read before.
 * @param at ISO time of now
 * @throws CutoverError LEDGER_CLOCK when `at` lies before the last entry; LEDGER_MOVED when somebody else appended meanwhile
 */
export async function appendEntry(
  storage: Pick<LedgerStorage, 'append'>,
  store: string,
  entries: readonly LedgerEntry[],
  proposal: Proposal,
  at: string,
): Promise<LedgerEntry> {
  const last = entries.at(-1);
  if (last !== undefined && at < last.at) throw new CutoverError('LEDGER_CLOCK', { store, now: at, last: last.at });
  const { seq, head } = headOf(entries);
  const { event, from, to, live, snapshot, certificate = null, reason = null, forced = false } = proposal;
  const rest = {
    schemaVersion: 1,
    seq: seq + 1,
    at,
    event,
    from,
    to,
    live,
    snapshot,
    certificate,
    reason,
    forced,
    previous: head,
  } as const;
  const entry: LedgerEntry = { ...rest, hash: sha256Json(rest) };
  await storage.append(canonicalJson(entry), entry.seq, live);
  return entry;
}
