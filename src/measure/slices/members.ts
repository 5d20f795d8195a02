import { byCodeUnits } from '../../core/order.ts';
import type { QueryTable } from '../../model/evaluation.ts';

/** The queries that have one value in one field. */
export interface SliceMembers {
  readonly field: string;
  readonly value: string;
  /** Found by looking at queries and corpus rather than declared. */
  readonly automatic: boolean;
  /** One flag a query. */
  readonly members: readonly boolean[];
}

/** Every slice of the queries: declared ones first, then by field and value, ascending. */
export function slicesIn({ slices, automatic }: Pick<QueryTable, 'slices' | 'automatic'>): SliceMembers[] {
  return [...membersIn(slices, false), ...membersIn(automatic, true)];
}

function membersIn(fields: QueryTable['slices'], automatic: boolean): SliceMembers[] {
  return Object.keys(fields)
    .sort(byCodeUnits)
    .flatMap((field) => {
      const values = fields[field] ?? [];
      const distinct = [...new Set(values)].sort(byCodeUnits);
      return distinct.map((value) => ({ field, value, automatic, members: values.map((other) => other === value) }));
    });
}
