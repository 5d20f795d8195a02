import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError } from '../core/errors.ts';
import { sha256Json } from '../core/hash.ts';
import { byCodeUnits } from '../core/order.ts';
import { readTsv } from '../formats/delimited.ts';
import { readJsonl } from '../formats/lines.ts';
import type { Agreement, DatasetSource, Judging, JudgingLook, LookedAt } from '../model/dataset.ts';
import type { Problems } from './problems.ts';
import { type Raw, recordOf } from './records.ts';

/** Folder of a data set with what judges gave: `<judge>.tsv` and the log. */
export const JUDGEMENTS_FOLDER = 'judgements';

/** The folder that {@link JUDGEMENTS_FOLDER} is in: the data set's, or where single files are mapped that of the judgements. */
export function judgingFolder(source: DatasetSource): string | null {
  if (typeof source === 'string') return source;
  return source.qrels === null ? null : dirname(source.qrels.path);
}

/** One line of `judgements/log.jsonl`: one import of grades. */
export interface JudgingEntry {
  readonly schemaVersion: 1;
  /** ISO date. */
  readonly date: string;
  /** Name of the imported file, without its folder. */
  readonly file: string;
  /** Judge → grades that the file holds of them. */
  readonly judges: Readonly<Record<string, number>>;
  /** Rows without a grade. */
  readonly unfilled: number;
  /** Judgements added to the qrels, those that replaced another, and those that were there already. */
  readonly added: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly qrels: { readonly before: Sha256 | null; readonly after: Sha256 | null };
  /** Needs with a judged query; missing in entries of before this was counted. */
  readonly needs?: { readonly before: number; readonly after: number };
  /** What the sheet was made from; null where it doesn't say. */
  readonly of?: LookedAt | null;
  readonly agreement: readonly Agreement[];
  /** Hash of the entry before, 64 zeros in the first; missing in entries of before the log was chained. */
  readonly previous?: Sha256;
  /** Of everything else in the entry. */
  readonly hash?: Sha256;
}

/** What the first entry names as the hash before it. */
const NOTHING = '0'.repeat(64) as Sha256;

function hashOf(entry: JudgingEntry | undefined): Sha256 {
  return entry === undefined ? NOTHING : (entry.hash ?? sha256Json(entry));
}

/** An entry with the hashes that tie it to those before it. */
export function chained(log: readonly JudgingEntry[], entry: JudgingEntry): JudgingEntry {
  const rest = { ...entry, previous: hashOf(log.at(-1)) };
  return { ...rest, hash: sha256Json(rest) };
}

/** Where a log ends; dataset.json seals it. */
export interface JudgingHead {
  readonly imports: number;
  readonly head: Sha256;
}

export function headOf(log: readonly JudgingEntry[]): JudgingHead {
  return { imports: log.length, head: hashOf(log.at(-1)) };
}

export function judgingLogFile(folder: string): string {
  return join(folder, JUDGEMENTS_FOLDER, 'log.jsonl');
}

function isEntry(value: unknown): value is JudgingEntry {
  const entry = recordOf(value);
  if (entry === null || entry.schemaVersion !== 1 || typeof entry.date !== 'string') return false;
  const counts = [entry.unfilled, entry.added, entry.replaced, entry.unchanged];
  return counts.every(Number.isSafeInteger) && recordOf(entry.judges) !== null && Array.isArray(entry.agreement);
}

/** What shows that a line was edited, or that one before it is gone; null for nothing. */
function faultOf(entry: JudgingEntry, before: JudgingEntry | undefined): string | null {
  const { hash, ...rest } = entry;
  if (hash === undefined) return before?.hash === undefined ? null : 'has no hash, and the entry before it has one';
  if (hash !== hashIfAny(rest)) return 'was edited: its hash is not that of what it says';
  return entry.previous === hashOf(before) ? null : 'the entry before it is another one than when it was written';
}

/** null where it is nested deeper than the stack. */
function hashIfAny(value: object): Sha256 | null {
  try {
    return sha256Json(value);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const RESTORE = 'restore the log from the repository: how often needs were added decides how sure a pass has to be';

/** Every import so far, oldest first; lines that are none, or that were edited, go to `problems`. A missing log is an empty one. */
export async function readJudgingLog(folder: string, problems: Problems): Promise<JudgingEntry[]> {
  const file = judgingLogFile(folder);
  const entries: JudgingEntry[] = [];
  try {
    for await (const { line, value } of readJsonl(file, (number, reason) =>
      problems.add(`${file}:${number}`, `not valid JSON: ${reason}`),
    )) {
      if (!isEntry(value)) {
        problems.add(`${file}:${line}`, 'not an entry of the judging log; `cutover judge import` writes it');
        continue;
      }
      const fault = faultOf(value, entries.at(-1));
      if (fault !== null) problems.add(`${file}:${line}`, `${fault}; ${RESTORE}`);
      entries.push(value);
    }
  } catch (error) {
    if (!(error instanceof CutoverError) || error.code !== 'FILE_MISSING') throw error;
  }
  return entries;
}

/** Judges whose grades are recorded beside the log. */
async function recordedJudges(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, JUDGEMENTS_FOLDER)).catch(() => []);
  const judges: string[] = [];
  for (const name of names.filter((name) => name.endsWith('.tsv') && !name.startsWith('.')).sort(byCodeUnits))
    for await (const { cells } of readTsv(join(folder, JUDGEMENTS_FOLDER, name))) {
      if (cells.join(' ') === JUDGE_COLUMNS.join(' ')) judges.push(name.slice(0, -'.tsv'.length));
      break;
    }
  return judges;
}

/** Columns of a judge's own file. */
export const JUDGE_COLUMNS = ['query-id', 'corpus-id', 'score', 'date', 'used', 'original'] as const;

/** A log that is gone, or of which the end is, as far as the other files of the folder show it. */
async function checkWhole(folder: string, entries: readonly JudgingEntry[], sealed: Raw | null, problems: Problems): Promise<void> {
  const file = judgingLogFile(folder);
  const { imports, head } = headOf(entries);
  if (sealed !== null && (sealed.imports !== imports || sealed.head !== head)) {
    problems.add(file, `ends elsewhere than dataset.json says, with ${imports} of ${String(sealed.imports)} imports; ${RESTORE}`);
    return;
  }
  const logged = new Set(entries.flatMap(({ judges }) => Object.keys(judges)));
  for (const judge of await recordedJudges(folder))
    if (!logged.has(judge)) problems.add(file, `does not say when "${judge}" judged, whose grades are in this folder; ${RESTORE}`);
}

/** What reading a log is checked against. */
export interface JudgedNow {
  /** Needs with a judged query. */
  readonly needs: number;
  /** The end of the log as dataset.json seals it; null where it doesn't. */
  readonly sealed: Raw | null;
}

/** The log in short; null where nothing was imported. */
export async function readJudging(folder: string, now: JudgedNow, problems: Problems): Promise<Judging | null> {
  const before = problems.count;
  const entries = await readJudgingLog(folder, problems);
  if (problems.count === before) await checkWhole(folder, entries, now.sealed, problems);
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return null;
  const looks = looksOf(entries, now.needs);
  return {
    imports: entries.filter(({ added, replaced }) => added + replaced > 0).length,
    since: first.date,
    last: last.date,
    judges: [...new Set(entries.flatMap(({ judges }) => Object.keys(judges)))].sort(byCodeUnits),
    added: entries.reduce((sum, { added }) => sum + added, 0),
    replaced: entries.reduce((sum, { replaced }) => sum + replaced, 0),
    agreement: last.agreement,
    ...(looks.length > 0 ? { looks } : {}),
  };
}

/**
 * Each time that needs were added to others: whoever did may have gated before. Imports of sheets that were made from one evaluation
 * follow one look; needs that were added without an import follow one more.
 */
function looksOf(entries: readonly JudgingEntry[], now: number): JudgingLook[] {
  const looks: JudgingLook[] = [];
  for (const { date, needs, of = null } of entries)
    if (needs !== undefined && needs.before > 0 && needs.after > needs.before) looks.push({ date, needs: needs.before, of });
  const last = entries.at(-1);
  if (last?.needs !== undefined && last.needs.after > 0 && now > last.needs.after)
    looks.push({ date: last.date, needs: last.needs.after, of: null });
  return looks.filter(({ of }, i) => of === null || looks.findIndex((other) => other.of?.evaluation === of.evaluation) === i);
}
