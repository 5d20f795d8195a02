import { extname } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { Problems } from '../../dataset/problems.ts';
import { isPlain } from '../../dataset/qrels.ts';
import { recordOf } from '../../dataset/records.ts';
import { qrelsColumns } from '../../dataset/sources/mapped.ts';
import { jsonRows } from '../../dataset/sources/rows.ts';
import { csvLine, type DelimitedRow, readCsv, readTsv } from '../../formats/delimited.ts';
import type { DatasetSource, QrelsSource } from '../../model/dataset.ts';
import { readText } from '../../system/files.ts';
import { inOrder, plainQrelsText, type QrelsText } from './qrels.ts';
import type { GradeRow } from './rows.ts';

/** Endings of mapped judgements that can be written. */
const WRITABLE: ReadonlySet<string> = new Set(['.csv', '.tsv', '.jsonl']);

/**
 * Refuses a data set that grades could not be taken into, before anybody gives any.
 * @throws CutoverError DATASET_MAPPED
 */
export function requireGradable(source: DatasetSource): void {
  if (typeof source === 'string') return;
  const { qrels } = source;
  if (qrels === null) throw new CutoverError('DATASET_MAPPED', { reason: 'it names no file of judgements under `dataset.qrels`' });
  if (isPlain(qrels) || WRITABLE.has(extname(qrels.path).toLowerCase())) return;
  throw new CutoverError('DATASET_MAPPED', { reason: `${qrels.path} is of a format that no line can be added to` });
}

/**
 * The file of judgements that a mapping names, with grades added and replaced in the format and columns that it has. Rows that
 * don't change stay byte for byte as they are; columns that are none of ours are left empty in new rows.
 * @throws CutoverError JUDGING_ID_UNWRITABLE where the format can't hold an id; FILE_*
 */
export async function mappedQrelsText(source: QrelsSource, added: readonly GradeRow[], replaced: readonly GradeRow[]): Promise<QrelsText> {
  if (isPlain(source)) return plainQrelsText(source.path, added, replaced);
  const text = await readText(source.path);
  const grades = new Map(replaced.map(({ query, document, grade }) => [keyOf(query, document), grade]));
  const isJson = extname(source.path).toLowerCase() === '.jsonl';
  const { changed, more } = await (isJson ? jsonLines(source, added, grades) : delimitedLines(source, added, grades));
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const base = spliced(text, changed);
  const gap = base === '' || base.endsWith('\n') ? '' : end;
  return { file: source.path, text: `${base}${gap}${more.map((line) => line + end).join('')}` };
}

/** A row to write instead of one, from its first line on. */
interface Changed {
  readonly line: number;
  readonly lines: number;
  readonly text: string;
}

interface Rows {
  readonly changed: readonly Changed[];
  readonly more: readonly string[];
}

function keyOf(query: string, document: string): string {
  return JSON.stringify([query.trim(), document.trim()]);
}

function spliced(text: string, changed: readonly Changed[]): string {
  const all = text.split('\n');
  // From the end, so that the numbers of the lines before stay right.
  for (const { line, lines, text: row } of [...changed].sort((a, b) => b.line - a.line)) {
    const end = all[line + lines - 2]?.endsWith('\r') ? '\r' : '';
    all.splice(line - 1, lines, row + end);
  }
  return all.join('\n');
}

async function delimitedLines(source: QrelsSource, added: readonly GradeRow[], grades: ReadonlyMap<string, number>): Promise<Rows> {
  const isCsv = extname(source.path).toLowerCase() === '.csv';
  const written = isCsv ? csvLine : tsvLine;
  const rows: DelimitedRow[] = [];
  for await (const row of isCsv ? readCsv(source.path) : readTsv(source.path)) rows.push(row);
  const header = (rows[0]?.cells ?? []).map((cell) => cell.trim());
  const columns = qrelsColumns(source, header);
  const at = { query: header.indexOf(columns.query), document: header.indexOf(columns.document), grade: header.indexOf(columns.grade) };
  const changed = rows.slice(1).flatMap(({ line, lines, cells }) => {
    const grade = grades.get(keyOf(cells[at.query] ?? '', cells[at.document] ?? ''));
    return grade === undefined ? [] : [{ line, lines, text: written(cells.with(at.grade, String(grade))) }];
  });
  const more = inOrder(added).map(({ query, document, grade }) => {
    const cells: string[] = header.map(() => '');
    cells[at.query] = writable(query);
    cells[at.document] = writable(document);
    cells[at.grade] = String(grade);
    return written(cells);
  });
  return { changed, more };
}

/** Ids are trimmed when judgements are read, so that spaces at their ends would be lost. */
function writable(id: string): string {
  if (id.trim() !== id) throw new CutoverError('JUDGING_ID_UNWRITABLE', { id, where: 'the file of judgements' });
  return id;
}

function tsvLine(cells: readonly string[]): string {
  const wrong = cells.find((cell) => /[\t\n]/.test(cell));
  if (wrong !== undefined) throw new CutoverError('JUDGING_ID_UNWRITABLE', { id: wrong, where: 'the file of judgements' });
  return cells.join('\t');
}

async function jsonLines(source: QrelsSource, added: readonly GradeRow[], grades: ReadonlyMap<string, number>): Promise<Rows> {
  const changed: Changed[] = [];
  let columns = qrelsColumns(source, []);
  let isText = false;
  let isFirst = true;
  for await (const { where, record } of jsonRows(source.path, new Problems())) {
    // Columns that only `metadata` has are read too.
    const all = { ...recordOf(record.metadata), ...record };
    const own = qrelsColumns(source, Object.keys(all));
    if (isFirst) [columns, isText, isFirst] = [own, typeof all[own.grade] === 'string', false];
    const grade = grades.get(keyOf(String(all[own.query]), String(all[own.document])));
    if (grade === undefined) continue;
    const text = JSON.stringify({ ...record, [own.grade]: isText ? String(grade) : grade });
    changed.push({ line: Number(where.slice(source.path.length + 1)), lines: 1, text });
  }
  const more = inOrder(added).map(({ query, document, grade }) =>
    JSON.stringify({
      [columns.query]: writable(query),
      [columns.document]: writable(document),
      [columns.grade]: isText ? String(grade) : grade,
    }),
  );
  return { changed, more };
}
