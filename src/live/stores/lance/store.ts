import { join } from 'node:path';
import type { Fingerprint } from '../../../core/brand.ts';
import { CutoverError } from '../../../core/errors.ts';
import type { Snapshot } from '../../../model/ledger.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { isDealt, isWanted, lacks, ProgressTally, type SideRow } from '../beside/lacking.ts';
import { StateLedger } from '../beside/state.ts';
import { RowTexts, type TextSource } from '../beside/texts.ts';
import type { ColumnStore, Foresight, LedgerMove, PendingRow, PlacedRow, Reach, Scratch, Sides, TableProgress } from '../column-store.ts';
import type { Found, Place, ReadOptions, StoreBatch, TaggedQuery, TaggingPlan, TagRow } from '../live-store.ts';
import { byScore, shortOf } from '../scan.ts';
import { snapshotOfPlaces } from '../snapshot.ts';
import { addColumns, areExchanged, dropColumns, exchangeNames, keepVersion, releaseVersions } from './columns.ts';
import { foreseeLance, taggingOutlook } from './foresee.ts';
import { buildIndex, LanceIndexes, missingIndexes } from './indexes.ts';
import { LanceRows } from './rows.ts';
import { dropScratch, makeScratch, touchScratch } from './scratch.ts';
import { type LanceTable, lancePlaces, literal, quoted } from './table.ts';
import { type LanceWork, LanceWriting } from './writing.ts';

/** A table of LanceDB with a column beside. Nothing watches it: texts are compared with their hashes. */
export class LanceStore implements ColumnStore {
  readonly spec: StoreSpec;
  readonly title: string;
  readonly ledger: StateLedger;
  readonly #table: LanceTable;
  readonly #rows: LanceRows;
  readonly #work: LanceWork;
  readonly #indexes: LanceIndexes;
  readonly #writing: LanceWriting;
  readonly #texts: RowTexts;
  /** Ids that a pass has still to come to. */
  #queue: { readonly reach: string; readonly ids: readonly string[]; at: number } = { reach: '', ids: [], at: 0 };

  constructor(spec: StoreSpec, table: LanceTable, source: (() => Promise<TextSource>) | undefined) {
    this.spec = spec;
    this.title = table.title;
    this.#table = table;
    this.#texts = new RowTexts(spec.columns.text, source);
    this.#rows = new LanceRows(spec, table, this.#texts);
    this.#work = { spec, table, rows: this.#rows, texts: this.#texts };
    this.#writing = new LanceWriting(this.#work);
    const folder = spec.path ?? '';
    this.#indexes = new LanceIndexes(table, folder);
    this.ledger = new StateLedger({
      folder: async () => folder,
      suffix: `_${table.name}`,
      lock: join(folder, `cutover_migrations_${table.name}.lock`),
      store: spec.name,
      isExchanged: () => areExchanged(table, this.#places),
      settle: () => this.#settle(),
    });
  }

  get #places() {
    return lancePlaces(this.spec);
  }

  /** Indexes that a killed run lost are built again; columns of a migration which is over, or never began, are taken away. */
  async #settle(): Promise<void> {
    await this.#indexes.restore();
    const { next, made } = await this.ledger.places();
    if (made === null || next !== null) return;
    await dropColumns(this.#table, this.#places.next);
    await releaseVersions(this.#table);
    await this.ledger.note(null);
  }

  read(options?: ReadOptions): AsyncIterable<StoreBatch> {
    return this.#rows.read(options);
  }

  async counts(place: Place = 'current'): Promise<ReadonlyMap<string | null, number>> {
    const counts = new Map<string | null, number>();
    await this.#rows.required();
    for await (const { [place]: cell } of this.#rows.sides()) if (cell.isThere) counts.set(cell.tag, (counts.get(cell.tag) ?? 0) + 1);
    return counts;
  }

  snapshot(place?: Place): Promise<Snapshot> {
    return snapshotOfPlaces({ read: (options) => this.read(options) }, place);
  }

  async planTagging(): Promise<TaggingPlan> {
    const names = await this.#rows.required();
    const { tag, textHash } = this.#places.current;
    const statements = [tag, textHash]
      .filter((name) => !names.includes(name))
      .map((name) => `add the column ${name} (text), empty at first`);
    return { statements, ready: statements.length === 0, refusals: await taggingOutlook(this.spec, this.#rows), warnings: [] };
  }

  async prepareTagging(): Promise<void> {
    await this.#rows.required();
    await addColumns(this.#table, this.#places.current);
  }

  tagRows(rows: readonly TagRow[], tag: Fingerprint): Promise<number> {
    return this.#indexes.keeping(() => this.#writing.tag(rows, tag));
  }

  async nearest({ tag, vector }: TaggedQuery, k: number): Promise<Found> {
    const { current } = this.#places;
    const { id } = this.spec.columns;
    const rows = await this.#table.run(
      async (own) =>
        (await own
          .query()
          .nearestTo(Array.from(vector))
          .column(current.vector)
          .distanceType('cosine')
          .where(`${quoted(current.tag)} = ${literal(tag)}`)
          .limit(k)
          .toArray()) as Readonly<Record<string, unknown>>[],
    );
    const hits = rows
      .map((row) => ({
        id: String(row[id]),
        tag: row[current.tag] == null ? null : String(row[current.tag]),
        score: 1 - Number(row._distance),
      }))
      .sort(byScore);
    return { hits, note: shortOf(hits.length, k) };
  }

  sides(): Promise<Sides | null> {
    return this.ledger.sides();
  }

  foresee(_: Fingerprint, dimension: number): Promise<Foresight> {
    return foreseeLance(this.#work, dimension, this.ledger);
  }

  async rehearse(_: Fingerprint, dimension: number): Promise<void> {
    await this.#table.rehearsed(async (scratch) => {
      await addColumns(scratch, this.#places.current);
      await addColumns(scratch, this.#places.next, dimension);
      await exchangeNames(scratch, this.#places);
      await dropColumns(scratch, this.#places.next);
    });
  }

  async addNext(sides: Sides & { readonly next: Fingerprint }, dimension: number, move: LedgerMove): Promise<void> {
    await this.#settle();
    await this.ledger.note('columns');
    await keepVersion(this.#table, 'start');
    await addColumns(this.#table, this.#places.next, dimension);
    await this.ledger.commit(move, { live: sides.current, next: sides.next, made: 'columns' });
  }

  async buildIndexes(_: number, onBuild: (index: string) => void): Promise<void> {
    for (const twin of await missingIndexes(this.#table, this.#places)) {
      onBuild(`${twin.type} over ${twin.column}`);
      await buildIndex(this.#table, twin);
    }
  }

  async *#lacking(reach: Reach): AsyncGenerator<SideRow> {
    await this.#requirePlace(reach.place);
    for await (const row of this.#rows.sides())
      if (isWanted(row) && lacks(row, reach.place, reach.tag) && isDealt(row.id, reach)) yield row;
  }

  /** @throws CutoverError STORE_COLUMN_MISSING where another program has dropped or renamed what the migration made */
  async #requirePlace(place: Place): Promise<void> {
    const { vector, tag, textHash } = this.#places[place];
    await this.#table.require([vector, tag, textHash]);
  }

  async pendingCount(reach: Reach): Promise<{ readonly rows: number; readonly withoutText: number }> {
    const found = { rows: 0, withoutText: 0 };
    for await (const { textHash } of this.#lacking(reach)) {
      found.rows++;
      if (textHash === null) found.withoutText++;
    }
    return found;
  }

  /** Rows in the order of the table, as they lack when a pass begins. */
  async pending(reach: Reach, after: readonly string[] | null, most: number): Promise<readonly PendingRow[]> {
    const name = JSON.stringify(reach);
    if (after === null || this.#queue.reach !== name) {
      await this.#indexes.restore();
      const ids: string[] = [];
      for await (const { id, textHash } of this.#lacking(reach)) if (textHash !== null) ids.push(id);
      this.#queue = { reach: name, ids, at: 0 };
    }
    const found: PendingRow[] = [];
    while (found.length === 0 && this.#queue.at < this.#queue.ids.length) {
      const ids = this.#queue.ids.slice(this.#queue.at, this.#queue.at + most);
      this.#queue.at += ids.length;
      found.push(...(await this.#pendingRows(ids, reach)));
    }
    return found;
  }

  async #pendingRows(ids: readonly string[], { place, tag }: Reach): Promise<PendingRow[]> {
    const rows = await this.#rows.byId(ids, place);
    const found: PendingRow[] = [];
    for (const [i, id] of ids.entries()) {
      const row = rows.get(id);
      if (row === undefined || row.textHash === null || (row.tag === tag && row.storedHash === row.textHash)) continue;
      const text = await this.#texts.textOf(id, row.cells, () => [...ids.slice(i), ...this.#queue.ids.slice(this.#queue.at)]);
      if (text !== null) found.push({ key: [id], id, text, textHash: row.textHash, vector: row.vector, isWritten: row.tag === tag });
    }
    return found;
  }

  async place(place: Place, sides: Sides, rows: readonly PlacedRow[]): Promise<readonly (readonly string[])[] | null> {
    const now = await this.sides();
    const tag = sides[place];
    if (now?.current !== sides.current || now.next !== sides.next || tag === null) return null;
    return this.#indexes.keeping(() => this.#writing.place(place, tag, rows));
  }

  async mirror(): Promise<number> {
    return 0;
  }

  async progress(sides: Sides): Promise<TableProgress> {
    if (sides.next !== null) await this.#requirePlace('next');
    const tally = new ProgressTally(sides);
    for await (const row of this.#rows.sides()) tally.add(row);
    return tally.progress;
  }

  async exchange(after: Sides, move: LedgerMove | null): Promise<void> {
    await this.#requirePlace('current');
    await this.#requirePlace('next');
    const { made } = await this.ledger.places();
    if (move === null) return;
    const isExchanged = await areExchanged(this.#table, this.#places);
    await this.ledger.announce(move, { live: after.current, next: after.next, made }, !isExchanged);
    await keepVersion(this.#table, 'switch');
    await exchangeNames(this.#table, this.#places);
    if ((await areExchanged(this.#table, this.#places)) === isExchanged)
      throw new CutoverError('STORE_CHANGED', { store: this.title, what: 'another program renamed its columns at the same moment' });
    await this.ledger.persist();
  }

  async dropNext(live: Fingerprint, move: LedgerMove): Promise<void> {
    await this.ledger.commit(move, { live, next: null, made: 'columns' });
    await this.#settle();
  }

  makeScratch(rows: number, onMade: (what: string) => void): Promise<Scratch> {
    return makeScratch(this.#table, this.spec, rows, onMade);
  }

  touchScratch(scratch: StoreSpec): Promise<number> {
    return touchScratch(this.#table, scratch, this.#texts);
  }

  dropScratch(scratch: StoreSpec): Promise<void> {
    const { ledger } = new LanceStore(scratch, this.#table.called(scratch.table ?? ''), undefined);
    return dropScratch(this.#table, scratch, ledger, this.spec.path ?? '');
  }

  async replicaLag(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {
    this.#table.close();
  }
}
