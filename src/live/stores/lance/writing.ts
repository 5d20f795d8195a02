import type { Fingerprint, Sha256 } from '../../../core/brand.ts';
import type { StoreSpec } from '../../../model/store.ts';
import type { RowTexts } from '../beside/texts.ts';
import type { PlacedRow } from '../column-store.ts';
import type { Place, TagRow } from '../live-store.ts';
import type { FoundRow, LanceRows } from './rows.ts';
import { isConflict, type LanceTable, lancePlaces, quoted } from './table.ts';

/** Rows tagged at a time. */
const TAG = 500;

/** A table, and how its rows are read. */
export interface LanceWork {
  readonly spec: StoreSpec;
  readonly table: LanceTable;
  readonly rows: LanceRows;
  readonly texts: RowTexts;
}

/** Writes vectors and tags into rows that are still what they were made of. */
export class LanceWriting {
  readonly #on: LanceWork;

  constructor(on: LanceWork) {
    this.#on = on;
  }

  get #places() {
    return lancePlaces(this.#on.spec);
  }

  /** A merge changes the columns that are given and no other; a row whose text has changed since it was read is left alone. */
  async #merge(data: readonly Record<string, unknown>[], more: readonly string[]): Promise<number> {
    if (data.length === 0) return 0;
    const same = this.#on.texts.columns.map((name) => sameText(quoted(name)));
    const where = [...same, ...more].join(' AND ');
    const { numUpdatedRows } = await this.#on.table.run((own) =>
      own
        .mergeInsert([this.#on.spec.columns.id])
        .whenMatchedUpdateAll(where === '' ? undefined : { where })
        // Over an index of the id, a merge of some columns fails inside the engine.
        .useIndex(false)
        .execute([...data]),
    );
    return Number(numUpdatedRows);
  }

  /** @returns keys of the rows that were written */
  async place(place: Place, tag: Fingerprint, rows: readonly PlacedRow[]): Promise<readonly (readonly string[])[]> {
    const own = this.#places[place];
    const { id } = this.#on.spec.columns;
    const before = await this.#on.rows.byId(idsOf(rows), place);
    const good = rows.filter(({ key, textHash }) => before.get(key[0] ?? '')?.textHash === textHash);
    const data = good.map(({ key, textHash, vector }) => ({
      [id]: key[0],
      ...before.get(key[0] ?? '')?.cells,
      [own.vector]: Array.from(vector),
      [own.tag]: tag,
      [own.textHash]: textHash,
    }));
    const { current, next } = this.#places;
    const isThere = `(${[current, next].map(({ vector }) => `target.${quoted(vector)} IS NOT NULL`).join(' OR ')} OR target.${quoted(current.textHash)} IS NOT NULL)`;
    const written = await this.#merge(data, [isThere]).catch((error: unknown) => {
      // Others changed the same rows at the same moment: they are for the next pass.
      if (isConflict(error)) return 0;
      throw error;
    });
    if (written === good.length) return good.map(({ key }) => key);
    const after = await this.#on.rows.byId(idsOf(good), place);
    return good.filter(({ key, textHash }) => isWritten(after.get(key[0] ?? ''), tag, textHash)).map(({ key }) => key);
  }

  /** Rows without a tag get one, where text and vector are those that were compared. */
  async tag(rows: readonly TagRow[], tag: Fingerprint): Promise<number> {
    const { id } = this.#on.spec.columns;
    const own = this.#places.current;
    let changed = 0;
    for (let first = 0; first < rows.length; first += TAG) {
      const part = rows.slice(first, first + TAG);
      const before = await this.#on.rows.byId(
        part.map((row) => row.id),
        'current',
      );
      const data = part.flatMap((row) => {
        const found = before.get(row.id);
        if (found === undefined || found.vector === null || found.tag !== null || !isSame(found, row, this.#on.texts.template !== null))
          return [];
        return [{ [id]: row.id, ...found.cells, [own.tag]: tag, [own.textHash]: row.textHash }];
      });
      changed += await this.#merge(data, [`target.${quoted(own.tag)} IS NULL`, `target.${quoted(own.vector)} IS NOT NULL`]);
    }
    return changed;
  }
}

function idsOf(rows: readonly PlacedRow[]): string[] {
  return rows.map(({ key }) => key[0] ?? '');
}

function isSame(found: FoundRow, row: TagRow, hasText: boolean): boolean {
  if (hasText && found.textHash !== row.textHash) return false;
  return row.vector === undefined || (found.vector?.every((value, i) => value === row.vector?.[i]) ?? false);
}

function isWritten(found: FoundRow | undefined, tag: Fingerprint, textHash: Sha256): boolean {
  return found?.tag === tag && found.storedHash === textHash;
}

/** The engine's conditions of a merge know no IS NOT DISTINCT FROM. */
function sameText(column: string): string {
  return `(target.${column} = source.${column} OR (target.${column} IS NULL AND source.${column} IS NULL))`;
}
