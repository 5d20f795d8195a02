import { plural } from '../../core/words.ts';
import { documentText } from '../../dataset/corpus.ts';
import { scriptOf, wordsOf } from '../../measure/slices/words.ts';
import { quantile } from '../../measure/stats/quantile.ts';
import type { Dataset, Document, Qrels } from '../../model/dataset.ts';
import type { QueryTable } from '../../model/evaluation.ts';
import type { Rankings } from '../../model/search.ts';
import type { Spaces } from './spaces.ts';

/** A word in at most this share of the documents is rare; in a single one, always. */
const RARE = 0.01;

/** What the vectors and the old version's results add to the texts. */
interface SliceFacts {
  /** Topic of the nearest document under the old version, one a query; null where there is none. */
  readonly topics: readonly (string | null)[] | null;
  /** Ids of documents that a version cut. */
  readonly truncated: { readonly old: readonly string[]; readonly new: readonly string[] };
}

type Values = readonly string[];

/**
 * Groups of queries found by looking at queries and corpus: how long a query is, how many of its words are rare, its
 * script, whether a document it should find was cut, and its topic. A field with one value tells nothing and is left out.
 * They inform and never decide: nobody declared beforehand that they matter.
 */
export function automaticSlices(
  { queries, documents, qrels }: Pick<Dataset, 'queries' | 'documents' | 'qrels'>,
  { topics, truncated }: SliceFacts,
): QueryTable['automatic'] {
  const words = queries.map(({ text }) => wordsOf(text));
  const fields: Record<string, Values | null> = {
    'query length': lengthSlices(words.map(({ length }) => length)),
    'rare words': rareSlices(words, documents),
    script: queries.map(({ text }) => scriptOf(text)),
    'relevant documents cut':
      qrels === null
        ? null
        : cutSlices(
            queries.map(({ id }) => id),
            qrels,
            truncated,
          ),
    'topic cluster': topics?.map((topic) => topic ?? 'no result') ?? null,
  };
  const telling = Object.entries(fields).flatMap(([field, values]) =>
    values !== null && new Set(values).size > 1 ? [[field, values] as const] : [],
  );
  return Object.fromEntries(telling);
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

function cutSlices(queryIds: readonly string[], qrels: Qrels, truncated: SliceFacts['truncated']): Values {
  const cut = { old: new Set(truncated.old), new: new Set(truncated.new) };
  return queryIds.map((id) => {
    const relevant = [...(qrels.get(id) ?? [])].filter(([, grade]) => grade >= 1).map(([document]) => document);
    const [before, after] = [relevant.some((document) => cut.old.has(document)), relevant.some((document) => cut.new.has(document))];
    if (before && after) return 'under both versions';
    if (after) return 'under the new version only';
    return before ? 'under the old version only' : 'none';
  });
}

/**
 * What is known of every query before anything is measured.
 * @param oldServed results under the old version: a query's topic is that of its first one
 */
export function queryTable(dataset: Dataset, { topics, truncated }: Pick<Spaces, 'topics' | 'truncated'>, oldServed: Rankings): QueryTable {
  const { queries, qrels, sliceFields, weight } = dataset;
  const topicOf = topicsOf(topics);
  const first = firstResults(oldServed);
  return {
    ids: queries.map(({ id }) => id),
    needs: queries.map(({ need }) => need),
    ...(weight === undefined ? {} : { weight }),
    slices: Object.fromEntries(sliceFields.map((field) => [field, queries.map(({ slices }) => slices[field] ?? '')])),
    automatic: automaticSlices(dataset, {
      topics: topicOf && queries.map(({ id }) => topicOf.get(first.get(id) ?? '') ?? null),
      truncated,
    }),
    judged: queries.map(({ id }) => (qrels?.get(id)?.size ?? 0) > 0),
    texts: queries.map(({ text }) => text),
  };
}

/** Topic name by document id; null where there are no topics. */
export function topicsOf(topics: Spaces['topics']): ReadonlyMap<string, string> | null {
  if (topics === null) return null;
  return new Map(
    Object.entries(topics.documents).flatMap(([id, topic]) => {
      const name = topics.names[topic];
      return name === undefined ? [] : [[id, name] as const];
    }),
  );
}

function firstResults({ queryIds, documentIds, k, neighbours }: Rankings): ReadonlyMap<string, string> {
  return new Map(
    queryIds.flatMap((id, row) => {
      const document = documentIds[neighbours[row * k] ?? -1];
      return document === undefined ? [] : [[id, document] as const];
    }),
  );
}
