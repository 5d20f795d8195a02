import { CutoverError } from '../core/errors.ts';
import { byCodeUnits } from '../core/order.ts';
import { readLines } from '../formats/lines.ts';
import type { RankedList, Run } from '../model/search.ts';
import { writeFileAtomic } from '../system/files.ts';

/** How scores are compared: as they are written, as trec_eval 10 does, or rounded to float32, as trec_eval 9 does. */
export type TieOrder = 'double' | 'float32';

/** Bad lines that are put in words; the rest are counted. */
const SHOWN = 10;

/** A score, and what it is ordered by. */
interface Score {
  readonly value: number;
  readonly key: number;
}

/**
 * Reads a TREC run, `query Q0 document rank score tag` a line. As in trec_eval the rank column is ignored: order is by score, high to
 * low, ties by document id, high to low. Lines that begin with # are comments, and the tag may have spaces in it.
 * @throws CutoverError TREC_RUN_MALFORMED with the first ten bad lines as file:line: fewer than six columns, a score that isn't
 *   a finite number, a document twice for one query; FILE_MISSING, FILE_UNREADABLE
 */
export async function readTrecRun(file: string, ties: TieOrder = 'double'): Promise<Run> {
  const scores = new Map<string, Map<string, Score>>();
  const problems: string[] = [];
  let bad = 0;
  for await (const { number, text } of readLines(file)) {
    if (text.startsWith('#')) continue;
    const reason = addLine(scores, text, ties);
    if (reason !== null && ++bad <= SHOWN) problems.push(`${file}:${number}: ${reason}`);
  }
  if (bad > 0) {
    const count = bad === 1 ? 'a malformed line' : `${bad} malformed lines`;
    const details = bad > SHOWN ? [...problems, `… and ${bad - SHOWN} more`] : problems;
    throw new CutoverError('TREC_RUN_MALFORMED', { file, count }, { details });
  }
  return new Map([...scores].map(([query, list]) => [query, ranked(list)]));
}

function addLine(scores: Map<string, Map<string, Score>>, text: string, ties: TieOrder): string | null {
  const cells = text.trim().split(/\s+/);
  const [query, , document, , score] = cells;
  if (cells.length < 6 || query === undefined || document === undefined || score === undefined)
    return `${cells.length} columns instead of 6`;
  const value = Number(score);
  if (!Number.isFinite(value)) return `the score "${score}" is not a finite number`;
  if (!Number.isFinite(Math.fround(value))) return `the score "${score}" is larger than float32 can hold`;
  const list = scores.get(query) ?? new Map<string, Score>();
  if (list.has(document)) return `document "${document}" is here a second time for query "${query}"`;
  list.set(document, { value, key: ties === 'float32' ? Math.fround(value) : value });
  scores.set(query, list);
  return null;
}

function ranked(list: ReadonlyMap<string, Score>): RankedList {
  const pairs = [...list].sort(([a, x], [b, y]) => y.key - x.key || byCodeUnits(b, a));
  return { ids: pairs.map(([id]) => id), scores: Float32Array.from(pairs, ([, { value }]) => value) };
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
