import type { Sha256 } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import type { LedgerEntry, LedgerStorage, MigrationState, Snapshot } from '../../model/ledger.ts';
import { appendEntry, type Proposal, readLedger, readLines } from '../../proof/chain.ts';
import { parsedJson } from '../../system/json.ts';
import { type LedgerOf, pinHead, requireAnchored } from '../ledger/anchor.ts';
import { mayFollow, type Standing, standingOf } from '../ledger/states.ts';
import type { StoreAccess } from '../store-access.ts';
import { snapshotOf } from '../stores/snapshot.ts';

/** One store's entries and the appending of more. */
export class Book {
  readonly #access: StoreAccess;
  readonly #now: () => string;
  /** The ledger is not what was written: its states can't be held against one another. */
  #isBroken = false;
  entries: readonly LedgerEntry[] = [];

  /** @param now ISO time */
  constructor(access: StoreAccess, now: () => string) {
    this.#access = access;
    this.#now = now;
  }

  get #ledger(): LedgerOf {
    const { config, store } = this.#access;
    return { config, name: store.spec.name, title: store.title, entries: this.entries };
  }

  /** @throws CutoverError LEDGER_EDITED, also where the lock pins an entry that is not there */
  async read(): Promise<Standing> {
    const { store } = this.#access;
    this.entries = await readLedger(store.ledger, store.title);
    await requireAnchored(this.#ledger);
    return standingOf(this.entries);
  }

  /**
   * Reads a ledger that was edited or cut as far as its lines go, for a way back that can't wait until it is restored.
   * @returns what is wrong with it, in words; null where it is whole
   */
  async readAnyway(): Promise<string | null> {
    try {
      await this.read();
      return null;
    } catch (error) {
      if (!(error instanceof CutoverError) || error.code !== 'LEDGER_EDITED') throw error;
      const { ledger } = this.#access.store;
      this.entries = await readLines(ledger);
      // The next line goes after the last one.
      if (this.entries.length > 0 && parsedJson((await ledger.read()).at(-1) ?? '') === null) throw error;
      this.#isBroken = true;
      return error.message;
    }
  }

  /** What the store held when it was last read, for a step that does not wait until it is read again. */
  get lastSnapshot(): Snapshot {
    const last = this.entries.at(-1);
    return { tags: last?.snapshot.tags ?? {}, asOf: last?.snapshot.asOf ?? last?.seq ?? 0 };
  }

  get head(): { readonly seq: number; readonly hash: Sha256 | null } {
    return { seq: this.entries.length, hash: this.entries.at(-1)?.hash ?? null };
  }

  /**
   * @param proposal its snapshot is what the store holds after the step; what it holds now unless given
   * @param append where the entry belongs to more than itself: the switch of columns, in one transaction with it
   */
  async add(
    migration: string,
    state: MigrationState,
    proposal: Omit<Proposal, 'event' | 'snapshot'> & { readonly snapshot?: Snapshot },
    append: LedgerStorage['append'] = (line, seq, live) => this.#access.store.ledger.append(line, seq, live),
  ): Promise<LedgerEntry> {
    const { store } = this.#access;
    const { migration: last } = standingOf(this.entries);
    if (!this.#isBroken && state !== 'registered' && (last === null || last.id !== migration || !mayFollow(last.state, state)))
      throw new TypeError(`${state} does not follow ${last?.state ?? 'nothing'}.`);
    const entry = await appendEntry(
      { append },
      store.title,
      this.entries,
      { ...proposal, event: { type: 'migration', migration, state }, snapshot: proposal.snapshot ?? (await snapshotOf(store)) },
      this.#now(),
    );
    this.entries = [...this.entries, entry];
    await pinHead(this.#ledger);
    return entry;
  }
}
