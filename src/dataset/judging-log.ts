import { dirname, join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError } from '../core/errors.ts';
import { byCodeUnits } from '../core/order.ts';
import { readJsonl } from '../formats/lines.ts';
import type { Agreement, DatasetSource, Judging } from '../model/dataset.ts';
import type { Problems } from './problems.ts';
import { recordOf } from './records.ts';

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
  readonly agreement: readonly Agreement[];
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

/** Every import so far, oldest first; lines that are none go to `problems`. A missing log is an empty one. */
export async function readJudgingLog(folder: string, problems: Problems): Promise<JudgingEntry[]> {
  const file = judgingLogFile(folder);
  const entries: JudgingEntry[] = [];
  try {
    for await (const { line, value } of readJsonl(file, (number, reason) =>
      problems.add(`${file}:${number}`, `not valid JSON: ${reason}`),
    )) {
      if (isEntry(value)) entries.push(value);
      else problems.add(`${file}:${line}`, 'not an entry of the judging log; `cutover judge import` writes it');
    }
  } catch (error) {
    if (!(error instanceof CutoverError) || error.code !== 'FILE_MISSING') throw error;
  }
  return entries;
}

/** The log in short; null where nothing was imported. */
export async function readJudging(folder: string, problems: Problems): Promise<Judging | null> {
  const entries = await readJudgingLog(folder, problems);
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    imports: entries.filter(({ added, replaced }) => added + replaced > 0).length,
    since: first.date,
    last: last.date,
    judges: [...new Set(entries.flatMap(({ judges }) => Object.keys(judges)))].sort(byCodeUnits),
    added: entries.reduce((sum, { added }) => sum + added, 0),
    replaced: entries.reduce((sum, { replaced }) => sum + replaced, 0),
    agreement: last.agreement,
  };
}
