import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import {
  type LancedbConnection,
  type LancedbIndex,
  type LancedbTable,
  lancedbStatement,
  lancedbVersion,
  loadLancedb,
} from '../../databases/lancedb.ts';
import { type Building, LancedbServing, requireLancedb } from './lancedb-table.ts';
import type { ServingStore, ServingTable, TableRequest } from './serving.ts';

type Library = Awaited<ReturnType<typeof loadLancedb>>;

/** Rows written at a time. */
const WRITE = 5_000;
/** Vectors that LanceDB's product quantisation needs, as its own error says. */
const TRAINED_ON = 256;

/** Whether a table holds every row and its index: the index is written last. */
async function isWhole(connection: LancedbConnection, name: string, { order, lancedb }: TableRequest): Promise<boolean> {
  const table = await connection.openTable(name);
  try {
    const indexes = await table.listIndices();
    return (await table.countRows()) === order.length && indexes.length === (requireLancedb(lancedb).index === 'none' ? 0 : 1);
  } finally {
    table.close();
  }
}

/** Writes the rows, then the index, into a table that is not there yet. @throws CutoverError SEARCH_INDEX_REFUSED, INTERRUPTED */
async function buildTable(connection: LancedbConnection, building: Building, library: Library): Promise<LancedbTable> {
  const { name, store, request } = building;
  const table = await lancedbStatement(store, () => connection.createTable(name, rows(request, 0)));
  try {
    for (let first = WRITE; first < request.order.length; first += WRITE)
      await lancedbStatement(store, () => table.add(rows(request, first)));
    await index(table, request, library);
    return table;
  } catch (error) {
    table.close();
    await connection.dropTable(name).catch(() => undefined);
    throw error;
  }
}

function rows({ order, data, dimension, signal, onProgress }: TableRequest, first: number): Record<string, unknown>[] {
  if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
  onProgress?.(first, order.length);
  return order.slice(first, first + WRITE).map((row) => ({
    row_number: row,
    vector: Array.from(data.subarray(row * dimension, (row + 1) * dimension)),
  }));
}

async function index(table: LancedbTable, request: TableRequest, library: Library): Promise<void> {
  const { index: kind } = requireLancedb(request.lancedb);
  if (kind === 'none') return;
  const refused = (reason: string, cause?: unknown) =>
    new CutoverError('SEARCH_INDEX_REFUSED', { engine: 'lancedb', index: kind, reason }, { cause });
  if (kind.endsWith('_pq') && request.order.length < TRAINED_ON)
    throw refused(`it is trained on ${TRAINED_ON} vectors at least, and there are ${request.order.length}; ivf_flat and none take fewer`);
  try {
    await table.createIndex('vector', { config: configOf(request, library), replace: true });
  } catch (error) {
    // The library adds where in its own source it failed.
    const reason = (reasonOf(error).split('\n')[0] ?? '').replace(/, (?:Some\()?[^,]*\.rs:\d+:\d+\)?$/, '').replace(/\.$/, '');
    throw refused(reason, error);
  }
}

function configOf({ similarity, graph, lancedb }: TableRequest, library: Library): LancedbIndex {
  const { index: kind, partitions, subVectors } = requireLancedb(lancedb);
  const shared = { distanceType: similarity, ...(partitions === undefined ? {} : { numPartitions: partitions }) };
  const quantised = subVectors === undefined ? {} : { numSubVectors: subVectors };
  const { m, efConstruction } = graph;
  if (kind === 'ivf_flat') return library.Index.ivfFlat(shared);
  if (kind === 'ivf_pq') return library.Index.ivfPq({ ...shared, ...quantised });
  if (kind === 'ivf_hnsw_sq') return library.Index.hnswSq({ ...shared, m, efConstruction });
  return library.Index.hnswPq({ ...shared, ...quantised, m, efConstruction });
}

/** Names of the tables: no live one is called so. */
const PREFIX = 'cutover_scratch_';

/** Tables of LanceDB beside the live ones, in the same folder. */
export class LancedbStore implements ServingStore {
  readonly kind = 'lancedb';
  readonly #folder: string;
  readonly #store: string;
  #opened: Promise<LancedbConnection> | null = null;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
    this.#store = `LanceDB in ${folder}`;
  }

  #open(): Promise<LancedbConnection> {
    this.#opened ??= loadLancedb().then(({ connect }) => connect(this.#folder));
    return this.#opened;
  }

  /** One after the other: both sides may want the same table. */
  table(request: TableRequest): Promise<ServingTable> {
    const made = this.#tail.then(() => this.#table(request));
    this.#tail = made.catch(() => undefined);
    return made;
  }

  async #table(request: TableRequest): Promise<ServingTable> {
    const params = requireLancedb(request.lancedb);
    const connection = await this.#open();
    const name = `${PREFIX}${request.fingerprint.slice(0, 12)}_${request.key?.slice(0, 16) ?? randomUUID().slice(0, 8)}`;
    const there = (await connection.tableNames()).includes(name);
    const loaded = there && request.key !== null && (await isWhole(connection, name, request));
    const building = { name, store: this.#store, request };
    if (there && !loaded) await lancedbStatement(this.#store, () => connection.dropTable(name));
    const table = loaded ? await connection.openTable(name) : await buildTable(connection, building, await loadLancedb());
    const bytes = params.index === 'none' ? null : await bytesOf(join(this.#folder, `${name}.lance`, '_indices'));
    const library = `LanceDB ${lancedbVersion()}`.trim();
    const drop = request.key === null ? () => connection.dropTable(name) : null;
    return new LancedbServing(table, { ...building, loaded, bytes, library, drop });
  }

  async tables(): Promise<readonly string[]> {
    return (await (await this.#open()).tableNames()).filter((name) => /^[0-9a-f]{12}_/.test(name.split(PREFIX)[1] ?? '')).sort();
  }

  async drop(): Promise<readonly string[]> {
    const names = await this.tables();
    const connection = await this.#open();
    for (const name of names) await lancedbStatement(this.#store, () => connection.dropTable(name));
    return names;
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    (await opened?.catch(() => null))?.close();
  }
}

async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
