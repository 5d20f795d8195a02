import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError } from '../../../core/errors.ts';
import { loadLancedb } from '../../../databases/lancedb.ts';
import { readTextIfAny, writeFileAtomic } from '../../../system/files.ts';
import { parsedJson } from '../../../system/json.ts';
import type { Place } from '../live-store.ts';
import type { LanceTable, PlaceColumns } from './table.ts';

type Columns = { readonly [P in Place]: PlaceColumns };

/** An index over a column of the current place, and what the one over the column beside is to be. */
export interface IndexTwin {
  readonly column: string;
  readonly type: string;
  readonly distance: string | null;
  /** Made from the column's name unless given. */
  readonly name?: string;
}

/** Indexes that a step may lose, written down before it does: whoever comes after a kill builds them again. */
export class LanceIndexes {
  readonly #table: LanceTable;
  /** Where they are written down. */
  readonly file: string;

  constructor(table: LanceTable, folder: string) {
    this.#table = table;
    this.file = join(folder, `cutover_indexes_${table.name}.json`);
  }

  /**
   * Does what writes many rows, and builds indexes again that the engine drops over it: it moves each row that is written, and an index
   * of vectors none of whose rows is where it was is gone.
   */
  async keeping<T>(work: () => Promise<T>): Promise<T> {
    await this.restore();
    const twins = await this.#ofVectors();
    if (twins.length === 0) return work();
    await writeFileAtomic(this.file, `${JSON.stringify({ kind: 'cutover.indexes', schemaVersion: 1, indexes: twins }, null, 2)}\n`);
    const result = await work();
    await this.restore();
    return result;
  }

  /** Builds what was written down and is not there. One that can't be built is an error once, and does not stop the next command. */
  async restore(): Promise<void> {
    const noted = parsedJson<{ readonly indexes: readonly IndexTwin[] }>((await readTextIfAny(this.file)) ?? '')?.indexes;
    if (noted === undefined) return;
    const columns = await this.#table.names();
    const there = new Set((await this.#table.run((own) => own.listIndices())).map(({ name }) => name));
    try {
      for (const twin of noted) if (columns.includes(twin.column) && !there.has(twin.name ?? '')) await buildIndex(this.#table, twin);
    } catch (error) {
      if (!(error instanceof CutoverError) || error.code !== 'STORE_DISK_FULL') await rm(this.file, { force: true });
      throw error;
    }
    await rm(this.file, { force: true });
  }

  async #ofVectors(): Promise<IndexTwin[]> {
    const twins: IndexTwin[] = [];
    for (const { name, columns, indexType } of await this.#table.run((own) => own.listIndices()))
      if (columns.length === 1 && indexType.startsWith('Ivf'))
        twins.push({ name, column: columns[0] ?? '', type: indexType, distance: await distanceOf(this.#table, name) });
    return twins;
  }
}

function distanceOf(table: LanceTable, name: string): Promise<string | null> {
  return table.run(async (own) => (await own.indexStats(name))?.distanceType ?? null);
}

/** Indexes over the current columns that those beside lack. */
export function missingIndexes(table: LanceTable, { current, next }: Columns): Promise<readonly IndexTwin[]> {
  return table.run(async (own) => {
    const there = await own.listIndices();
    const twins: IndexTwin[] = [];
    for (const part of ['vector', 'tag', 'textHash'] as const) {
      if (there.some(({ columns }) => columns.includes(next[part]))) continue;
      for (const { name, columns, indexType } of there.filter((index) => index.columns.includes(current[part])).slice(0, 1)) {
        if (columns.length > 1) continue;
        twins.push({ column: next[part], type: indexType, distance: (await own.indexStats(name))?.distanceType ?? null });
      }
    }
    return twins;
  });
}

export async function buildIndex(table: LanceTable, { column, type, distance, name: own }: IndexTwin): Promise<void> {
  const { Index } = await loadLancedb();
  const distanceType = (distance ?? 'l2') as 'l2' | 'cosine' | 'dot';
  const makers: Readonly<Record<string, () => ReturnType<typeof Index.btree>>> = {
    IvfFlat: () => Index.ivfFlat({ distanceType }),
    IvfPq: () => Index.ivfPq({ distanceType }),
    IvfRq: () => Index.ivfRq({ distanceType }),
    IvfHnswPq: () => Index.hnswPq({ distanceType }),
    IvfHnswSq: () => Index.hnswSq({ distanceType }),
    Bitmap: () => Index.bitmap(),
    BTree: () => Index.btree(),
  };
  const make = makers[type];
  if (make === undefined) return;
  await table.run(async (opened) => {
    // The names of indexes stay with the columns that change theirs: one that is taken would be replaced.
    const taken = new Set((await opened.listIndices()).map(({ name }) => name));
    // Another process was faster.
    if (own !== undefined && taken.has(own)) return;
    let name = own ?? `${column}_idx`;
    for (let n = 2; taken.has(name); n++) name = `${column}_idx_${n}`;
    await opened.createIndex(column, { config: make(), name, replace: false });
  });
}
