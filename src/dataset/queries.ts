import { byCodeUnits } from '../core/order.ts';
import type { Query } from '../model/dataset.ts';
import { type Filter, readFilter } from './filters.ts';
import type { Problems } from './problems.ts';
import { type Raw, type RowSource, readIdentified, recordOf, textField } from './records.ts';

/** A query's metadata, its need left out. */
interface Fields {
  /** `file:line`, for messages. */
  readonly where: string;
  readonly values: Raw;
}

/** A field of more values than this tells queries apart instead of grouping them. */
const MOST_VALUES = 50;

function isValue(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Why a field is no slice, or null when it is one. */
function objection(field: string, queries: readonly Fields[]): string | null {
  const values = queries.map(({ values }) => values[field]).filter(isValue);
  if (values.length < queries.length)
    return `Query field "${field}" is no slice: ${queries.length - values.length} of ${queries.length} queries have no text there.`;
  const distinct = new Set(values).size;
  return distinct > MOST_VALUES
    ? `Query field "${field}" is no slice: it has ${distinct} different values, more than ${MOST_VALUES}.`
    : null;
}

/**
 * Which metadata fields are slices: those that dataset.json names, and every query must have them; or, where it names none,
 * every text field that all queries have and that has 50 values at most.
 */
function sliceFieldsOf(
  queries: readonly Fields[],
  declared: readonly string[] | null,
  problems: Problems,
): { readonly sliceFields: readonly string[]; readonly warnings: readonly string[] } {
  if (declared !== null) {
    for (const { where, values } of queries)
      for (const field of declared)
        if (!isValue(values[field])) problems.add(where, `slice field "${field}" of dataset.json has no text here`);
    return { sliceFields: declared, warnings: [] };
  }
  const candidates = new Set(queries.flatMap(({ values }) => Object.keys(values).filter((field) => isValue(values[field]))));
  const judged = [...candidates].sort(byCodeUnits).map((field) => ({ field, why: objection(field, queries) }));
  return {
    sliceFields: judged.filter(({ why }) => why === null).map(({ field }) => field),
    warnings: judged.flatMap(({ why }) => (why === null ? [] : [why])),
  };
}

/** A query's value for each slice field. */
function slicesOf({ values }: Fields, sliceFields: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(sliceFields.map((field) => [field, String(values[field])]));
}

/** Queries, read. */
export interface QueryFile {
  readonly queries: readonly Query[];
  readonly sliceFields: readonly string[];
  readonly warnings: readonly string[];
}

interface RawQuery {
  readonly id: string;
  readonly text: string;
  readonly need: string;
  readonly fields: Fields;
  readonly filter: Filter | null;
}

function needOf(record: Raw, metadata: Raw, id: string, where: string, problems: Problems): string {
  const given = metadata.need ?? record.need ?? id;
  const need = Number.isSafeInteger(given) ? String(given) : given;
  if (typeof need === 'string' && need.trim() !== '') return need;
  problems.add(
    where,
    typeof need === 'number' ? `need is the number ${need}; put it in quotes: "${need}"` : 'need must be text that is not empty',
  );
  return id;
}

/**
 * Queries, ascending by id, with the need and slices of each query from its `metadata`.
 * @param declared slice fields named by dataset.json; null takes every field that fits
 * @returns null when there is no such file, or no query in it; what is wrong is then among the problems
 */
export async function readQueries(source: RowSource, declared: readonly string[] | null, problems: Problems): Promise<QueryFile | null> {
  const raw: RawQuery[] = [];
  const before = problems.count;
  const read = await readIdentified(source, problems, ({ id, where, record }) => {
    const metadata = recordOf(record.metadata ?? {});
    if (metadata === null) problems.add(where, 'metadata must be a JSON object');
    const text = textField(record, 'text', where, problems);
    if (typeof (record.text ?? '') === 'string' && text.trim() === '') problems.add(where, `query "${id}" has no text`);
    const { need: _, ...rest } = metadata ?? {};
    const filter = readFilter(rest.filter, where, problems);
    // A slice field may be called "filter" too, where it holds a text.
    const { filter: __, ...plain } = rest;
    const fields = filter === null ? rest : plain;
    raw.push({
      id,
      text,
      need: needOf(record, metadata ?? {}, id, where, problems),
      fields: { where, values: fields },
      filter,
    });
  });
  if (!read) return null;
  // Where a column or every row is wrong, that is the reason, and has been said.
  if (raw.length === 0 && problems.count === before) problems.add(source.file, 'holds no query');
  if (raw.length === 0) return null;
  raw.sort((a, b) => byCodeUnits(a.id, b.id));
  const { sliceFields, warnings } = sliceFieldsOf(
    raw.map(({ fields }) => fields),
    declared,
    problems,
  );
  const queries = raw.map(({ id, text, need, fields, filter }) => ({
    id,
    text,
    need,
    slices: slicesOf(fields, sliceFields),
    ...(filter === null ? {} : { filter }),
  }));
  return { queries, sliceFields, warnings };
}
