import { sampleWithout, seededRandom } from '../../core/random.ts';
import { parentOf } from '../../dataset/parents.ts';
import type { Dataset, DatasetSample, Document, Qrels, Query } from '../../model/dataset.ts';
import type { Run } from '../../model/search.ts';

/** What of a data set is to be kept and drawn. */
export interface DrawRequest {
  /** Queries to draw; null keeps all. */
  readonly queries: number | null;
  /** How many of the documents that nothing else keeps are drawn: a number of them, or a share from 0 to 1. */
  readonly rest: { readonly documents: number } | { readonly fraction: number };
  /** Neighbours of the old version and how many of each query are kept; null keeps none. */
  readonly neighbours: { readonly run: Run; readonly k: number } | null;
  readonly seed: number;
}

/** What was drawn; documents and queries ascend by id. */
export interface Drawn {
  readonly documents: readonly Document[];
  readonly queries: readonly Query[];
  readonly qrels: Qrels | null;
  readonly sample: DatasetSample;
}

/**
 * Draws a smaller data set: of the queries all or some; of the documents all that a kept query has a judgement of, the old
 * version's first neighbours of each kept query, and a simple random sample of the rest. Why these: docs/scale.md.
 * Documents are judged documents: of a kept one every chunk is kept.
 * @example draw(dataset, { queries: null, rest: { fraction: 0.01 }, neighbours: null, seed: 7 })
 */
export function draw(dataset: Dataset, { queries: count, rest: wanted, neighbours, seed }: DrawRequest): Drawn {
  const queries = count === null ? dataset.queries : drawQueries(dataset, count, seed);
  const kept = new Set(queries.map(({ id }) => id));
  const qrels = dataset.qrels === null ? null : new Map([...dataset.qrels].filter(([query]) => kept.has(query)));
  const judged = new Set([...(qrels?.values() ?? [])].flatMap((grades) => [...grades.keys()]));
  const near = new Set(neighbours === null ? [] : firstOf(neighbours, kept).filter((id) => !judged.has(id)));
  const ids = [...new Set(dataset.documents.map(parentOf))];
  const rest = ids.filter((id) => !judged.has(id) && !near.has(id));
  const size = 'documents' in wanted ? wanted.documents : Math.round(wanted.fraction * rest.length);
  const drawn = sampleWithout(seededRandom(seed, 'sample documents'), rest.length, size).map((i) => rest[i] as string);
  const chosen = new Set([...judged, ...near, ...drawn]);
  const { name, hashes } = dataset;
  return {
    documents: dataset.documents.filter((document) => chosen.has(parentOf(document))),
    queries,
    qrels: qrels === null || qrels.size === 0 ? null : qrels,
    sample: {
      of: {
        name,
        hashes: { corpus: hashes.corpus, queries: hashes.queries },
        documents: ids.length,
        queries: dataset.queries.length,
      },
      seed,
      judged: judged.size,
      neighbours: neighbours === null ? null : { k: neighbours.k, documents: near.size },
      drawn: drawn.length,
      rest: rest.length,
    },
  };
}

/** Of the judged queries where there are judgements: a set like MS MARCO has a hundred times as many queries without any. */
function drawQueries({ queries, qrels }: Dataset, count: number, seed: number): readonly Query[] {
  const eligible = qrels === null ? queries : queries.filter(({ id }) => qrels.has(id));
  return sampleWithout(seededRandom(seed, 'sample queries'), eligible.length, count).map((i) => eligible[i] as Query);
}

function firstOf({ run, k }: { readonly run: Run; readonly k: number }, queries: ReadonlySet<string>): string[] {
  return [...run].flatMap(([query, { ids }]) => (queries.has(query) ? ids.slice(0, k) : []));
}
