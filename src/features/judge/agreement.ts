import { byCodeUnits } from '../../core/order.ts';
import { weightedKappa } from '../../measure/stats/kappa.ts';
import type { Agreement, Qrels } from '../../model/dataset.ts';
import type { JudgeRecord, JudgeRecords } from './records.ts';

/** Stands for the grades that came with the data set. */
export const DATA_SET = 'data set';

type Grades = ReadonlyMap<string, ReadonlyMap<string, number>>;

function gradesOf(records: JudgeRecords): Grades {
  return new Map([...records].map(([query, documents]) => [query, new Map([...documents].map(([id, { grade }]) => [id, grade]))]));
}

/** The record by which a pair's judgement came from a judge; null where it came with the data set. */
export function importedRecord(judges: ReadonlyMap<string, JudgeRecords>, query: string, document: string): JudgeRecord | null {
  for (const records of judges.values()) {
    const record = records.get(query)?.get(document);
    if (record?.isUsed === true) return record;
  }
  return null;
}

/** The grades that came with the data set, those that were replaced since included. */
function originals(qrels: Qrels, judges: ReadonlyMap<string, JudgeRecords>): Grades {
  const grades = [...qrels].map(([query, documents]) => {
    const original = [...documents].flatMap(([document, grade]) => {
      const record = importedRecord(judges, query, document);
      if (record === null) return [[document, grade] as const];
      return record.original === null ? [] : [[document, record.original] as const];
    });
    return [query, new Map(original)] as const;
  });
  return new Map(grades);
}

function agreementOf(left: Grades, right: Grades): Pick<Agreement, 'pairs' | 'kappa'> | null {
  const a: number[] = [];
  const b: number[] = [];
  for (const [query, grades] of left)
    for (const [document, grade] of grades) {
      const other = right.get(query)?.get(document);
      if (other === undefined) continue;
      a.push(grade);
      b.push(other);
    }
  return a.length === 0 ? null : { pairs: a.length, kappa: weightedKappa(a, b) };
}

/**
 * Agreement of every two judges that graded a pair in common, the data set's own grades counted as one more judge.
 * @param judges all judges with what they said
 * @param qrels the judgements, with what these judges put in
 */
export function agreements(judges: ReadonlyMap<string, JudgeRecords>, qrels: Qrels | null): Agreement[] {
  const named: (readonly [string, Grades])[] = [...judges].map(([judge, records]) => [judge, gradesOf(records)] as const);
  if (qrels !== null) named.push([DATA_SET, originals(qrels, judges)]);
  named.sort(([a], [b]) => byCodeUnits(a, b));
  return named.flatMap(([first, left], i) =>
    named.slice(i + 1).flatMap(([second, right]) => {
      const agreement = agreementOf(left, right);
      return agreement === null ? [] : [{ judges: [first, second] as const, ...agreement }];
    }),
  );
}
