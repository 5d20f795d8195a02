import { rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Fingerprint } from '../../../core/brand.ts';
import type { Snapshot } from '../../../model/ledger.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { isDealt, isWanted, lacks, NO_CELL, ProgressTally, type SideRow } from '../beside/lacking.ts';
import { StateLedger } from '../beside/state.ts';
import { RowTexts, type TextSource } from '../beside/texts.ts';
import type { ColumnStore, Foresight, LedgerMove, PendingRow, PlacedRow, Reach, Scratch, Sides, TableProgress } from '../column-store.ts';
import type { Found, Place, ReadOptions, StoreBatch, TaggedQuery, TaggingPlan, TagRow } from '../live-store.ts';
import { nearestByScan, shortOf } from '../scan.ts';
import { snapshotOfPlaces } from '../snapshot.ts';
import { isDue, RowFiles } from './files.ts';
import { Folders } from './folders.ts';
import { filesOutlook, foreseeFolders } from './foresee.ts';
import { isChanged, listSegments, ofEach } from './listing.ts';
import type { MadeFiles } from './made.ts';
import { FolderPass } from './pass.ts';
import { StorePlace } from './place.ts';
import type { SegmentCodec } from './reader.ts';
import { dropScratch, makeScratch, touchScratch } from './scratch.ts';
import { switchFolders } from './switch.ts';
import { tagFiles } from './tagging.ts';

/** A folder of files of one format, or one such file. The other version is in a folder beside; the switch is one rename of a link. */
export class FolderStore implements ColumnStore {
  /** Each call writes files again. */
  readonly tagBatch = 16_384;
  readonly spec: StoreSpec;
  readonly title: string;
  readonly ledger: StateLedger;
  readonly #codec: SegmentCodec;
  readonly #texts: RowTexts;
  readonly #files: RowFiles;
  readonly #place: StorePlace;
  readonly #folders: Folders;
  #pass: FolderPass | null = null;

  constructor(spec: StoreSpec, codec: SegmentCodec, source: (() => Promise<TextSource>) | undefined) {
    const path = spec.path ?? '';
    this.spec = spec;
    this.#codec = codec;
    this.title = `${codec.title} in ${path}`;
    this.#texts = new RowTexts(spec.columns.text, source);
    this.#files = new RowFiles(spec, this.title, codec, this.#texts);
    this.#place = new StorePlace(path, codec.extension);
    this.ledger = new StateLedger({
      folder: () => this.#place.folder(),
      suffix: '',
      lock: this.#place.lock,
      store: spec.name,
      settle: () => this.#settle(),
    });
    this.#folders = new Folders(this.#place, codec.extension, this.ledger);
  }

  /** A folder that was made for a migration which is over, or never began, is taken away. */
  async #settle(): Promise<void> {
    const { next, made } = await this.ledger.places();
    if (made === null || next !== null) return;
    await this.#folders.clear(this.#place.read(made));
    await rm(join(this.#place.container, 'logs'), { recursive: true, force: true });
    await this.ledger.note(null);
  }

  async *read(options: ReadOptions = {}): AsyncIterable<StoreBatch> {
    const path = options.place === 'next' ? await this.#folders.besidePath() : await this.#place.live();
    if (path !== null) yield* this.#files.reader(path).read(options);
  }

  async counts(place: Place = 'current'): Promise<ReadonlyMap<string | null, number>> {
    const path = place === 'next' ? await this.#folders.besidePath() : await this.#place.live();
    const files = path === null ? [] : await listSegments(path, this.#codec.extension);
    const found = await ofEach(files, async (file) => {
      const own = new Map<string | null, number>();
      for await (const { tags } of this.#files.reader(file).read({ vectors: false }))
        for (const tag of tags) own.set(tag, (own.get(tag) ?? 0) + 1);
      return own;
    });
    const counts = new Map<string | null, number>();
    for (const own of found) for (const [tag, rows] of own) counts.set(tag, (counts.get(tag) ?? 0) + rows);
    return counts;
  }

  /** Where files come and go meanwhile, writers wait for the second look. */
  snapshot(place?: Place): Promise<Snapshot> {
    const look = () => snapshotOfPlaces({ read: (options) => this.read(options) }, place);
    return look().catch((error: unknown) => {
      if (!isChanged(error)) throw error;
      return this.#place.writing(look);
    });
  }

  async planTagging(): Promise<TaggingPlan> {
    const { tag, textHash } = this.spec.columns;
    const found = await ofEach(await this.#folders.live(), async (file) => {
      const names = await this.#files.reader(file).requireColumns(file);
      const lacking = [tag, textHash].filter((name) => !names.includes(name));
      return lacking.length === 0 ? [] : [`write ${basename(file)} again with ${lacking.join(' and ')} beside its columns, empty at first`];
    });
    const statements = found.flat();
    const refusals = await filesOutlook({ files: this.#files, folders: this.#folders, spec: this.spec });
    return { statements, ready: statements.length === 0, refusals, warnings: [] };
  }

  async prepareTagging(): Promise<void> {
    const { tag, textHash } = this.spec.columns;
    const lacking = async () => {
      const found = await ofEach(await this.#folders.live(), async (file) => {
        const names = await this.#files.reader(file).requireColumns(file);
        return names.includes(tag) && names.includes(textHash) ? [] : [file];
      });
      return found.flat();
    };
    if ((await lacking()).length > 0) await tagFiles(this.#files, this.#place, lacking, new Map(), null);
  }

  async tagRows(rows: readonly TagRow[], tag: Fingerprint): Promise<number> {
    return tagFiles(this.#files, this.#place, () => this.#folders.live(), new Map(rows.map((row) => [row.id, row])), tag);
  }

  async nearest(query: TaggedQuery, k: number): Promise<Found> {
    const hits = await nearestByScan(this.read({ tag: query.tag }), query.vector, k);
    return { hits, note: shortOf(hits.length, k) };
  }

  sides(): Promise<Sides | null> {
    return this.ledger.sides();
  }

  foresee(_: Fingerprint, dimension: number): Promise<Foresight> {
    const work = { spec: this.spec, extension: this.#codec.extension, files: this.#files, folders: this.#folders, texts: this.#texts };
    return foreseeFolders(work, dimension);
  }

  /** Tries the rename that the switch is, beside the store. */
  async rehearse(): Promise<void> {
    const tried = `${this.#place.path}.cutover-link`;
    await rm(tried, { force: true });
    await symlink(basename(this.#place.path), tried);
    await rename(tried, `${tried}-2`);
    await rm(`${tried}-2`);
  }

  async addNext(sides: Sides & { readonly next: Fingerprint }, _: number, move: LedgerMove): Promise<void> {
    await this.#settle();
    const folder = await this.#place.folder();
    await this.#place.writing(() => this.#place.makeLink([this.ledger.ledgerIn(folder), this.ledger.stateIn(folder)]));
    const beside = await this.#place.makeBeside();
    const made = this.#place.written(beside);
    await this.ledger.note(made);
    await this.ledger.commit(move, { live: sides.current, next: sides.next, made });
  }

  async buildIndexes(): Promise<void> {}

  /** Counts the live files one by one. */
  async #eachFile<T>(reach: Reach | null, count: (rows: AsyncIterable<SideRow>) => Promise<T>): Promise<T[]> {
    const folder = await this.#folders.beside();
    const made = folder === null ? null : await this.#folders.madeIn(folder);
    const beside = folder === null || made === null ? null : { folder, made, next: (await this.ledger.sides())?.next ?? null };
    const files = (await this.#folders.live()).filter((file) => reach === null || isDealt(basename(file), reach));
    return ofEach(files, (file) => count(this.#sidesIn(file, beside)));
  }

  /** Rows of a live file with what each has on both sides. */
  async *#sidesIn(
    file: string,
    beside: { readonly folder: string; readonly made: MadeFiles; readonly next: Fingerprint | null } | null,
  ): AsyncGenerator<SideRow> {
    const name = basename(file);
    const isFresh = beside !== null && (await this.#folders.isFresh(beside.made, beside.folder, name));
    const isWhole = isFresh && beside.made.get(name)?.hollow === 0;
    const cells = beside === null || isWhole ? new Map<string, SideRow['next']>() : await this.#cellsIn(join(beside.folder, name));
    for await (const row of this.#files.rows(file, false)) {
      const whole = { tag: beside?.next ?? null, textHash: row.textHash, isThere: row.textHash !== null };
      yield {
        id: row.id,
        textHash: row.textHash,
        current: row.cell,
        next: isWhole && isDue(row) ? whole : (cells.get(row.id) ?? NO_CELL),
      };
    }
  }

  async #cellsIn(file: string): Promise<Map<string, SideRow['next']>> {
    const cells = new Map<string, SideRow['next']>();
    const rows = this.#files.rows(file, false);
    try {
      for await (const { id, cell } of rows) cells.set(id, cell);
    } catch (error) {
      if (!isChanged(error)) throw error;
    }
    return cells;
  }

  async pendingCount(reach: Reach): Promise<{ readonly rows: number; readonly withoutText: number }> {
    const found = await this.#eachFile(reach, async (sides) => {
      const own = { rows: 0, withoutText: 0 };
      for await (const row of sides) {
        if (!isWanted(row) || !lacks(row, reach.place, reach.tag)) continue;
        own.rows++;
        if (row.textHash === null) own.withoutText++;
      }
      return own;
    });
    return found.reduce((total, own) => ({ rows: total.rows + own.rows, withoutText: total.withoutText + own.withoutText }), {
      rows: 0,
      withoutText: 0,
    });
  }

  async pending(reach: Reach, after: readonly string[] | null, most: number): Promise<readonly PendingRow[]> {
    if (after === null || this.#pass === null || this.#pass.name !== JSON.stringify(reach)) {
      await this.#pass?.close();
      this.#pass = await FolderPass.begin(reach, this.#files, this.#folders, this.#texts);
    }
    return this.#pass.next(most);
  }

  async place(_: Place, sides: Sides, rows: readonly PlacedRow[]): Promise<readonly (readonly string[])[] | null> {
    const now = await this.sides();
    if (now?.current !== sides.current || now.next !== sides.next) {
      await this.#pass?.close();
      this.#pass = null;
      return null;
    }
    return this.#pass === null ? [] : this.#pass.place(rows);
  }

  async mirror(): Promise<number> {
    return 0;
  }

  async progress(sides: Sides): Promise<TableProgress> {
    const found = await this.#eachFile(null, async (rows) => {
      const own = new ProgressTally(sides);
      for await (const row of rows) own.add(row);
      return own;
    });
    const tally = new ProgressTally(sides);
    for (const own of found) tally.merge(own);
    return tally.progress;
  }

  async exchange(after: Sides, move: LedgerMove | null): Promise<void> {
    if (move === null) return this.rehearse();
    await this.#pass?.close();
    this.#pass = null;
    const work = { files: this.#files, folders: this.#folders, texts: this.#texts, ledger: this.ledger, title: this.title };
    await switchFolders(work, after, move);
  }

  async dropNext(live: Fingerprint, move: LedgerMove): Promise<void> {
    await this.#pass?.close();
    this.#pass = null;
    await this.ledger.commit(move, { live, next: null, made: (await this.ledger.places()).made });
    await this.#settle();
  }

  makeScratch(rows: number, onMade: (what: string) => void): Promise<Scratch> {
    return makeScratch(this.#files, this.#folders, this.spec, rows, onMade);
  }

  async touchScratch(scratch: StoreSpec): Promise<number> {
    const own = new FolderStore(scratch, this.#codec, undefined);
    return touchScratch(own.#files, own.#folders);
  }

  dropScratch(scratch: StoreSpec): Promise<void> {
    return dropScratch(scratch);
  }

  async replicaLag(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {
    await this.#pass?.close();
  }
}
