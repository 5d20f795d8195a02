import { availableParallelism } from 'node:os';
import { CutoverError } from '../../core/errors.ts';
import type { Rankings, Similarity } from '../../model/search.ts';
import type { VectorSet } from '../../model/vectors.ts';
import type { Side } from '../../model/version.ts';
import type { Session } from '../../system/onnxruntime/session.ts';
import type { SearchEngine, SearchIndex } from '../engine.ts';
import { PAIRS, type SearchVectors } from '../exact/dot-products.ts';
import { openProduct, openScan, type Scan, type Scanned } from '../exact/exact-scan.ts';
import { allowedRows, widenRankings } from '../filtered.ts';
import { pickRows, prepareVectors, requireSameSpace, squaredLength } from '../prepared.ts';
import { emptyRankings, rankCandidates } from '../rescore.ts';
import { depthOf, requireDocuments } from '../sizes.ts';

/** Candidates beyond k, so that the border is seldom inside a tie. */
const EXTRA = 8;

/** Values of a corpus up to which one thread scans it: others would wait in a loop for longer than they work. */
const ONE_THREAD = 1 << 18;
/** What scans small corpora, for as long as the process lives. */
let single: Promise<Session> | undefined;

function forSmall(): Promise<Session> {
  single ??= openProduct(1);
  return single;
}

/** The full scan: every document is scored for every query. */
export const exact: SearchEngine = {
  id: 'exact',
  title: 'Exact neighbours by full scan',
  reproducible: true,
  open: (documents, params, _folder, options) => openExact(documents, params.similarity, options.signal),
};

/**
 * An exact index in memory. Scores found by the float32 matrix product only nominate candidates; what decides is the float64 sum.
 * Where documents left out could still tie with or beat the k-th within the product's rounding error, more are asked for,
 * so the result depends neither on blocks nor on threads.
 *
 * @param shared a session that outlives this index; a new one unless given
 * @throws CutoverError SEARCH_EMPTY_CORPUS, VECTOR_UNUSABLE; INTERRUPTED on abort
 */
export async function openExact<S extends Side>(
  documents: VectorSet<S>,
  similarity: Similarity,
  signal?: AbortSignal,
  shared?: Session,
): Promise<SearchIndex<S>> {
  requireDocuments(documents);
  const data = prepareVectors(documents, similarity);
  const longest = similarity === 'cosine' ? 1 : longestRow(data, documents.dimension);
  const isOwn = shared === undefined && data.length > ONE_THREAD;
  const session = shared ?? (await (isOwn ? openProduct(availableParallelism()) : forSmall()));
  const scan = openScan(data, documents.dimension, session);
  return {
    close: async () => {
      if (isOwn) await session.release();
    },
    search: async (queries, k, _efSearch, allowed) => {
      requireSameSpace(queries, documents);
      if (allowed !== undefined) {
        const rows = allowedRows(allowed, documents.ids.length);
        const part = emptyRankings(
          queries.ids,
          rows.map((row) => documents.ids[row] ?? ''),
          Math.min(k, rows.length),
        );
        const few = pickRows(data, rows, documents.dimension);
        const asked = { queries: prepareVectors(queries, similarity), documents: few, dimension: documents.dimension };
        if (rows.length > 0) await fill(part, openScan(few, documents.dimension, session), asked, longest, signal);
        return widenRankings(part, rows, documents.ids, k);
      }
      const vectors = { queries: prepareVectors(queries, similarity), documents: data, dimension: documents.dimension };
      const rankings = emptyRankings(queries.ids, documents.ids, depthOf(k, documents.ids.length));
      await fill(rankings, scan, vectors, longest, signal);
      return rankings;
    },
  };
}

async function fill(rankings: Rankings, scan: Scan, vectors: SearchVectors, longest: number, signal?: AbortSignal): Promise<void> {
  const count = rankings.documentIds.length;
  let pending = Array.from(rankings.queryIds.keys());
  for (let take = Math.min(count, rankings.k + EXTRA); pending.length > 0; take = Math.min(count, take * 4)) {
    const unclear: number[] = [];
    for await (const lists of together(scan.candidates(vectors.queries, pending, take))) {
      if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
      const borders = rankCandidates(rankings, lists, vectors);
      for (const [i, { query, items, lowest }] of lists.entries())
        if (items.length < count && (borders[i] as number) <= lowest + roundingError(vectors, query, longest)) unclear.push(query);
    }
    pending = unclear;
  }
}

/** Blocks of a scan, put together: the more are scored at once, the less often a document is fetched from memory. */
async function* together(blocks: AsyncIterable<Scanned[]>): AsyncGenerator<Scanned[]> {
  let held: Scanned[] = [];
  let pairs = 0;
  for await (const block of blocks) {
    for (const scanned of block) held.push(scanned);
    pairs += block.reduce((sum, { items }) => sum + items.length, 0);
    if (pairs < PAIRS) continue;
    yield held;
    [held, pairs] = [[], 0];
  }
  if (held.length > 0) yield held;
}

/**
 * How far a float32 dot product may be off: 8·√d·2⁻²⁴·|q|·|d|.
 * Source: Higham & Mary 2019, probabilistic rounding error analysis, doi:10.1137/18M1226312
 */
function roundingError({ queries, dimension }: SearchVectors, query: number, longest: number): number {
  const length = Math.sqrt(squaredLength(queries, query * dimension, dimension));
  return 8 * Math.sqrt(dimension) * 2 ** -24 * length * longest;
}

function longestRow(data: Float32Array, dimension: number): number {
  let longest = 0;
  for (let start = 0; start < data.length; start += dimension) longest = Math.max(longest, squaredLength(data, start, dimension));
  return Math.sqrt(longest);
}
