import type { LancedbTable } from '../../../databases/lancedb.ts';
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
