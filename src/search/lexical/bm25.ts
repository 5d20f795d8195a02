import { byCodeUnits } from '../../core/order.ts';
import type { RankedList } from '../../model/search.ts';

/** Parameters of BM25 by Lucene's names. */
export interface Bm25Params {
  /** How soon another occurrence of a term counts little; 1.2 in Lucene. */
  readonly k1: number;
  /** How much a document's length counts, 0 to 1; 0.75 in Lucene. */
  readonly b: number;
}

/** A document as its terms. */
export interface TermDocument {
  readonly id: string;
  readonly terms: readonly string[];
}

/** An inverted index in memory. */
export interface Bm25Index {
  /**
   * The best documents for a query, of those that share a term with it.
   * @param terms a term that is here twice counts twice
   * @param depth results at most
   * @param allowed one a document in the order given: 1 where it may be found; all unless given
   * @returns in the order of {@link best}
   */
  search(terms: readonly string[], depth: number, allowed?: Uint8Array): RankedList;
}

/** Documents and how often they have the term, one after the other. */
type Postings = number[];

function postingsOf(documents: readonly TermDocument[]): Map<string, Postings> {
  const index = new Map<string, Postings>();
  documents.forEach(({ terms }, row) => {
    for (const term of terms) {
      const postings = index.get(term);
      if (postings === undefined) index.set(term, [row, 1]);
      else if (postings.at(-2) === row) postings[postings.length - 1] = (postings.at(-1) ?? 0) + 1;
      else postings.push(row, 1);
    }
  });
  return index;
}

/**
 * BM25 as Lucene 8 and later score it, with document lengths as they are (Lucene keeps them in one byte):
 *
 * score(q, d) = Σ over the terms of q of ln(1 + (N − n + 0.5) / (n + 0.5)) · f / (f + k1 · (1 − b + b · |d| / avgdl))
 *
 * with f the occurrences of the term in d, n the documents that have it, N and avgdl over the documents that have any term.
 * Source: Robertson & Zaragoza 2009, doi:10.1561/1500000019; Kamphuis et al. 2020 ("Lucene (accurate)"), doi:10.1007/978-3-030-45442-5_4.
 * @throws RangeError unless k1 ≥ 0 and 0 ≤ b ≤ 1
 * @example
 * const index = bm25Index([{ id: 'a', terms: ['red', 'car'] }, { id: 'b', terms: ['red'] }], { k1: 1.2, b: 0.75 });
 * index.search(['car'], 10).ids // ['a']
 */
export function bm25Index(documents: readonly TermDocument[], { k1, b }: Bm25Params): Bm25Index {
  if (!(k1 >= 0) || !Number.isFinite(k1) || !(b >= 0 && b <= 1))
    throw new RangeError(`BM25 needs k1 ≥ 0 and 0 ≤ b ≤ 1, got ${k1} and ${b}.`);
  const filled = documents.filter(({ terms }) => terms.length > 0);
  const mean = filled.reduce((sum, { terms }) => sum + terms.length, 0) / filled.length;
  const lengths = Float64Array.from(documents, ({ terms }) => k1 * (1 - b + (b * terms.length) / mean));
  const index = postingsOf(documents);
  const scores = new Float64Array(documents.length);
  const add = (term: string, found: Set<number>): void => {
    const postings = index.get(term) ?? [];
    const count = postings.length / 2;
    const idf = Math.log(1 + (filled.length - count + 0.5) / (count + 0.5));
    for (let at = 0; at < postings.length; at += 2) {
      const [row, occurrences] = [postings[at] ?? 0, postings[at + 1] ?? 0];
      scores[row] = (scores[row] ?? 0) + (idf * occurrences) / (occurrences + (lengths[row] ?? 0));
      found.add(row);
    }
  };
  return {
    search: (terms, depth, allowed) => {
      const found = new Set<number>();
      for (const term of terms) add(term, found);
      const rows = [...found].filter((row) => allowed?.[row] !== 0);
      const results = rows.map((row) => ({ id: documents[row]?.id ?? '', score: scores[row] ?? 0 }));
      for (const row of found) scores[row] = 0;
      return best(results, depth);
    },
  };
}

/** A document and its score. */
export interface Scored {
  readonly id: string;
  readonly score: number;
}

/** The first results of a list in any order, as trec_eval orders them: score rounded to float32, high to low, ties by document id, high to low. */
export function best(results: readonly Scored[], depth: number): RankedList {
  const sorted = results
    .map((result) => ({ ...result, key: Math.fround(result.score) }))
    .sort((a, b) => b.key - a.key || byCodeUnits(b.id, a.id))
    .slice(0, depth);
  return { ids: sorted.map(({ id }) => id), scores: Float64Array.from(sorted, ({ score }) => score) };
}
