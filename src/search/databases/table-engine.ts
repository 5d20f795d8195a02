import type { Sha256 } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import { sha256Json } from '../../core/hash.ts';
import type { SearchParams } from '../../model/search.ts';
import type { VectorSet } from '../../model/vectors.ts';
import type { SearchEngine } from '../engine.ts';
import { hashOfRows } from '../graphs/index-file.ts';
import { prepareVectors, requireSameSpace } from '../prepared.ts';
import { emptyRankings, rankNominated } from '../rescore.ts';
import { depthOf, requireDocuments } from '../sizes.ts';

/** Queries a question. */
const BLOCK = 256;

/** One engine that searches in a database of the team's own. */
export interface TableKind extends Pick<SearchEngine, 'id' | 'title'> {
  readonly stores: readonly string[];
  /** What decides its index, beside vectors and similarity; what is set on each search is not among it. */
  readonly builtBy: (params: SearchParams) => unknown;
}

/**
 * An engine whose index lives in a table of a database that serves. No two builds of such an index are alike. Scores of what it
 * finds are summed again here.
 */
export function tableEngine(of: TableKind): SearchEngine {
  return {
    id: of.id,
    title: of.title,
    reproducible: false,
    stores: of.stores,
    open: async (documents, params, folder, options) => {
      requireDocuments(documents);
      const { serving, signal, onProgress } = options;
      if (serving === undefined || !of.stores.includes(serving.kind))
        throw new CutoverError('SEARCH_STORE_UNFIT', { engine: of.id, kinds: of.stores.join(' or '), found: '' });
      const data = prepareVectors(documents, params.similarity);
      const { dimension, ids, fingerprint } = documents;
      const kept = folder !== null && options.order === undefined;
      const table = await serving.table({
        fingerprint,
        key: kept ? keyOf(documents, data, params, of) : null,
        dimension,
        data,
        order: options.order ?? Array.from(ids.keys()),
        similarity: params.similarity,
        graph: params.hnsw,
        ...(params.pgvector === undefined ? {} : { pgvector: params.pgvector }),
        ...(params.lancedb === undefined ? {} : { lancedb: params.lancedb }),
        ...(onProgress === undefined ? {} : { onProgress }),
        ...(signal === undefined ? {} : { signal }),
      });
      return {
        file: null,
        bytes: table.bytes,
        loaded: table.loaded,
        servedBy: table.servedBy,
        close: () => table.close(),
        search: async (queries, k, efSearch = params.hnsw.efSearch, allowed = undefined) => {
          requireSameSpace(queries, documents);
          const vectors = { queries: prepareVectors(queries, params.similarity), documents: data, dimension };
          const rankings = emptyRankings(queries.ids, ids, depthOf(k, ids.length));
          const asked = { k: rankings.k, efSearch, ...(allowed === undefined ? {} : { allowed }) };
          await rankNominated(rankings, vectors, { block: BLOCK, signal, nominate: (part) => table.search({ data: part, ...asked }) });
          return rankings;
        },
        latencies: async (queries, k) => {
          requireSameSpace(queries, documents);
          const part = prepareVectors(queries, params.similarity);
          return table.time({ data: part, k: depthOf(k, ids.length), efSearch: params.hnsw.efSearch });
        },
      };
    },
  };
}

/** Names a table by its fingerprint, vectors and index. */
function keyOf({ fingerprint, ids }: VectorSet, data: Float32Array, params: SearchParams, { id, builtBy }: TableKind): Sha256 {
  const { similarity } = params;
  return sha256Json({ engine: id, fingerprint, documents: hashOfRows(ids, data), similarity, index: builtBy(params) });
}
