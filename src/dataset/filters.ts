import type { Dataset, Document, Qrels, Query } from '../model/dataset.ts';
import { parentOf } from './parents.ts';
import type { Problems } from './problems.ts';
import { recordOf } from './records.ts';

/** Field → accepted values, both ascending. */
export type Filter = NonNullable<Query['filter']>;

/** Which documents each filtered query may find. */
export interface FilterMasks {
  /** Query id → place in `masks`; a query without filter is missing. */
  readonly of: ReadonlyMap<string, number>;
  /** One a different filter: Uint8Array [documents], 1 where the row of the corpus matches. */
  readonly masks: readonly Uint8Array[];
}

function valuesOf(value: unknown): string[] | null {
  const values = (Array.isArray(value) ? value : [value]).map((item) =>
    typeof item === 'number' || typeof item === 'boolean' ? String(item) : item,
  );
  return values.length > 0 && values.every((item) => typeof item === 'string' && item !== '')
    ? [...new Set(values as string[])].sort()
    : null;
}

/** A query's filter as it is in its `metadata`; null where it has none. */
export function readFilter(value: unknown, where: string, problems: Problems): Filter | null {
  const fields = recordOf(value);
  if (fields === null) return null;
  const filter: Record<string, readonly string[]> = {};
  for (const name of Object.keys(fields).sort()) {
    const values = valuesOf(fields[name]);
    if (values === null) problems.add(where, `filter.${name} must be a value or a list of values, none of them empty`);
    else Object.defineProperty(filter, name, { value: values, enumerable: true });
  }
  return Object.keys(filter).length === 0 ? null : filter;
}

/** Fields that filters read, ascending. */
export function filterFields(queries: readonly Query[]): readonly string[] {
  return [...new Set(queries.flatMap(({ filter }) => Object.keys(filter ?? {})))].sort();
}

/** Whether a document has, in each of the filter's fields, one of the values it accepts. */
export function matches({ metadata }: Document, filter: Filter): boolean {
  return Object.entries(filter).every(([field, values]) => {
    const value = metadata !== undefined && Object.hasOwn(metadata, field) ? metadata[field] : undefined;
    return value !== undefined && values.includes(value);
  });
}

/** Masks over the rows of the corpus, one a different filter; null where no query has one. Of chunks, each is matched by its own metadata. */
export function filtersOf({ documents, queries }: Pick<Dataset, 'documents' | 'queries'>): FilterMasks | null {
  const places = new Map<string, number>();
  const of = new Map<string, number>();
  const masks: Uint8Array[] = [];
  for (const { id, filter } of queries) {
    if (filter === undefined) continue;
    const key = JSON.stringify(filter);
    const place = places.get(key) ?? masks.length;
    if (place === masks.length) masks.push(Uint8Array.from(documents, (document) => (matches(document, filter) ? 1 : 0)));
    places.set(key, place);
    of.set(id, place);
  }
  return masks.length === 0 ? null : { of, masks };
}

/** How many queries are filtered; null where none is. */
export function filterCounts(dataset: Pick<Dataset, 'documents' | 'queries'>): { readonly queries: number; readonly empty: number } | null {
  const filters = filtersOf(dataset);
  if (filters === null) return null;
  const empty = filters.masks.map((mask) => !mask.includes(1));
  return { queries: filters.of.size, empty: [...filters.of.values()].filter((place) => empty[place]).length };
}

/** What is to know of filters, a sentence each. */
export function filterOddities(documents: readonly Document[], queries: readonly Query[], qrels: Qrels | null): string[] {
  const counts = filterCounts({ documents, queries });
  if (counts === null) return [];
  const outside = outsideOf(documents, queries, qrels);
  return [
    `Queries with a filter: ${counts.queries} of ${queries.length}; they find documents whose metadata match, in exact and in served search.`,
    ...(counts.empty > 0
      ? [`Queries whose filter matches no document: ${counts.empty}; they find nothing, and where they are judged they score 0.`]
      : []),
    ...(outside > 0 ? [`Relevant judgements outside the filter of their query: ${outside}; they can't be found and count as missed.`] : []),
  ];
}

function outsideOf(documents: readonly Document[], queries: readonly Query[], qrels: Qrels | null): number {
  const chunks = new Map<string, Document[]>();
  for (const document of documents) {
    const id = parentOf(document);
    const before = chunks.get(id);
    if (before === undefined) chunks.set(id, [document]);
    else before.push(document);
  }
  let outside = 0;
  for (const { id, filter } of queries) {
    if (filter === undefined) continue;
    for (const [document, grade] of qrels?.get(id) ?? [])
      if (grade >= 1 && !(chunks.get(document) ?? []).some((chunk) => matches(chunk, filter))) outside++;
  }
  return outside;
}
