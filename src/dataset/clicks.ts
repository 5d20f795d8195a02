import type { ClickSource, WeakGrades } from '../model/dataset.ts';
import type { Problems } from './problems.ts';
import type { Judgement } from './qrels.ts';
import type { Row, RowSource } from './records.ts';
import { type ClickedPair, type ClickLog, gradeOf, readClickLog, ruleWords } from './sources/clicks.ts';

/** Ids that a data set has; null where its file could not be read. */
export interface KnownIds {
  readonly documents: ReadonlySet<string> | null;
  readonly queries: ReadonlySet<string> | null;
}

/** A click log instead of judgements, and instead of queries where no file of them is named. */
export interface Clicks {
  readonly weakGrades: WeakGrades;
  /** Queries made from the log; null where they have their own file. Those that get no judgement are to be left out. */
  readonly queries: RowSource | null;
  /** Grades by the rule, of queries that have anything relevant. @throws CutoverError of the reader */
  judgements(known: KnownIds, problems: Problems): Promise<readonly Judgement[]>;
  /** What was left out, after {@link Clicks.judgements}. */
  warnings(): readonly string[];
}

/** @param faults what is wrong with the log goes there, whenever it is read */
export function openClicks(source: ClickSource, makesQueries: boolean, faults: Problems): Clicks {
  let log: Promise<ClickLog> | null = null;
  let warnings: readonly string[] = [];
  const read = () => {
    log ??= readClickLog(source, makesQueries, faults);
    return log;
  };
  return {
    weakGrades: { source: 'clicks', rule: ruleWords(source.rule, source.impressions !== null) },
    queries: makesQueries ? { file: source.path, rows: queryRows(read), idName: 'the query id' } : null,
    warnings: () => warnings,
    judgements: async (known, problems) => {
      // Queries made from a log that cannot be read have said so.
      if (makesQueries && known.queries === null) return [];
      const found = await read();
      const graded = grade(found, source, known);
      warnings = graded.warnings;
      // Where no row was sound, each has said so.
      const isSilent = found.rows === 0 || found.pairs.length > 0;
      if (graded.judgements.length === 0 && isSilent) problems.add(source.path, nothing(found, source));
      return graded.judgements;
    },
  };
}

async function* queryRows(read: () => Promise<ClickLog>): AsyncGenerator<Row> {
  for (const [id, { text, where, place }] of (await read()).queries) yield { where, place, record: { _id: id, text } };
}

function nothing({ rows }: ClickLog, source: ClickSource): string {
  if (rows === 0) return 'holds no row';
  return `gives no document of a query of this data set grade 1 (${ruleWords(source.rule, source.impressions !== null)}); compare its ids with those of the data set, or lower the thresholds`;
}

interface Graded {
  readonly judgements: readonly Judgement[];
  readonly warnings: readonly string[];
}

/**
 * A query without anything relevant scores 0 under both versions: counted, such queries would draw every difference towards
 * nothing, and a loss would pass. Logs are full of them, so they get no judgement.
 */
function grade({ rows, pairs, queries }: ClickLog, source: ClickSource, known: KnownIds): Graded {
  const isKnown = ({ document }: ClickedPair) => known.documents === null || known.documents.has(document);
  const ofQueries = pairs.filter(({ query }) => known.queries === null || known.queries.has(query));
  const kept = source.unknownDocuments === 'skip' ? ofQueries.filter(isKnown) : ofQueries;
  const graded = kept.flatMap((pair) => {
    const value = gradeOf(pair, source.rule);
    return value === null ? [] : [{ query: pair.query, document: pair.document, grade: value, where: pair.where }];
  });
  const answered = new Set(graded.filter(({ grade: value }) => value >= 1).map(({ query }) => query));
  const judgements = graded.filter(({ query }) => answered.has(query));
  const asked = [...queries.keys()].filter((id) => known.queries === null || known.queries.has(id)).length;
  const left = [
    ['queries of the log that the data set does not have', queries.size - asked],
    ['queries without any document of grade 1', asked - answered.size],
    ['query-document pairs whose document the corpus does not have', ofQueries.length - kept.length],
    ['pairs with too little to grade them by', kept.length - graded.length],
  ] as const;
  const words = left.filter(([, count]) => count > 0).map(([what, count]) => `${what}: ${count}`);
  const made = `Judged by clicks, rows of the log: ${rows}; judgements: ${judgements.length}; judged queries: ${answered.size}.`;
  return { judgements, warnings: [words.length === 0 ? made : `${made} Left out: ${words.join('; ')}.`] };
}
