import type { LancedbTable } from '../../../databases/lancedb.ts';
import { loadLancedb } from '../../../databases/lancedb.ts';
import { float32Lists } from '../../../formats/arrow-columns.ts';
import type { Place } from '../live-store.ts';
import type { LanceTable, PlaceColumns } from './table.ts';

type Columns = { readonly [P in Place]: PlaceColumns };

/** Tags of table versions: LanceDB keeps a tagged version when it clears old ones away. */
const KEPT = { start: 'cutover-start', switch: 'cutover-switch' } as const;

/** Adds tag and text hash beside the vector of a place, and the vector's column where a dimension is given. */
export async function addColumns(
  table: LanceTable,
  { vector, tag, textHash }: PlaceColumns,
  dimension: number | null = null,
): Promise<void> {
  const names = await table.names();
  if (dimension !== null && !names.includes(vector))
    await table.run((own) => own.addColumns([float32Lists(vector, dimension)] as unknown as Parameters<LancedbTable['addColumns']>[0]));
  for (const name of [tag, textHash])
    if (!names.includes(name)) await table.run((own) => own.addColumns([{ name, valueSql: 'CAST(NULL AS string)' }]));
}

/**
 * Exchanges the names of both places in one version of the table. Columns keep their place in the schema, so that whether they
 * are exchanged can be seen from the table itself.
 */
export async function exchangeNames(table: LanceTable, { current, next }: Columns): Promise<void> {
  const pairs = (['vector', 'tag', 'textHash'] as const).flatMap((column) => [
    { path: current[column], rename: next[column] },
    { path: next[column], rename: current[column] },
  ]);
  await table.run((own) => own.alterColumns(pairs));
}

/** Columns that are made later come later; after an exchange the one that was made first has the other's name. */
export async function areExchanged(table: LanceTable, { current, next }: Columns): Promise<boolean> {
  const names = await table.names();
  const there = names.indexOf(next.vector);
  return there >= 0 && names.indexOf(current.vector) > there;
}

export async function dropColumns(table: LanceTable, place: PlaceColumns): Promise<void> {
  const names = await table.names();
  const there = [place.vector, place.tag, place.textHash].filter((name) => names.includes(name));
  if (there.length > 0) await table.run((own) => own.dropColumns(there));
}

/** Keeps the version of now from being cleared away. */
export function keepVersion(table: LanceTable, which: keyof typeof KEPT): Promise<void> {
  return table.run(async (own) => {
    const tags = await own.tags();
    const isThere = KEPT[which] in (await tags.list());
    const version = await own.version();
    await (isThere ? tags.update(KEPT[which], version) : tags.create(KEPT[which], version));
  });
}

export function releaseVersions(table: LanceTable): Promise<void> {
  return table.run(async (own) => {
    const tags = await own.tags();
    const there = await tags.list();
    for (const name of Object.values(KEPT)) if (name in there) await tags.delete(name);
  });
}

/** An index over a column of the current place, and what the one over the column beside is to be. */
export interface IndexTwin {
  readonly column: string;
  readonly type: string;
  readonly distance: string | null;
  /** Made from the column's name unless given. */
  readonly name?: string;
}

/**
 * Does what writes many rows, and builds indexes again that the engine drops over it: it moves each row that is written, and an index
 * of vectors none of whose rows is where it was is gone.
 */
export async function keepingIndexes<T>(table: LanceTable, work: () => Promise<T>): Promise<T> {
  const before = await table.run((own) => own.listIndices());
  const twins: IndexTwin[] = [];
  for (const { name, columns, indexType } of before.filter((index) => index.columns.length === 1 && index.indexType.startsWith('Ivf')))
    twins.push({ name, column: columns[0] ?? '', type: indexType, distance: await distanceOf(table, name) });
  const result = await work();
  const after = new Set((await table.run((own) => own.listIndices())).map(({ name }) => name));
  for (const twin of twins) if (!after.has(twin.name ?? '')) await buildIndex(table, twin);
  return result;
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
    let name = own ?? `${column}_idx`;
    for (let n = 2; taken.has(name); n++) name = `${column}_idx_${n}`;
    await opened.createIndex(column, { config: make(), name, replace: false });
  });
}
