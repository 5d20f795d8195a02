import { join } from 'node:path';
import type { Fingerprint } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import type { LedgerEntry, LedgerStorage } from '../../../model/ledger.ts';
import { fileLock } from '../../../system/file-lock.ts';
import { readTextIfAny, writeFileAtomic } from '../../../system/files.ts';
import { parsedJson } from '../../../system/json.ts';
import type { LedgerMove, Sides } from '../column-store.ts';

/** Which version each place holds, and what the tool has made for the other one. */
export interface Places {
  /** Null before there is any tag. */
  readonly live: Fingerprint | null;
  readonly next: Fingerprint | null;
  /** What the tool made and has to take away again: columns, or a folder by its path; null for nothing. */
  readonly made: string | null;
}

/** A step that is being taken: it counts once its line is in the ledger, or once the places have changed names, where it exchanges them. */
interface Step {
  readonly seq: number;
  readonly line: string;
  readonly places: Places;
  /** Whether the places have exchanged names once this step counts; null where it exchanges none. */
  readonly isExchanged: boolean | null;
}

interface StateFile {
  readonly kind: 'cutover.places';
  readonly schemaVersion: 1;
  readonly now: Places;
  readonly step: Step | null;
}

const NOTHING: Places = { live: null, next: null, made: null };

/** Where a store keeps its migration table and the state beside it. */
export interface StateFiles {
  /** The folder of both; it may change with the switch. */
  folder(): Promise<string>;
  /** Tells tables of one folder apart; empty where the folder is one store. */
  readonly suffix: string;
  /** Held by one operator at a time. */
  readonly lock: string;
  readonly store: string;
  /** Whether the places have exchanged names since the one beside was made. */
  isExchanged?(): Promise<boolean>;
  /** Finishes what a killed operator began; whoever has the lock does so first. */
  settle(): Promise<void>;
}

/** The migration table of a store of files, one JSON line an entry, and which version each of its places holds. */
export class StateLedger implements LedgerStorage {
  readonly #files: StateFiles;

  constructor(files: StateFiles) {
    this.#files = files;
  }

  /** Where the ledger is in a folder. */
  ledgerIn(folder: string): string {
    return join(folder, `cutover_migrations${this.#files.suffix}.jsonl`);
  }

  stateIn(folder: string): string {
    return join(folder, `cutover_places${this.#files.suffix}.json`);
  }

  async read(): Promise<readonly string[]> {
    return (await this.#resolved()).lines;
  }

  async places(): Promise<Places> {
    return (await this.#resolved()).places;
  }

  async sides(): Promise<Sides | null> {
    const { live, next } = await this.places();
    return live === null ? null : { current: live, next };
  }

  async append(line: string, seq: number, live: Fingerprint | null): Promise<void> {
    const { places } = await this.#resolved();
    await this.commit({ line, seq }, live === null ? places : { ...places, live });
  }

  /** Appends an entry and makes the places what it says, both or neither. @throws CutoverError LEDGER_MOVED */
  async commit(move: LedgerMove, places: Places): Promise<void> {
    const folder = await this.#files.folder();
    const lines = await this.#prepare(folder, move, places, null);
    await this.#writeLines(folder, [...lines, move.line]);
  }

  /** Writes down an exchange before it is done; it counts as soon as it is. @throws CutoverError LEDGER_MOVED */
  async announce(move: LedgerMove, places: Places, isExchanged: boolean): Promise<void> {
    await this.#prepare(await this.#files.folder(), move, places, isExchanged);
  }

  /** Writes ledger and state as they are to be once another folder is the store's. */
  async writeInto(folder: string, move: LedgerMove, places: Places): Promise<void> {
    const lines = await this.read();
    requireNext(this.#files.store, lines, move.seq);
    await this.#writeState(folder, { now: places, step: null });
    await this.#writeLines(folder, [...lines, move.line]);
  }

  /** What was made is written down before it is, so that a killed run leaves nothing that nobody knows of. */
  async note(made: string | null): Promise<void> {
    const folder = await this.#files.folder();
    await this.persist();
    await this.#writeState(folder, { now: { ...(await this.places()), made }, step: null });
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const unlock = await fileLock(this.#files.lock, this.#files.store);
    try {
      await this.persist();
      await this.#files.settle();
      return await work();
    } finally {
      await unlock();
    }
  }

  /** An exchange that counts and is not in the ledger yet is written into it. */
  async persist(): Promise<void> {
    const { lines, isAhead } = await this.#resolved();
    if (isAhead) await this.#writeLines(await this.#files.folder(), lines);
  }

  async #prepare(folder: string, move: LedgerMove, places: Places, isExchanged: boolean | null): Promise<readonly string[]> {
    await this.persist();
    const now = await this.#resolved();
    requireNext(this.#files.store, now.lines, move.seq);
    await this.#writeState(folder, { now: now.places, step: { ...move, places, isExchanged } });
    return now.lines;
  }

  async #resolved(): Promise<{ readonly lines: readonly string[]; readonly places: Places; readonly isAhead: boolean }> {
    const folder = await this.#files.folder();
    const state = parsedJson<StateFile>((await readTextIfAny(this.stateIn(folder))) ?? '');
    // A cut last line stays, for the reader to complain of.
    const lines = ((await readTextIfAny(this.ledgerIn(folder))) ?? '').split('\n').filter((line) => line !== '');
    if (state === null) return { lines, places: { ...NOTHING, live: liveIn(lines) }, isAhead: false };
    const { now, step } = state;
    if (step === null) return { lines, places: now, isAhead: false };
    if (lines[step.seq - 1] === step.line) return { lines, places: step.places, isAhead: false };
    const isDone = step.isExchanged !== null && lines.length === step.seq - 1 && (await this.#files.isExchanged?.()) === step.isExchanged;
    if (isDone) return { lines: [...lines, step.line], places: step.places, isAhead: true };
    return { lines, places: now, isAhead: false };
  }

  async #writeState(folder: string, state: Pick<StateFile, 'now' | 'step'>): Promise<void> {
    const file: StateFile = { kind: 'cutover.places', schemaVersion: 1, ...state };
    await writeFileAtomic(this.stateIn(folder), `${JSON.stringify(file, null, 2)}\n`);
  }

  async #writeLines(folder: string, lines: readonly string[]): Promise<void> {
    await writeFileAtomic(this.ledgerIn(folder), lines.map((line) => `${line}\n`).join(''));
  }
}

function requireNext(store: string, lines: readonly string[], seq: number): void {
  if (lines.length !== seq - 1) throw new CutoverError('LEDGER_MOVED', { store, seq });
}

/** A ledger of a store that had no places yet. */
function liveIn(lines: readonly string[]): Fingerprint | null {
  const last = lines.at(-1);
  return last === undefined ? null : (parsedJson<LedgerEntry>(last)?.live ?? null);
}
