import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrowRowBytes, readArrowRows } from '../../../src/formats/arrow-rows.ts';
import { parquetRowBytes, readParquetRows } from '../../../src/formats/parquet.ts';
import type { ColumnStore } from '../../../src/live/stores/column-store.ts';
import { openLiveStore } from '../../../src/live/stores/registry.ts';
import type { StoreColumns, StoreSpec } from '../../../src/model/store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import type { AppRow, MadeStore } from './contract.ts';

export type FileKind = 'arrow' | 'parquet';

const root = temporaryFolder();
export const BYTES = { arrow: arrowRowBytes, parquet: parquetRowBytes };
const READ = { arrow: readArrowRows, parquet: readParquetRows };
const COLUMNS: StoreColumns = {
  id: 'id',
  vector: 'vector',
  tag: 'cutover_tag',
  textHash: 'cutover_text_hash',
  text: 'body',
  stratum: null,
};
const NAMES = ['id', 'body', 'extra', 'cutover_tag', 'cutover_text_hash'];

export function folderSpec(kind: FileKind, path: string, more: Partial<StoreSpec> = {}): StoreSpec {
  return { name: 'files', kind, path, urlFrom: null, table: null, columns: COLUMNS, corpus: null, ...more };
}

/** Rows of a file with everything that is in it. */
export async function readRows(kind: FileKind, file: string) {
  const rows = [];
  for await (const { texts, vectors, rows: count } of READ[kind](file, { texts: NAMES, vector: 'vector' }))
    for (let row = 0; row < count; row++) {
      const vector = vectors?.values.slice(vectors.offsets[row], vectors.offsets[row + 1]);
      const text = (name: string) => texts[name]?.[row] ?? null;
      rows.push({
        id: text('id') ?? '',
        body: text('body') ?? '',
        extra: text('extra') ?? '',
        vector: vector === undefined || vector.length === 0 ? null : vector,
        tag: text('cutover_tag'),
        hash: text('cutover_text_hash'),
      });
    }
  return rows;
}

/** A row with the columns that its program writes; the tool's own where they were there. */
interface StoredRow {
  texts: Record<string, string | null>;
  vector: Float32Array | null;
}

export interface MadeFolder extends MadeStore {
  /** The folder of the store, and the one that it is in. */
  readonly path: string;
  readonly parent: string;
  /** Holds the store's lock, as the rule for writers says. */
  locked(work: () => Promise<void>): Promise<void>;
}

/** A store of files and a writer that follows the rule: it holds the lock, writes beside and renames. */
export async function makeFolder(kind: FileKind): Promise<MadeFolder> {
  const parent = mkdtempSync(join(root, `${kind}-`));
  const path = join(parent, 'store');
  const { mkdirSync } = await import('node:fs');
  mkdirSync(path);
  let files = 0;
  const read = async (file: string): Promise<StoredRow[]> => {
    const rows: StoredRow[] = [];
    for await (const batch of READ[kind](file, { texts: NAMES, vector: 'vector' }))
      for (let row = 0; row < batch.rows; row++) {
        const { offsets, values } = batch.vectors ?? { offsets: new Int32Array(2), values: new Float32Array() };
        const vector = values.slice(offsets[row], offsets[row + 1]);
        const texts = Object.entries(batch.texts).map(([name, own]) => [name, own[row] ?? null] as const);
        rows.push({ texts: Object.fromEntries(texts), vector: vector.length === 0 ? null : vector });
      }
    return rows;
  };
  const write = (file: string, rows: readonly StoredRow[]) => {
    const names = NAMES.filter((name) => rows.some(({ texts }) => name in texts));
    const part = join(path, `.${Math.random().toString(36).slice(2)}.part`);
    const texts = Object.fromEntries(names.map((name) => [name, rows.map((row) => row.texts[name] ?? null)]));
    writeFileSync(
      part,
      BYTES[kind](
        texts,
        'vector',
        rows.map(({ vector }) => vector),
      ),
    );
    renameSync(part, file);
  };
  const locked = async (work: () => Promise<void>) => {
    const lock = `${path}.lock`;
    while (existsSync(lock)) await new Promise((resolve) => setTimeout(resolve, 5));
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: 'writer', since: 'now' }), { flag: 'wx' });
    try {
      await work();
    } finally {
      rmSync(lock);
    }
  };
  const names = () =>
    readdirSync(path)
      .filter((name) => name.endsWith(kind) && !name.startsWith('.'))
      .map((name) => join(path, name));
  const changed = (id: string, to: (row: StoredRow) => StoredRow[]) =>
    locked(async () => {
      for (const file of names()) {
        const rows = await read(file);
        if (!rows.some(({ texts }) => texts.id === id)) continue;
        const left = rows.flatMap((row) => (row.texts.id === id ? to(row) : [row]));
        if (left.length === 0) rmSync(file);
        else write(file, left);
      }
    });
  return {
    path,
    parent,
    locked,
    open: async () => (await openLiveStore(folderSpec(kind, path), { env: {} })) as ColumnStore,
    insert: (rows: readonly AppRow[]) =>
      locked(async () => {
        const stored = rows.map(({ id, body, vector }) => ({
          texts: { id, body, extra: `extra of ${id}` },
          vector: vector === null ? null : Float32Array.from(vector),
        }));
        write(join(path, `part-${files++}.${kind}`), stored);
      }),
    change: (id, { body, vector }) =>
      changed(id, (row) => [
        {
          texts: { ...row.texts, ...(body === undefined ? {} : { body }) },
          vector: vector === undefined ? row.vector : vector === null ? null : Float32Array.from(vector),
        },
      ]),
    remove: (id) => changed(id, () => []),
    extras: async () => {
      const found: string[] = [];
      for (const file of names()) for (const { texts } of await read(file)) found.push(`${texts.id} ${texts.extra}`);
      return found.sort();
    },
    destroy: async () => rmSync(parent, { recursive: true, force: true }),
  };
}
