import { CutoverError } from '../../core/errors.ts';
import type { Problems } from '../../dataset/problems.ts';
import { recordOf } from '../../dataset/records.ts';
import { readTsv } from '../../formats/delimited.ts';
import { endingOf } from '../../formats/gzip.ts';
import { readJsonl } from '../../formats/lines.ts';
import type { Dataset } from '../../model/dataset.ts';
import { idsOfCell, parseMark, type SheetMark } from './sheet.ts';

/** One grade by one judge. */
export interface GradeRow {
  readonly query: string;
  readonly document: string;
  readonly grade: number;
  readonly judge: string;
  /** `file:line` */
  readonly where: string;
}

/** A filled-in sheet, or a judge's JSON Lines. */
export interface GradeFile {
  readonly rows: readonly GradeRow[];
  /** Rows without a grade. */
  readonly unfilled: number;
  /** null where the file doesn't say which data set it belongs to. */
  readonly mark: SheetMark | null;
}

/** Grades beyond this have no finite gain under exponential measures. */
const HIGHEST = 100;
const NEEDED = ['query-id', 'document-id', 'grade'] as const;
const JUDGE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What is wrong with a judge's id, which becomes a file name; null when nothing is. */
export function judgeIdProblem(judge: string): string | null {
  return JUDGE_ID.test(judge) ? null : 'must be 1 to 64 letters, digits, dots, dashes or underscores, a letter or digit first';
}

/** Checks rows as they come: ids that exist, grades that are whole numbers of the scale, nothing twice. */
class Rows {
  readonly rows: GradeRow[] = [];
  unfilled = 0;
  mark: SheetMark | null = null;
  readonly #problems: Problems;
  readonly #queries: ReadonlySet<string>;
  readonly #documents: ReadonlySet<string>;
  readonly #first = new Map<string, string>();

  constructor({ queries, documents }: Pick<Dataset, 'queries' | 'documents'>, problems: Problems) {
    this.#queries = new Set(queries.map(({ id }) => id));
    this.#documents = new Set(documents.map(({ id }) => id));
    this.#problems = problems;
  }

  /** @param ids what a cell may stand for, likeliest first */
  add(where: string, ids: { readonly query: readonly string[]; readonly document: readonly string[] }, grade: number, judge: string): void {
    const query = ids.query.find((id) => this.#queries.has(id));
    const document = ids.document.find((id) => this.#documents.has(id));
    const highest = this.mark?.highest ?? null;
    if (query === undefined) this.#problems.add(where, `query "${ids.query[0] ?? ''}" is not in the data set`);
    if (document === undefined) this.#problems.add(where, `document "${ids.document[0] ?? ''}" is not in the data set`);
    if (highest !== null && (grade < 0 || grade > highest))
      this.#problems.add(where, `the sheet's grades go from 0 to ${highest}, found ${grade}`);
    else if (Math.abs(grade) > HIGHEST) this.#problems.add(where, `grade ${grade} is beyond ${HIGHEST}`);
    if (query === undefined || document === undefined) return;
    const key = JSON.stringify([judge, query, document]);
    const earlier = this.#first.get(key);
    if (earlier === undefined) this.#first.set(key, where);
    else this.#problems.add(where, `query "${query}" and document "${document}" are graded twice, first in ${earlier}`);
    this.rows.push({ query, document, grade, judge, where });
  }
}

/**
 * Reads grades: a sheet of `cutover judge next` or the export of its page (TSV), or JSON Lines with `query`, `document`,
 * `grade` and perhaps `judge`, as an LLM judge writes them. Whatever is wrong goes to `problems`, with file and line.
 * @param judge whose grades they are where the file doesn't say; null where `--judge` wasn't given
 * @throws CutoverError JUDGEMENTS_FOREIGN when the sheet names another data set; FILE_MISSING, FILE_UNREADABLE
 */
export async function readGrades(file: string, dataset: Dataset, judge: string | null, problems: Problems): Promise<GradeFile> {
  const rows = new Rows(dataset, problems);
  if (endingOf(file) === '.jsonl') await readLinesOf(file, rows, judge, problems);
  else await readSheet(file, rows, dataset, judge, problems);
  return { rows: rows.rows, unfilled: rows.unfilled, mark: rows.mark };
}

async function readSheet(file: string, rows: Rows, dataset: Dataset, judge: string | null, problems: Problems): Promise<void> {
  let columns: readonly string[] | null = null;
  for await (const { line, cells } of readTsv(file)) {
    const where = `${file}:${line}`;
    if (columns === null && /^"?#/.test(cells[0] ?? '')) {
      rows.mark ??= parseMark(cells.join('\t'));
      if (rows.mark !== null) refuseForeign(file, rows.mark, dataset);
    } else if (columns === null) {
      columns = headerOf(cells, where, problems);
      if (columns === null) return;
    } else sheetRow(where, columns, cells, rows, judge, problems);
  }
  if (columns === null) problems.add(file, 'holds no table');
}

function headerOf(cells: readonly string[], where: string, problems: Problems): readonly string[] | null {
  const columns = cells.map((cell) => cell.trim().toLowerCase());
  const missing = NEEDED.filter((name) => columns.filter((column) => column === name).length !== 1);
  if (missing.length === 0) return columns;
  const found = columns.join(', ').slice(0, 200);
  problems.add(where, `the columns ${NEEDED.join(', ')} are needed, separated by tabs and in UTF-8, each once; found ${found}`);
  return null;
}

function sheetRow(
  where: string,
  columns: readonly string[],
  cells: readonly string[],
  rows: Rows,
  judge: string | null,
  problems: Problems,
): void {
  const cell = (name: (typeof NEEDED)[number]) => cells[columns.indexOf(name)]?.trim() ?? '';
  const grade = cell('grade');
  if (cells.slice(columns.length).some((extra) => extra.trim() !== ''))
    problems.add(where, `has ${cells.length} cells, the header ${columns.length}`);
  else if (cell('query-id') === '' || cell('document-id') === '') problems.add(where, 'an id is empty');
  else if (grade === '') rows.unfilled++;
  else if (!/^[+-]?\d+$/.test(grade)) problems.add(where, `the grade must be a whole number, found "${grade.slice(0, 40)}"`);
  else if (judge === null) problems.add(where, 'says nothing of who judged; name the judge with --judge');
  else rows.add(where, { query: idsOfCell(cell('query-id')), document: idsOfCell(cell('document-id')) }, Number(grade), judge);
}

function refuseForeign(file: string, mark: SheetMark, { folder, hashes }: Dataset): void {
  for (const key of ['corpus', 'queries'] as const)
    if (mark[key] !== hashes[key])
      throw new CutoverError('JUDGEMENTS_FOREIGN', {
        file,
        folder,
        key,
        expected: mark[key].slice(0, 12),
        found: hashes[key].slice(0, 12),
      });
}

async function readLinesOf(file: string, rows: Rows, judge: string | null, problems: Problems): Promise<void> {
  for await (const { line, value } of readJsonl(file, (number, reason) => problems.add(`${file}:${number}`, `not valid JSON: ${reason}`))) {
    const where = `${file}:${line}`;
    const record = recordOf(value);
    const complaint = record === null ? 'expected a JSON object' : lineProblem(record, judge);
    if (record === null || complaint !== null) problems.add(where, complaint ?? '');
    else if (record.grade === null) rows.unfilled++;
    else
      rows.add(
        where,
        { query: [String(record.query)], document: [String(record.document)] },
        Number(record.grade),
        String(record.judge ?? judge),
      );
  }
}

function lineProblem(record: Readonly<Record<string, unknown>>, judge: string | null): string | null {
  for (const key of ['query', 'document'] as const)
    if (typeof record[key] !== 'string' || record[key] === '') return `${key} must be an id, as text`;
  const named = record.judge ?? judge;
  if (typeof named !== 'string') return 'names no judge; add "judge" to the line, or --judge to the command';
  const complaint = judgeIdProblem(named);
  if (complaint !== null) return `judge "${named.slice(0, 80)}" ${complaint}`;
  if (judge !== null && named !== judge) return `is by judge "${named}", not by "${judge}"`;
  if (record.grade === null) return null;
  return Number.isSafeInteger(record.grade)
    ? null
    : `grade must be a whole number, found ${JSON.stringify(record.grade ?? 'none').slice(0, 40)}`;
}
