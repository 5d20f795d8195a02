import { createHash, type Hash } from 'node:crypto';
import type { Sha256 } from '../core/brand.ts';
import { canonicalJson } from '../core/hash.ts';
import type { Dataset, DatasetHashes, Document, Qrels, Query } from '../model/dataset.ts';

function finish(hash: Hash): Sha256 {
  return hash.digest('hex') as Sha256;
}

/** One canonical JSON line an item, streamed: a corpus may be longer than the longest string. */
function hashLines(items: Iterable<unknown>): Sha256 {
  const hash = createHash('sha256');
  for (const item of items) hash.update(`${canonicalJson(item)}\n`);
  return finish(hash);
}

function* judgementLines(qrels: Qrels): Generator<unknown> {
  for (const [query, grades] of qrels) for (const [document, grade] of grades) yield [query, document, grade];
}

/**
 * SHA-256 of content: canonical JSON (RFC 8785) of each item on its own line, ascending by id. What doesn't count is the
 * order of lines and keys, white space of the JSON, and metadata that no measure reads.
 */
export function contentHashes(documents: readonly Document[], queries: readonly Query[], qrels: Qrels | null): DatasetHashes {
  return {
    corpus: hashLines(documents),
    queries: hashLines(queries),
    qrels: qrels === null ? null : hashLines(judgementLines(qrels)),
  };
}

/** How much a data set holds. */
export interface DatasetCounts {
  readonly documents: number;
  readonly queries: number;
  readonly needs: number;
  readonly judgedQueries: number;
  readonly judgements: number;
}

/** What dataset.json seals. */
export interface SealFacts {
  readonly hashes: DatasetHashes;
  readonly counts: DatasetCounts;
}

/**
 * Hashes and counts for `dataset.json`; loading verifies them from then on.
 * @example const { hashes, counts } = sealFacts(await loadDataset('datasets/helpdesk'));
 */
export function sealFacts({ documents, queries, qrels, hashes }: Pick<Dataset, 'documents' | 'queries' | 'qrels' | 'hashes'>): SealFacts {
  let judgements = 0;
  for (const grades of qrels?.values() ?? []) judgements += grades.size;
  return {
    hashes,
    counts: {
      documents: documents.length,
      queries: queries.length,
      needs: new Set(queries.map(({ need }) => need)).size,
      judgedQueries: qrels?.size ?? 0,
      judgements,
    },
  };
}
