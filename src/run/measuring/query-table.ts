import type { Dataset } from '../../model/dataset.ts';
import type { QueryTable } from '../../model/evaluation.ts';
import type { Rankings } from '../../model/search.ts';
import { automaticSlices, type Crowd } from './automatic-slices.ts';
import type { Spaces } from './spaces.ts';

/**
 * What is known of every query before anything is measured.
 * @param oldServed results under the old version: a query's topic is that of its first one
 */
export function queryTable(
  dataset: Dataset,
  { topics, truncated, crowd }: Pick<Spaces, 'topics' | 'truncated'> & { readonly crowd: Crowd },
  oldServed: Rankings,
): QueryTable {
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
      crowd,
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
