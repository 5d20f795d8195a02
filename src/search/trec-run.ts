import { CutoverError } from '../core/errors.ts';
import { byCodeUnits } from '../core/order.ts';
import { readLines } from '../formats/lines.ts';
import { type NestedEntry, readNestedJson } from '../formats/nested-json.ts';
import type { RankedList, Run } from '../model/search.ts';
import { writeFileAtomic } from '../system/files.ts';

/** How scores are compared: as they are written, as trec_eval 10 does, or rounded to float32, as trec_eval 9 does. */
export type TieOrder = 'double' | 'float32';

/** Bad lines that are put in words; the rest are counted. */
const SHOWN = 10;

/** A line of a run. */
export interface Result {
  readonly document: string;
  /** NaN where the column holds no number. */
  readonly rank: number;
  readonly score: number;
}

/** Query → its results in the order of the file, by document. */
export type Results = ReadonlyMap<string, ReadonlyMap<string, Result>>;

/**
 * Reads a TREC run, `query Q0 document rank score tag` a line, or JSON of documents and scores by query, as ranx keeps it. As in trec_eval the rank column is ignored: order is by score, high to
 * low, ties by document id, high to low. Lines that begin with # are comments, and the tag may have spaces in it.
 * @throws what `readResults` throws
 */
export async function readTrecRun(file: string, ties: TieOrder = 'double'): Promise<Run> {
  return byScore(await readResults(file), ties);
}

/**
 * The lines of a TREC run as they are.
 * @throws CutoverError TREC_RUN_MALFORMED with the first ten bad lines as file:line: fewer than six columns, a score that isn't
 *   a finite number, a document twice for one query; FILE_MISSING, FILE_UNREADABLE
 */
export async function readResults(file: string): Promise<Results> {
  const nested = await readNestedJson(file);
  return nested === null ? resultsOfLines(file) : resultsOfJson(file, nested);
}

function resultsOfJson(file: string, entries: readonly NestedEntry[]): Results {
  const results = new Map<string, Map<string, Result>>();
  const problems: string[] = [];
  for (const [query, document, value] of entries) {
    const reason = typeof value === 'number' ? scoreProblem(String(value)) : `the score ${JSON.stringify(value)} is not a number`;
    if (reason !== null) problems.push(`${file}: query "${query}", document "${document}": ${reason}`);
    const list = results.get(query) ?? new Map<string, Result>();
    results.set(query, list.set(document, { document, rank: Number.NaN, score: Number(value) }));
  }
  refuseBad(file, problems.slice(0, SHOWN), problems.length, 'score');
  return results;
}

async function resultsOfLines(file: string): Promise<Results> {
  const results = new Map<string, Map<string, Result>>();
  const problems: string[] = [];
  let bad = 0;
  for await (const { number, text } of readLines(file)) {
    if (text.startsWith('#')) continue;
    const reason = addLine(results, text);
    if (reason !== null && ++bad <= SHOWN) problems.push(`${file}:${number}: ${reason}`);
  }
  refuseBad(file, problems, bad, 'line');
  return results;
}

function refuseBad(file: string, problems: readonly string[], bad: number, what: 'line' | 'score'): void {
  if (bad === 0) return;
  const count = bad === 1 ? `a malformed ${what}` : `${bad} malformed ${what}s`;
  const details = bad > SHOWN ? [...problems, `… and ${bad - SHOWN} more`] : problems;
  throw new CutoverError('TREC_RUN_MALFORMED', { file, count }, { details });
}

function scoreProblem(score: string): string | null {
  const value = Number(score);
  if (!Number.isFinite(value)) return `the score "${score}" is not a finite number`;
  return Number.isFinite(Math.fround(value)) ? null : `the score "${score}" is larger than float32 can hold`;
}

function addLine(results: Map<string, Map<string, Result>>, text: string): string | null {
  const cells = text.trim().split(/\s+/);
  const [query, , document, rank, score] = cells;
  if (cells.length < 6 || query === undefined || document === undefined || score === undefined)
    return `${cells.length} columns instead of 6`;
  const problem = scoreProblem(score);
  if (problem !== null) return problem;
  const list = results.get(query) ?? new Map<string, Result>();
  if (list.has(document)) return `document "${document}" is here a second time for query "${query}"`;
  list.set(document, { document, rank: Number(rank), score: Number(score) });
  results.set(query, list);
  return null;
}

/** Lists by score, high to low. @param sign −1 where the column holds distances: they become scores below 0 */
export function byScore(results: Results, ties: TieOrder, sign: 1 | -1 = 1): Run {
  return new Map([...results].map(([query, list]) => [query, ranked([...list.values()], ties, sign)]));
}

function ranked(list: readonly Result[], ties: TieOrder, sign: number): RankedList {
  const key = ({ score }: Result): number => sign * (ties === 'float32' ? Math.fround(score) : score);
  const sorted = list.toSorted((a, b) => key(b) - key(a) || byCodeUnits(b.document, a.document));
  return { ids: sorted.map(({ document }) => document), scores: Float32Array.from(sorted, ({ score }) => sign * score) };
}

/**
 * Writes a TREC run; scores with nine significant digits, which tell all float32 apart.
 * @param tag the run's name, the last column
 * @throws RangeError when an id has white space in it, which the format can't say
 * @throws CutoverError FILE_UNWRITABLE
 */
export async function writeTrecRun(file: string, run: Run, tag: string): Promise<void> {
  await writeFileAtomic(file, async (handle) => {
    for (const [query, { ids, scores }] of run) {
      const lines = ids.map((id, i) => `${word(query)} Q0 ${word(id)} ${i + 1} ${Number((scores[i] ?? 0).toPrecision(9))} ${word(tag)}\n`);
      await handle.write(lines.join(''));
    }
  });
}

function word(text: string): string {
  if (!/^\S+$/.test(text)) throw new RangeError(`"${text}" is not one word, as a TREC run needs.`);
  return text;
}
