import { sha256 } from '../../core/hash.ts';
import type { ClickRule, ClickSource } from '../../model/dataset.ts';
import type { Problems } from '../problems.ts';
import type { Row } from '../records.ts';
import { clickRows } from './mapped.ts';

/** A document for a query, all rows of the log taken together. */
export interface ClickedPair extends ClickCounts {
  readonly query: string;
  readonly document: string;
  /** Of the first row that names it. */
  readonly where: string;
}

/** A query as the log has it. */
interface LoggedQuery {
  readonly text: string;
  readonly where: string;
  readonly place: string;
}

export interface ClickLog {
  readonly rows: number;
  readonly pairs: readonly ClickedPair[];
  /** By id; empty texts where queries are not made from the log. */
  readonly queries: ReadonlyMap<string, LoggedQuery>;
}

/** Digits of a query's id that is made of its text. */
const ID_DIGITS = 16;

/**
 * Reads a click log. Rows of the same query and document add up, so a row may be a day, a page or one click. What is wrong
 * goes to `problems`, row by row.
 * @param makesQueries whether queries are made from it
 * @throws CutoverError of the reader
 */
export async function readClickLog(source: ClickSource, makesQueries: boolean, problems: Problems): Promise<ClickLog> {
  const pairs = new Map<string, Map<string, ClickedPair>>();
  const queries = new Map<string, LoggedQuery>();
  let rows = 0;
  for await (const row of clickRows(source, makesQueries, problems)) {
    rows++;
    const counts = countsOf(row, source.impressions !== null, problems);
    const query = queryOf(row, makesQueries, queries, problems);
    const document = cell(row, 'document');
    if (document === '') problems.add(row.where, 'the document id is empty');
    if (counts === null || query === null || document === '') continue;
    const ofQuery = pairs.get(query) ?? new Map<string, ClickedPair>();
    pairs.set(query, ofQuery.set(document, added(ofQuery.get(document) ?? { query, document, where: row.where, ...NOTHING }, counts)));
  }
  return { rows, pairs: [...pairs.values()].flatMap((ofQuery) => [...ofQuery.values()]), queries };
}

const NOTHING: ClickCounts = { clicks: 0, impressions: null };

function added(pair: ClickedPair, { clicks, impressions }: ClickCounts): ClickedPair {
  return { ...pair, clicks: pair.clicks + clicks, impressions: impressions === null ? null : (pair.impressions ?? 0) + impressions };
}

function cell({ record }: Row, key: string): string {
  const value = record[key];
  return typeof value === 'string' ? value.trim() : '';
}

function countsOf(row: Row, hasImpressions: boolean, problems: Problems): ClickCounts | null {
  const clicks = count(row, 'clicks', problems);
  const impressions = hasImpressions ? count(row, 'impressions', problems) : null;
  if (clicks === null || (hasImpressions && impressions === null)) return null;
  if (impressions === null || clicks <= impressions) return { clicks, impressions };
  problems.add(row.where, `more clicks (${clicks}) than impressions (${impressions}); count one click an impression`);
  return null;
}

/** A whole number; `3.0` is what a data frame makes of 3. */
function count(row: Row, key: string, problems: Problems): number | null {
  const text = cell(row, key);
  const value = /^\d+(?:\.0+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  problems.add(row.where, `${key} must be a whole number of at least 0, found "${text}"`);
  return null;
}

/** Id of a row's query. Texts that differ in white space only are one query; the same id with two texts is none. */
function queryOf(row: Row, makesQueries: boolean, queries: Map<string, LoggedQuery>, problems: Problems): string | null {
  const text = cell(row, 'text').replace(/\s+/g, ' ');
  if (makesQueries && text === '') {
    problems.add(row.where, 'the query text is empty');
    return null;
  }
  const id = cell(row, 'query') || (makesQueries ? `q-${sha256(text).slice(0, ID_DIGITS)}` : '');
  const earlier = queries.get(id);
  if (id === '') problems.add(row.where, 'the query id is empty');
  else if (earlier === undefined) queries.set(id, { text, where: row.where, place: row.place });
  else if (makesQueries && earlier.text !== text) {
    problems.add(row.where, `query "${id}" has another text than ${earlier.place}`);
    return null;
  }
  return id === '' ? null : id;
}

/** What a log counts of one document for one query. */
interface ClickCounts {
  readonly clicks: number;
  /** How often it was shown; null where nobody counted. */
  readonly impressions: number | null;
}

/**
 * Grade of a pair: how many thresholds its clicks, or its click-through rate, reach. A pair below all of them is judged not
 * relevant only where the log says that it was shown often enough to be clicked; else nothing is known of it.
 * No correction for position: that takes the rank at which it was shown and a click model (Joachims, Swaminathan & Schnabel
 * 2017, doi:10.1145/3018661.3018699).
 * @returns null where the pair has no grade
 * @example gradeOf({ clicks: 4, impressions: 20 }, { by: 'rate', thresholds: [0.1, 0.3], minimumImpressions: 10 }) // 1
 */
export function gradeOf({ clicks, impressions }: ClickCounts, { by, thresholds, minimumImpressions }: ClickRule): number | null {
  if (impressions !== null && (impressions === 0 || impressions < minimumImpressions)) return null;
  const value = by === 'rate' ? clicks / (impressions ?? Number.NaN) : clicks;
  const grade = thresholds.filter((threshold) => value >= threshold).length;
  return grade === 0 && impressions === null ? null : grade;
}

/** The rule in words, for reports and dataset.json. */
export function ruleWords({ by, thresholds, minimumImpressions }: ClickRule, hasImpressions: boolean): string {
  const [first = 0, ...more] = thresholds;
  const start = by === 'rate' ? `a click-through rate of ${first}` : `${first} ${first === 1 ? 'click' : 'clicks'}`;
  const steps = [`grade 1 from ${start}`, ...more.map((threshold, i) => `${i + 2} from ${threshold}`)].join(', ');
  return hasImpressions
    ? `${steps}, 0 below; no grade for what was shown fewer than ${minimumImpressions} times`
    : `${steps}; no grade below, since the log does not say how often a document was shown`;
}
