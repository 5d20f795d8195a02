import type { Evaluation, Timings } from '../model/evaluation.ts';
import type { Reviews } from '../model/review.ts';
import type { Verdict } from '../model/verdict.ts';

/** All that a report knows. */
export interface ReportInput {
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
  /** null where no stage left any. */
  readonly timings: Timings | null;
  /** What people said of the queries; missing where nobody did. */
  readonly reviews?: Reviews | null;
}

/**
 * The element at `index`.
 * @throws RangeError where there is none: an evaluation whose parts don't fit together.
 */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`The evaluation does not fit together: index ${index} of ${items.length}.`);
  return item;
}

/**
 * Checks that everything that goes by query has one entry a query.
 * @throws RangeError naming the part that doesn't fit.
 */
export function checkInput({ evaluation }: ReportInput): void {
  const n = evaluation.queries.ids.length;
  const parts: [string, number][] = [
    ['queries.texts', evaluation.queries.texts.length],
    ['queries.needs', evaluation.queries.needs.length],
    ['queries.judged', evaluation.queries.judged.length],
    ['shown.lists', evaluation.shown.lists.length],
    ['shown.grades', evaluation.shown.grades.length],
    ...Object.entries(evaluation.queries.slices).map(([field, values]): [string, number] => [`queries.slices.${field}`, values.length]),
    ...Object.entries(evaluation.neighbours).flatMap(([name, byOn]) =>
      Object.entries(byOn).map(([on, column]): [string, number] => [`neighbours.${name}.${on}`, column.perQuery.length]),
    ),
  ];
  const wrong = parts.find(([, length]) => length !== n);
  if (wrong !== undefined)
    throw new RangeError(`The evaluation does not fit together: ${wrong[0]} has ${wrong[1]} entries for ${n} queries.`);
}
