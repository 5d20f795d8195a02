import { byCodeUnits } from '../core/order.ts';
import type { Problems } from './problems.ts';
import type { Raw } from './records.ts';

/** A query's metadata, its need left out. */
export interface Fields {
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
export function sliceFieldsOf(
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
export function slicesOf({ values }: Fields, sliceFields: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(sliceFields.map((field) => [field, String(values[field])]));
}
