import type { JudgedList, MeasureName } from '../model/metric.ts';

/**
 * Looks every retrieved document up in the judgements, once for all metrics.
 * @param ids retrieved documents, best first, in trec_eval order
 * @param judged document id → grade
 * @throws RangeError when a document is listed twice
 */
export function judgedList(ids: readonly string[], judged: ReadonlyMap<string, number>): JudgedList {
  if (new Set(ids).size !== ids.length) throw new RangeError('A ranked list names a document twice.');
  const grades = ids.map((id) => judged.get(id) ?? null);
  const judgements = [...judged.values()].sort((a, b) => b - a);
  return { grades, judgements };
}

/**
 * The condensed list: unjudged documents are removed and the rest moves up. Negative grades go too, as in trec_eval,
 * which reads them as "not in the pool".
 * Source: Sakai 2007, Alternatives to Bpref, doi:10.1145/1277741.1277756
 */
export function condensed(list: JudgedList): JudgedList {
  return { grades: list.grades.filter((grade) => grade !== null && grade >= 0), judgements: list.judgements };
}

/** The lowest grade that counts as relevant: the name's `rel`, else 1. */
export function relevanceLevel(name: MeasureName): number {
  return typeof name.params.rel === 'number' ? name.params.rel : 1;
}

/** How many judged documents have at least this grade. */
export function relevantCount(list: JudgedList, level: number): number {
  let count = 0;
  for (const grade of list.judgements) {
    if (grade < level) break;
    count++;
  }
  return count;
}

/** Whether the document at a place counts as relevant; unjudged ones don't. */
export function isRelevant(grade: number | null | undefined, level: number): boolean {
  return typeof grade === 'number' && grade >= level;
}

/** How many places to look at: the cutoff, or the list's end where that comes first. */
export function depthOf(list: JudgedList, name: MeasureName): number {
  return Math.min(name.cutoff ?? list.grades.length, list.grades.length);
}

/** How many of the first places hold a relevant document. */
export function relevantRetrieved(list: JudgedList, depth: number, level: number): number {
  let count = 0;
  for (let i = 0; i < depth; i++) if (isRelevant(list.grades[i], level)) count++;
  return count;
}

/** `rel` is a whole number of 1 or more. */
export function checkRelevanceLevel(name: MeasureName): string | null {
  const level = name.params.rel;
  return Number.isInteger(level) && (level as number) >= 1 ? null : 'rel is the lowest relevant grade, a whole number of 1 or more';
}
