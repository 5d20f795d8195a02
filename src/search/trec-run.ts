import { CutoverError } from '../core/errors.ts';
import { byCodeUnits } from '../core/order.ts';
import { readLines } from '../formats/lines.ts';
import type { RankedList, Run } from '../model/search.ts';
import { writeFileAtomic } from '../system/files.ts';

/**
 * Reads a TREC run, `query Q0 document rank score tag` a line. As in trec_eval the rank column is ignored: order is by score
 * as float32, high to low, ties by document id, high to low.
 * @throws CutoverError TREC_RUN_MALFORMED with every bad line as file:line: other than six columns, a score that isn't
 *   a finite number, a document twice for one query; FILE_MISSING, FILE_UNREADABLE
 */
export async function readTrecRun(file: string): Promise<Run> {
  const scores = new Map<string, Map<string, number>>();
  const problems: string[] = [];
  for await (const { number, text } of readLines(file)) {
    const reason = addLine(scores, text);
    if (reason !== null) problems.push(`${file}:${number}: ${reason}`);
  }
  const [first] = problems;
  if (first !== undefined) throw new CutoverError('TREC_RUN_MALFORMED', { file, count: problems.length, first }, { details: problems });
  return new Map([...scores].map(([query, list]) => [query, ranked(list)]));
}

function addLine(scores: Map<string, Map<string, number>>, text: string): string | null {
  const cells = text.trim().split(/\s+/);
  const [query, , document, , score] = cells;
  if (cells.length !== 6 || query === undefined || document === undefined || score === undefined)
    return `${cells.length} columns instead of 6`;
  const value = Math.fround(Number(score));
  if (!Number.isFinite(value)) return `the score "${score}" is not a finite number`;
  const list = scores.get(query) ?? new Map<string, number>();
  if (list.has(document)) return `document "${document}" stands a second time for query "${query}"`;
  list.set(document, value);
  scores.set(query, list);
  return null;
}

function ranked(list: ReadonlyMap<string, number>): RankedList {
  const pairs = [...list].sort(([a, x], [b, y]) => y - x || byCodeUnits(b, a));
  return { ids: pairs.map(([id]) => id), scores: Float32Array.from(pairs, ([, score]) => score) };
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
