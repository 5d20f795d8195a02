import { CutoverError } from '../../core/errors.ts';
import { type LancedbTable, lancedbStatement } from '../../databases/lancedb.ts';
import type { LancedbParams, ServedBy } from '../../model/search.ts';
import type { ServingTable, TableQuery, TableRequest } from './serving.ts';
import { type EachQuery, rowsFound, timesTaken } from './serving.ts';

interface Opened extends Building {
  readonly loaded: boolean;
  readonly bytes: number | null;
  readonly library: string;
  /** Removes the table when it is closed; null keeps it. */
  readonly drop: (() => Promise<void>) | null;
}

/** A table of vectors with an index of LanceDB. */
export class LancedbServing implements ServingTable {
  readonly loaded: boolean;
  readonly bytes: number | null;
  readonly servedBy: ServedBy;
  readonly #table: LancedbTable;
  readonly #of: Opened;
  #closed = false;

  constructor(table: LancedbTable, of: Opened) {
    this.#table = table;
    this.#of = of;
    this.loaded = of.loaded;
    this.bytes = of.bytes;
    this.servedBy = { library: of.library, parameters: parametersOf(of.request) };
  }

  search(query: TableQuery): Promise<Int32Array> {
    return rowsFound(query, this.#of.request.dimension, (asked, work) => this.#each(asked, work));
  }

  time(query: TableQuery): Promise<Float64Array> {
    return timesTaken(query, this.#of.request.dimension, (asked, work) => this.#each(asked, work));
  }

  async #each(query: TableQuery, work: Parameters<EachQuery>[1]): Promise<void> {
    const { request, store } = this.#of;
    const { dimension, signal } = request;
    const where = query.allowed === undefined ? null : filterOf(query.allowed);
    if (where === NOTHING) return;
    for (let i = 0; i < query.data.length / dimension; i++) {
      if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
      const vector = query.data.subarray(i * dimension, (i + 1) * dimension);
      await work(() => lancedbStatement(store, () => this.#asked(vector, query, where)), i);
    }
  }

  #asked(vector: Float32Array, { k, efSearch }: TableQuery, where: string | null): Promise<Found> {
    const { similarity, lancedb } = this.#of.request;
    const { index, nprobes, refineFactor } = requireLancedb(lancedb);
    let query = this.#table.query().nearestTo(vector).distanceType(similarity).select(['row_number', '_distance']).limit(k);
    if (where !== null) query = query.where(where);
    if (index !== 'none') query = query.nprobes(nprobes);
    if (index.startsWith('ivf_hnsw')) query = query.ef(Math.max(efSearch, k));
    if (refineFactor !== undefined && index !== 'none') query = query.refineFactor(refineFactor);
    return query.toArray();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#table.close();
    await this.#of.drop?.();
  }
}

type Found = readonly { readonly row_number: number }[];

const NOTHING = '';

/** The shorter of the rows that are let through and those that are not. */
function filterOf(allowed: Uint8Array): string {
  const rows = (bit: number) => Array.from(allowed.keys()).filter((row) => allowed[row] === bit);
  const [within, without] = [rows(1), rows(0)];
  if (within.length === 0) return NOTHING;
  if (without.length === 0) return 'true';
  return within.length <= without.length ? `row_number IN (${within.join(', ')})` : `row_number NOT IN (${without.join(', ')})`;
}

function parametersOf({ graph, lancedb }: TableRequest): ServedBy['parameters'] {
  const { index, partitions, subVectors, nprobes, refineFactor } = requireLancedb(lancedb);
  if (index === 'none') return { index };
  const { m, efConstruction, efSearch } = graph;
  return {
    index,
    num_partitions: partitions ?? 'default',
    ...(index.endsWith('_pq') ? { num_sub_vectors: subVectors ?? 'default' } : {}),
    ...(index.startsWith('ivf_hnsw') ? { m, ef_construction: efConstruction, ef: efSearch } : {}),
    nprobes,
    ...(refineFactor === undefined ? {} : { refine_factor: refineFactor }),
  };
}

/** A table under way. */
export interface Building {
  readonly name: string;
  readonly store: string;
  readonly request: TableRequest;
}

/** @throws RangeError where the engine was chosen without its parameters */
export function requireLancedb(params: LancedbParams | undefined): LancedbParams {
  if (params === undefined) throw new RangeError('LanceDB is searched with the parameters of LanceDB.');
  return params;
}
