import type { Connection, Index, Table } from '@lancedb/lancedb';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { type Building, requireLancedb, statement } from './lancedb-call.ts';
import type { TableRequest } from './serving.ts';

/** Rows written at a time. */
const WRITE = 5_000;
/** Vectors that LanceDB's product quantisation needs, as its own error says. */
const TRAINED_ON = 256;

/** Whether a table holds every row and its index: the index is written last. */
export async function isWhole(connection: Connection, name: string, { order, lancedb }: TableRequest): Promise<boolean> {
  const table = await connection.openTable(name);
  try {
    const indexes = await table.listIndices();
    return (await table.countRows()) === order.length && indexes.length === (requireLancedb(lancedb).index === 'none' ? 0 : 1);
  } finally {
    table.close();
  }
}

/** Writes the rows, then the index, into a table that is not there yet. @throws CutoverError SEARCH_INDEX_REFUSED, INTERRUPTED */
export async function buildTable(connection: Connection, building: Building, library: { readonly Index: typeof Index }): Promise<Table> {
  const { name, store, request } = building;
  const table = await statement(store, () => connection.createTable(name, rows(request, 0)));
  try {
    for (let first = WRITE; first < request.order.length; first += WRITE) await statement(store, () => table.add(rows(request, first)));
    await index(table, request, library.Index);
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

async function index(table: Table, request: TableRequest, library: typeof Index): Promise<void> {
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

function configOf({ similarity, graph, lancedb }: TableRequest, library: typeof Index): Index {
  const { index: kind, partitions, subVectors } = requireLancedb(lancedb);
  const shared = { distanceType: similarity, ...(partitions === undefined ? {} : { numPartitions: partitions }) };
  const quantised = subVectors === undefined ? {} : { numSubVectors: subVectors };
  const { m, efConstruction } = graph;
  if (kind === 'ivf_flat') return library.ivfFlat(shared);
  if (kind === 'ivf_pq') return library.ivfPq({ ...shared, ...quantised });
  if (kind === 'ivf_hnsw_sq') return library.hnswSq({ ...shared, m, efConstruction });
  return library.hnswPq({ ...shared, ...quantised, m, efConstruction });
}
