import { byCodeUnits } from '../../core/order.ts';
import { plural } from '../../core/words.ts';
import { documentText } from '../../dataset/corpus.ts';
import { hasCode } from '../../measure/slices/codes.ts';
import { languageOf } from '../../measure/slices/language.ts';
import { scriptOf, wordsOf } from '../../measure/slices/words.ts';
import { quantile } from '../../measure/stats/quantile.ts';
import type { Dataset, Document, Qrels } from '../../model/dataset.ts';
import type { QueryTable } from '../../model/evaluation.ts';
import type { Rankings } from '../../model/search.ts';

/** A word in at most this share of the documents is rare; in a single one, always. */
const RARE = 0.01;
/** Fewer queries than this are no group by themselves. */
const FEW = 5;
/** Groups of one field that are named; the others go together. */
const MOST_GROUPS = 12;
/** A document is a hub where so many times the usual number of others have it among their nearest. */
const HUB = 3;
/** The share of queries whose nearest other query is furthest. */
const APART = 0.2;

/** Who is near to whom; each is null where that is not known. */
export interface Crowd {
  /** The nearest other documents of each document under the new version; of a sample where there are many. */
  readonly documents: Rankings | null;
  /** The nearest other queries of each query under the old version. */
  readonly queries: Rankings | null;
}

/** What the vectors and the old version's results add to the texts. */
interface SliceFacts {
  /** Topic of the nearest document under the old version, one a query; null where there is none. */
  readonly topics: readonly (string | null)[] | null;
  /** Ids of documents that a version cut. */
  readonly truncated: { readonly old: readonly string[]; readonly new: readonly string[] };
  readonly crowd: Crowd;
}

type Values = readonly string[];
type Texts = Pick<Dataset, 'queries' | 'documents' | 'qrels'>;

/** Everything that a field may look at. */
interface Looked extends Texts, SliceFacts {
  /** Of each query. */
  readonly words: readonly (readonly string[])[];
  /** Relevant documents of each query. */
  readonly relevant: readonly (readonly string[])[];
}

/** Fields by name; null where a field does not apply. The only list. */
const FIELDS: Readonly<Record<string, (looked: Looked) => Values | null>> = {
  'query length': ({ words }) => lengthSlices(words.map(({ length }) => length)),
  'rare words': ({ words, documents }) => rareSlices(words, documents),
  codes: ({ queries }) => queries.map(({ text }) => (hasCode(text) ? 'with a code' : 'none')),
  script: ({ queries }) => queries.map(({ text }) => scriptOf(text)),
  language: ({ queries }) => languageSlices(queries.map(({ text }) => languageOf(text))),
  path: ({ relevant }) => pathSlices(relevant),
  'relevant documents cut': (looked) => cutSlices(looked),
  'relevant documents among others': (looked) => crowdSlices(looked),
  'nearest other query': ({ queries, crowd }) => apartSlices(queries, crowd.queries),
  'topic cluster': ({ topics }) => topics?.map((topic) => topic ?? 'no result') ?? null,
};

/**
 * Groups of queries found by looking at queries, corpus and vectors. A field with one value tells nothing and is left out.
 * They inform and never decide: nobody declared beforehand that they matter.
 */
export function automaticSlices(texts: Texts, facts: SliceFacts): QueryTable['automatic'] {
  const { queries, qrels } = texts;
  const looked: Looked = {
    ...texts,
    ...facts,
    words: queries.map(({ text }) => wordsOf(text)),
    relevant: queries.map(({ id }) => relevantOf(qrels, id)),
  };
  const telling = Object.entries(FIELDS).flatMap(([field, find]) => {
    const values = find(looked);
    return values !== null && new Set(values).size > 1 ? [[field, values] as const] : [];
  });
  return Object.fromEntries(telling);
}

function relevantOf(qrels: Qrels | null, id: string): string[] {
  return [...(qrels?.get(id) ?? [])].filter(([, grade]) => grade >= 1).map(([document]) => document);
}

/** Thirds by number of words; equal lengths stay together, so thirds may be uneven. */
function lengthSlices(lengths: readonly number[]): Values {
  const [low, high] = [Math.floor(quantile(lengths, 1 / 3)), Math.floor(quantile(lengths, 2 / 3))];
  return lengths.map((length) => {
    if (length <= low) return `up to ${plural(low, 'word')}`;
    if (length > high) return `more than ${plural(high, 'word')}`;
    return high === low + 1 ? plural(high, 'word') : `${low + 1} to ${plural(high, 'word')}`;
  });
}

function rareSlices(queries: readonly (readonly string[])[], documents: readonly Document[]): Values {
  const asked = new Set(queries.flat());
  const frequency = new Map<string, number>();
  for (const document of documents)
    for (const word of new Set(wordsOf(documentText(document)))) if (asked.has(word)) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const most = Math.max(1, Math.floor(RARE * documents.length));
  return queries.map((words) => {
    const rare = words.filter((word) => (frequency.get(word) ?? 0) <= most).length;
    if (rare === 0) return 'none';
    return rare * 2 < words.length ? 'fewer than half' : 'half or more';
  });
}

/** Null where fewer than two languages have enough queries: what can't be told is no language. */
function languageSlices(found: readonly (string | null)[]): Values | null {
  const counts = countsOf(found.filter((language) => language !== null));
  const known = [...counts].filter(([, count]) => count >= FEW).map(([language]) => language);
  if (known.length < 2) return null;
  return found.map((language) => (language !== null && known.includes(language) ? language : 'another, or cannot be told'));
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** The folder of the relevant documents, where ids are paths: the first part by which they differ. */
function pathSlices(relevant: readonly (readonly string[])[]): Values | null {
  const folders = relevant.map((ids) => ids.map((id) => id.split('/').slice(0, -1)));
  const all = folders.flat();
  if (all.every(({ length }) => length === 0)) return null;
  let depth = 0;
  while (all.every((parts) => parts[depth] !== undefined && parts[depth] === all[0]?.[depth])) depth++;
  const names = folders.map((paths) => {
    const distinct = [...new Set(paths.map((parts) => (parts.length <= depth ? '(at the top)' : parts.slice(0, depth + 1).join('/'))))];
    return distinct.length === 1 ? (distinct[0] ?? '') : distinct.length === 0 ? 'no relevant document' : 'several';
  });
  const ranked = [...countsOf(names)].sort(([a, n], [b, m]) => m - n || byCodeUnits(a, b));
  const named = new Set(ranked.slice(0, MOST_GROUPS).map(([name]) => name));
  return names.map((name) => (named.has(name) ? name : 'other folders'));
}

function cutSlices({ relevant, qrels, truncated }: Looked): Values | null {
  if (qrels === null) return null;
  const cut = { old: new Set(truncated.old), new: new Set(truncated.new) };
  return relevant.map((documents) => {
    const [before, after] = [documents.some((document) => cut.old.has(document)), documents.some((document) => cut.new.has(document))];
    if (before && after) return 'under both versions';
    if (after) return 'under the new version only';
    return before ? 'under the old version only' : 'none';
  });
}

/**
 * Whether a query's relevant documents are hubs, which turn up in many lists, or nobody's neighbours, which hardly any search reaches.
 * Source: Radovanović, Nanopoulos & Ivanović 2010, https://jmlr.org/papers/v11/radovanovic10a.html (hubs and antihubs).
 */
function crowdSlices({ relevant, crowd: { documents } }: Looked): Values | null {
  // In a sample most documents are nobody's neighbours by chance.
  if (documents === null || documents.queryIds.length < documents.documentIds.length || documents.documentIds.length <= 2 * documents.k)
    return null;
  const times = new Int32Array(documents.documentIds.length);
  for (const row of documents.neighbours) if (row >= 0) times[row] = (times[row] as number) + 1;
  const rowOf = new Map(documents.documentIds.map((id, row) => [id, row]));
  return relevant.map((ids) => {
    const counts = ids.flatMap((id) => times[rowOf.get(id) ?? -1] ?? []);
    if (counts.length === 0) return 'no relevant document';
    if (counts.some((count) => count === 0)) return "one is nobody's neighbour";
    return counts.every((count) => count >= HUB * documents.k) ? 'all are hubs' : 'neither';
  });
}

/** Queries far from every other one; null where not every query was looked at. */
function apartSlices(queries: Dataset['queries'], near: Rankings | null): Values | null {
  if (near === null || near.queryIds.length < queries.length || queries.length < FEW / APART) return null;
  const nearest = new Map(near.queryIds.map((id, row) => [id, near.scores[row * near.k] ?? 0]));
  const scores = queries.map(({ id }) => nearest.get(id) ?? 0);
  const least = quantile(scores, APART);
  return scores.map((score) => (score < least ? 'far away' : 'near'));
}
