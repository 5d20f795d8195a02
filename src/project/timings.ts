import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { IndexCost, Timings } from '../model/evaluation.ts';
import type { Side } from '../model/version.ts';
import { readText, writeFileAtomic } from '../system/files.ts';

export const TIMINGS_FILE = 'timings.json';

type Entries = Record<string, Timings['entries'][string]>;

/** Collects how long work took; the only place where clock and machine are written down. Entries of cached work stay. */
export class TimingsRecorder {
  readonly #file: string;
  readonly #entries: Entries;
  readonly #index: { [S in Side]?: IndexCost };

  private constructor(file: string, entries: Entries, index: { [S in Side]?: IndexCost }) {
    this.#file = file;
    this.#entries = entries;
    this.#index = index;
  }

  /** Continues what an earlier run recorded in this folder. */
  static async load(folder: string): Promise<TimingsRecorder> {
    const file = join(folder, TIMINGS_FILE);
    const earlier = await readTimings(folder);
    return new TimingsRecorder(file, { ...earlier?.entries }, { ...earlier?.index });
  }

  /** @param milliseconds wall clock */
  record(key: string, milliseconds: number, items: number, unit: string): void {
    this.#entries[key] = { seconds: Math.round(milliseconds) / 1000, items, unit };
  }

  /** @param cost `buildSeconds` null where the index was loaded: the time it once took stays */
  recordIndex(side: Side, cost: IndexCost): void {
    this.#index[side] = { ...cost, buildSeconds: cost.buildSeconds ?? this.#index[side]?.buildSeconds ?? null };
  }

  async save(): Promise<void> {
    const entries = Object.fromEntries(Object.entries(this.#entries).sort(([a], [b]) => (a < b ? -1 : 1)));
    const timings: Timings = { kind: 'cutover.timings', schemaVersion: 1, machine: machineFacts(), entries, index: this.#index };
    await writeFileAtomic(this.#file, `${JSON.stringify(timings, null, 2)}\n`);
  }
}

/** timings.json of a report folder; null when it is missing or unreadable, since no number depends on it. */
export async function readTimings(folder: string): Promise<Timings | null> {
  try {
    return JSON.parse(await readText(join(folder, TIMINGS_FILE))) as Timings;
  } catch {
    return null;
  }
}

function machineFacts(): Timings['machine'] {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}
