import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import { type LancedbConnection, type LancedbTable, lancedbStatement, loadLancedb } from '../../databases/lancedb.ts';
import { packed } from '../../formats/row-batch.ts';
import type { LedgerStorage } from '../../model/ledger.ts';
import type { StoreSpec } from '../../model/store.ts';
import { fileLedger } from '../ledger/file-ledger.ts';
import type { StoreAdapter } from './adapter.ts';
import { countTags } from './batch.ts';
import type { Found, NewRow, ReadOptions, RowStore, StoreBatch, TaggedQuery, TaggingPlan } from './live-store.ts';
import { byScore, shortOf } from './scan.ts';

const FETCH = 2_000;
const TAG = 500;

/** A table of LanceDB, in a folder. */
export const lancedb: StoreAdapter = {
  id: 'lancedb',
  title: 'LanceDB',
  needs: ['path', 'table'],
  open: async (spec) => {
    const title = `LanceDB table ${spec.table ?? ''} in ${spec.path ?? ''}`;
    const { connect } = await loadLancedb();
    const connection = await connect(spec.path ?? '');
    if (!(await connection.tableNames()).includes(spec.table ?? '')) throw new CutoverError('STORE_TABLE_MISSING', { store: title });
    const table = await connection.openTable(spec.table ?? '');
    return new LanceStore(spec, title, connection, table);
  },
};

class LanceStore implements RowStore {
  readonly layout = 'rows';
  readonly spec: StoreSpec;
  readonly title: string;
  readonly ledger: LedgerStorage;
  readonly #connection: LancedbConnection;
  readonly #table: LancedbTable;

  constructor(spec: StoreSpec, title: string, connection: LancedbConnection, table: LancedbTable) {
    this.spec = spec;
    this.title = title;
    this.#connection = connection;
    this.#table = table;
    this.ledger = fileLedger(spec.path ?? '', spec.name);
  }

  /** What the table holds: columns and whether they are there. @throws CutoverError STORE_COLUMN_MISSING */
  async #names(): Promise<string[]> {
    const names = (await this.#table.schema()).fields.map(({ name }) => name);
    const { id, vector, text, stratum } = this.spec.columns;
    for (const column of [id, vector, text, stratum])
      if (column !== null && !names.includes(column))
        throw new CutoverError('STORE_COLUMN_MISSING', { store: this.title, column, known: names.join(', ') });
    return names;
  }

  async *read({ tag, ids, vectors = true, signal }: ReadOptions = {}): AsyncIterable<StoreBatch> {
    const names = await this.#names();
    const { columns } = this.spec;
    const has = (column: string) => names.includes(column);
    if (tag !== undefined && tag !== null && !has(columns.tag)) return;
    const filters: string[] = [];
    if (tag !== undefined && has(columns.tag))
      filters.push(tag === null ? `${quoted(columns.tag)} IS NULL` : `${quoted(columns.tag)} = ${literal(tag)}`);
    if (ids !== undefined) filters.push(ids.length === 0 ? 'false' : `${quoted(columns.id)} IN (${ids.map(literal).join(', ')})`);
    const chosen = [columns.id, columns.tag, columns.textHash, columns.text, columns.stratum, vectors ? columns.vector : null];
    // A checkout holds one version of the table, whatever is written meanwhile.
    const table = await this.#connection.openTable(this.spec.table ?? '');
    await table.checkout(await table.version());
    try {
      const query = table.query().select(chosen.filter((name): name is string => name !== null && has(name)));
      if (filters.length > 0) query.where(filters.join(' AND '));
      for await (const batch of query) {
        if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
        for (let first = 0; first < batch.numRows; first += FETCH)
          yield this.#toBatch(batch.slice(first, first + FETCH) as unknown as Batch);
      }
    } finally {
      table.close();
    }
  }

  #toBatch(batch: Batch): StoreBatch {
    const { columns } = this.spec;
    const texts = (name: string | null) => {
      const column = name === null ? null : batch.getChild(name);
      return Array.from({ length: batch.numRows }, (_, row) => {
        const value = column?.get(row) ?? null;
        return value === null ? null : String(value);
      });
    };
    const vector = batch.getChild(columns.vector);
    const rows = Array.from({ length: batch.numRows }, (_, row) => {
      const value = vector?.get(row) as Iterable<number> | null | undefined;
      return value == null ? null : Float32Array.from(value);
    });
    return {
      ids: texts(columns.id).map((id) => id ?? ''),
      tags: texts(columns.tag),
      textHashes: texts(columns.textHash),
      ...(columns.text === null ? {} : { texts: texts(columns.text) }),
      strata: texts(columns.stratum).map((value) => value ?? '(table)'),
      ...packed(rows),
    };
  }

  counts(): Promise<ReadonlyMap<string | null, number>> {
    return countTags({ read: () => this.read({ vectors: false }) });
  }

  async write(rows: readonly NewRow[]): Promise<void> {
    if (rows.length === 0) return;
    const { columns } = this.spec;
    const data = rows.map(({ id, tag, textHash, text, vector }) => ({
      [columns.id]: id,
      [columns.tag]: tag,
      [columns.textHash]: textHash,
      [columns.vector]: Array.from(vector),
      ...(columns.text === null ? {} : { [columns.text]: text }),
    }));
    await this.#run(() =>
      this.#table.mergeInsert([columns.id, columns.tag]).whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(data),
    );
  }

  async remove(tag: string | null): Promise<number> {
    const where = tag === null ? `${quoted(this.spec.columns.tag)} IS NULL` : `${quoted(this.spec.columns.tag)} = ${literal(tag)}`;
    const before = await this.#table.countRows(where);
    await this.#run(() => this.#table.delete(where));
    return before;
  }

  async planTagging(): Promise<TaggingPlan> {
    const lacking = await this.#lacking();
    const statements = lacking.map((name) => `add the column ${name} (text), empty at first`);
    return { statements, ready: statements.length === 0 };
  }

  async #lacking(): Promise<string[]> {
    const names = await this.#names();
    return [this.spec.columns.tag, this.spec.columns.textHash].filter((name) => !names.includes(name));
  }

  async prepareTagging(): Promise<void> {
    for (const name of await this.#lacking()) await this.#run(() => this.#table.addColumns([{ name, valueSql: 'CAST(NULL AS string)' }]));
  }

  async tagRows(rows: readonly { readonly id: string; readonly textHash: Sha256 }[], tag: Fingerprint): Promise<number> {
    const { columns } = this.spec;
    let changed = 0;
    for (let first = 0; first < rows.length; first += TAG) {
      const part = rows.slice(first, first + TAG);
      await this.#table.checkoutLatest();
      changed += await this.#table.countRows(
        `${quoted(columns.tag)} IS NULL AND ${quoted(columns.id)} IN (${part.map(({ id }) => literal(id)).join(', ')})`,
      );
      const data = part.map(({ id, textHash }) => ({ [columns.id]: id, [columns.tag]: tag, [columns.textHash]: textHash }));
      // Columns that aren't named stay as they are.
      await this.#run(() =>
        this.#table
          .mergeInsert([columns.id])
          .whenMatchedUpdateAll({ where: `target.${quoted(columns.tag)} IS NULL` })
          .execute(data),
      );
    }
    return changed;
  }

  async nearest({ tag, vector }: TaggedQuery, k: number): Promise<Found> {
    const { columns } = this.spec;
    const rows = (await this.#table
      .query()
      .nearestTo(Array.from(vector))
      .column(columns.vector)
      .distanceType('cosine')
      .where(`${quoted(columns.tag)} = ${literal(tag)}`)
      .limit(k)
      .toArray()) as Readonly<Record<string, unknown>>[];
    const hits = rows
      .map((row) => ({
        id: String(row[columns.id]),
        tag: row[columns.tag] == null ? null : String(row[columns.tag]),
        score: 1 - Number(row._distance),
      }))
      .sort(byScore);
    return { hits, note: shortOf(hits.length, k) };
  }

  #run(work: () => Promise<unknown>): Promise<unknown> {
    return lancedbStatement(this.title, async () => {
      // Whatever another process wrote since comes first.
      await this.#table.checkoutLatest();
      await work();
    });
  }

  async close(): Promise<void> {
    this.#table.close();
    this.#connection.close();
  }
}

/** A record batch of the engine's own Arrow. */
interface Batch {
  readonly numRows: number;
  getChild(name: string): { get(row: number): unknown } | null;
}

/** DataFusion takes back-ticks as quotes of names. */
function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
