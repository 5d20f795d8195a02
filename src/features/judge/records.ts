import { join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import { JUDGE_COLUMNS, JUDGEMENTS_FOLDER } from '../../dataset/judging-log.ts';
import type { Problems } from '../../dataset/problems.ts';
import { readTsv } from '../../formats/delimited.ts';

/** What a judge said of one pair. */
export interface JudgeRecord {
  readonly grade: number;
  /** ISO date. */
  readonly date: string;
  /** Whether the data set's judgement of the pair came from this judge; false where one was there already. */
  readonly isUsed: boolean;
  /** The grade that came with the data set, where one was replaced. */
  readonly original: number | null;
}

/** query id → document id → what one judge said. */
export type JudgeRecords = ReadonlyMap<string, ReadonlyMap<string, JudgeRecord>>;

const WHOLE = /^[+-]?\d+$/;

/** Where a judge's grades are kept. */
export function judgeFile(folder: string, judge: string): string {
  return join(folder, JUDGEMENTS_FOLDER, `${judge}.tsv`);
}

/** Every grade a judge gave; empty for a new judge. Lines that can't be read go to `problems`. */
export async function readJudge(folder: string, judge: string, problems: Problems): Promise<JudgeRecords> {
  const file = judgeFile(folder, judge);
  const records = new Map<string, Map<string, JudgeRecord>>();
  try {
    for await (const { line, cells } of readTsv(file)) {
      const [query = '', document = '', score = '', date = '', used = '', original = ''] = cells;
      if (line === 1 && cells.join() === JUDGE_COLUMNS.join()) continue;
      if (
        cells.length !== JUDGE_COLUMNS.length ||
        !WHOLE.test(score) ||
        !/^(yes|no)$/.test(used) ||
        !(original === '' || WHOLE.test(original))
      )
        problems.add(`${file}:${line}`, `expected ${JUDGE_COLUMNS.join(', ')}, separated by tabs, as \`cutover judge import\` writes them`);
      else {
        const record = { grade: Number(score), date, isUsed: used === 'yes', original: original === '' ? null : Number(original) };
        ofQuery(records, query).set(document, record);
      }
    }
  } catch (error) {
    if (!(error instanceof CutoverError) || error.code !== 'FILE_MISSING') throw error;
  }
  return records;
}

/** The inner map of a query, made where it is missing. */
export function ofQuery<T>(table: Map<string, Map<string, T>>, query: string): Map<string, T> {
  const found = table.get(query) ?? new Map<string, T>();
  table.set(query, found);
  return found;
}

/** A judge's file, ascending by query and document. */
export function judgeTsv(records: JudgeRecords): string {
  const rows = [...records].flatMap(([query, documents]) => [...documents].map(([document, record]) => ({ query, document, record })));
  rows.sort((a, b) => byCodeUnits(a.query, b.query) || byCodeUnits(a.document, b.document));
  const lines = rows.map(({ query, document, record }) =>
    [query, document, record.grade, record.date, record.isUsed ? 'yes' : 'no', record.original ?? ''].join('\t'),
  );
  return `${[JUDGE_COLUMNS.join('\t'), ...lines].join('\n')}\n`;
}
