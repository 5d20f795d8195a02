import { byCodeUnits } from '../../core/order.ts';
import type { Qrels } from '../../model/dataset.ts';
import { importedRecord } from './agreement.ts';
import { type JudgeRecord, type JudgeRecords, ofQuery } from './records.ts';
import type { GradeRow } from './rows.ts';

export interface MergeOptions {
  /** New grades take the place of old ones. */
  readonly replace: boolean;
  /** Grades are recorded for the judge and leave the data set's judgements as they are. */
  readonly recordOnly: boolean;
  /** ISO date. */
  readonly date: string;
}

/** What an import does to the judgements and to what is recorded of each judge. */
export interface Merge {
  readonly qrels: Qrels | null;
  readonly judges: ReadonlyMap<string, JudgeRecords>;
  readonly added: readonly GradeRow[];
  readonly replaced: readonly GradeRow[];
  /** Rows whose grade was in the judgements already, or was only recorded. */
  readonly unchanged: number;
  /** Whether anything is recorded that wasn't before. */
  readonly isNews: boolean;
  /** Contradictions, each with file and line; nothing may be written while there are any. */
  readonly conflicts: readonly string[];
}

/**
 * Puts grades into judgements. A grade that is there already is never overwritten unless `replace` says so; judges of one
 * file that contradict each other are a conflict in any case.
 */
export function mergeGrades(
  rows: readonly GradeRow[],
  qrels: Qrels | null,
  judges: ReadonlyMap<string, JudgeRecords>,
  options: MergeOptions,
): Merge {
  const grades = copy(qrels ?? new Map());
  const records = new Map([...judges].map(([judge, table]) => [judge, copy(table)]));
  const seen = new Map<string, Map<string, GradeRow>>();
  const merge = { added: [] as GradeRow[], replaced: [] as GradeRow[], conflicts: [] as string[], unchanged: 0, isNews: false };
  for (const row of rows) {
    const table = records.get(row.judge) ?? new Map<string, Map<string, JudgeRecord>>();
    records.set(row.judge, table);
    const mine = ofQuery(table, row.query);
    const own = mine.get(row.document);
    const change = options.recordOnly ? 'none' : place(row, ofQuery(grades, row.query), ofQuery(seen, row.query), options, merge.conflicts);
    if (own !== undefined && own.grade !== row.grade && !options.replace)
      merge.conflicts.push(`${row.where}: ${pair(row)}: ${row.grade} here, ${own.grade} by ${row.judge} on ${own.date}`);
    if (change === 'none') merge.unchanged++;
    else merge[change].push(row);
    if (change === 'none' && own?.grade === row.grade) continue;
    merge.isNews = true;
    const original = change === 'replaced' ? originalGrade(row, qrels, judges) : (own?.original ?? null);
    mine.set(row.document, { grade: row.grade, date: options.date, isUsed: change !== 'none' || own?.isUsed === true, original });
  }
  return { ...merge, qrels: qrels === null && grades.size === 0 ? null : sorted(grades), judges: records };
}

/** The data set's own grade of a pair, however often it was replaced since; null where it had none. */
function originalGrade({ query, document }: GradeRow, qrels: Qrels | null, judges: ReadonlyMap<string, JudgeRecords>): number | null {
  const record = importedRecord(judges, query, document);
  return record === null ? (qrels?.get(query)?.get(document) ?? null) : record.original;
}

function pair({ query, document }: GradeRow): string {
  return `query "${query}", document "${document}"`;
}

/** Places a grade; `seen` are those that this import placed or found in place. */
function place(
  row: GradeRow,
  grades: Map<string, number>,
  seen: Map<string, GradeRow>,
  { replace }: MergeOptions,
  conflicts: string[],
): 'added' | 'replaced' | 'none' {
  const there = grades.get(row.document);
  const earlier = seen.get(row.document);
  if (earlier !== undefined && earlier.grade !== row.grade)
    conflicts.push(
      `${row.where}: ${pair(row)}: ${row.grade} by ${row.judge} here, ${earlier.grade} by ${earlier.judge} in ${earlier.where}`,
    );
  else if (earlier === undefined && there !== undefined && there !== row.grade && !replace)
    conflicts.push(`${row.where}: ${pair(row)}: ${row.grade} here, ${there} in the judgements`);
  seen.set(row.document, earlier ?? row);
  if (there === row.grade) return 'none';
  grades.set(row.document, row.grade);
  return there === undefined ? 'added' : 'replaced';
}

function copy<T>(table: ReadonlyMap<string, ReadonlyMap<string, T>>): Map<string, Map<string, T>> {
  return new Map([...table].map(([query, documents]) => [query, new Map(documents)]));
}

/** Ascending by query and document, as a data set is read; queries that nothing was placed for go. */
function sorted(grades: ReadonlyMap<string, ReadonlyMap<string, number>>): Qrels {
  const byKey = <T>(entries: Iterable<readonly [string, T]>) => [...entries].sort(([a], [b]) => byCodeUnits(a, b));
  const filled = byKey(grades).filter(([, documents]) => documents.size > 0);
  return new Map(filled.map(([query, documents]) => [query, new Map(byKey(documents))]));
}
