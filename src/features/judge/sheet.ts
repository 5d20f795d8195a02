import type { Sha256 } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import { sha256Json } from '../../core/hash.ts';
import { seededRandom, shuffled } from '../../core/random.ts';
import type { DatasetHashes, Document, LookedAt, Qrels, Query } from '../../model/dataset.ts';
import { clip, oneLine, visible } from '../../report/text.ts';

/** Queries with documents to grade. It holds nothing that tells which version returned what, or at which rank. */
export interface Sheet {
  /** First 12 hex digits of the hash of its content. */
  readonly id: string;
  readonly hashes: Pick<DatasetHashes, 'corpus' | 'queries'>;
  /** Grades go from 0 to this. */
  readonly highest: number;
  /** The evaluation that it was made from. */
  readonly of: LookedAt | null;
  /** In random order, and so are the documents of each. */
  readonly items: readonly SheetItem[];
}

export interface SheetItem {
  readonly query: Query;
  readonly documents: readonly Document[];
}

/** What identifies a sheet in its first line. */
export interface SheetMark {
  readonly sheet: string;
  readonly corpus: Sha256;
  readonly queries: Sha256;
  readonly highest: number;
  /** null where it doesn't say what it was made from. */
  readonly of: LookedAt | null;
}

/** Columns of a sheet; of them only the ids and the grade are read back. */
export const SHEET_COLUMNS = ['query-id', 'query', 'document-id', 'title', 'text', 'grade'] as const;

const MARK = '# cutover judging sheet';
/** Characters of a text in a sheet; spreadsheets stop at 32,767 a cell. */
const LONGEST = 20_000;
/** What makes a spreadsheet take a cell for a formula, or for an escaped one. */
const FORMULA = /^'*[=+\-@]/;

/** The scale that judgements already have, 0 to 3 where there are none. */
export function highestGrade(qrels: Qrels | null): number {
  const grades = [...(qrels?.values() ?? [])].flatMap((documents) => [...documents.values()]);
  const highest = grades.reduce((most, grade) => Math.max(most, grade), 0);
  return highest >= 1 && highest <= 9 ? highest : 3;
}

/**
 * Puts queries and their documents in an order that depends on their ids and the seed alone, so that it tells nothing about
 * runs, ranks or what else was chosen.
 */
export function blindSheet(
  items: readonly SheetItem[],
  {
    hashes,
    highest,
    seed,
    of = null,
  }: { readonly hashes: DatasetHashes; readonly highest: number; readonly seed: number; readonly of?: LookedAt | null },
): Sheet {
  const shuffle = <T extends { readonly id: string }>(list: readonly T[], label: string): T[] => {
    const sorted = [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
    return shuffled(seededRandom(seed, label), sorted.length).flatMap((place) => sorted[place] ?? []);
  };
  const byQuery = new Map(items.map((item) => [item.query.id, item]));
  const queries = shuffle(
    items.map(({ query }) => query),
    'judge queries',
  );
  const shown = queries.map((query) => ({ query, documents: shuffle(byQuery.get(query.id)?.documents ?? [], `judge ${query.id}`) }));
  const { corpus, queries: queriesHash } = hashes;
  const content = {
    corpus,
    queries: queriesHash,
    highest,
    pairs: shown.map((item) => [item.query.id, item.documents.map(({ id }) => id)]),
  };
  return { id: sha256Json(content).slice(0, 12), hashes: { corpus, queries: queriesHash }, highest, of, items: shown };
}

/** The line that ties a sheet to its data set. */
export function markLine({ id, hashes, highest, of }: Sheet): string {
  const madeFrom = of === null ? '' : ` evaluation=${of.evaluation} old=${of.old} new=${of.new}`;
  return `${MARK} ${id} corpus=${hashes.corpus} queries=${hashes.queries} grades=0-${highest}${madeFrom}`;
}

const HEX12 = '[0-9a-f]{12}';
const MARK_LINE = new RegExp(
  `^${MARK} (${HEX12}) corpus=([0-9a-f]{64}) queries=([0-9a-f]{64}) grades=0-([1-9])( evaluation=(${HEX12}) old=(${HEX12}) new=(${HEX12}))?$`,
);

/** Reads {@link markLine}; null for any other line. Spreadsheets fill such a line up with tabs, and may quote it. */
export function parseMark(line: string): SheetMark | null {
  const text = line.trim().replace(/^"(.*)"$/, '$1');
  const match = MARK_LINE.exec(text);
  if (match === null) return null;
  const [, sheet = '', corpus = '', queries = '', highest = '', madeFrom, evaluation = '', old = '', fresh = ''] = match;
  const of = madeFrom === undefined ? null : { evaluation, old, new: fresh };
  return { sheet, corpus: corpus as Sha256, queries: queries as Sha256, highest: Number(highest), of };
}

/**
 * An id as a cell: what a spreadsheet would take for a formula gets an apostrophe in front.
 * @throws CutoverError JUDGING_ID_UNWRITABLE where a table of tab-separated cells can't hold it
 * @example idCell('=1') // "'=1"
 */
export function idCell(id: string): string {
  if (/[\t\r\n]/.test(id) || id.trim() !== id) throw new CutoverError('JUDGING_ID_UNWRITABLE', { id: visible(id), where: 'a sheet' });
  return FORMULA.test(id) ? `'${id}` : id;
}

/** The ids that a cell may stand for, likeliest first: as written by {@link idCell}, and as it is. */
export function idsOfCell(cell: string): string[] {
  const text = cell.trim();
  const bare = /^".*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;
  return [...(FORMULA.test(bare) && bare.startsWith("'") ? [bare.slice(1)] : []), bare, text];
}

/** A text as one cell, for reading only. */
function textCell(text: string): string {
  const shown = clip(oneLine(visible(text)), LONGEST);
  return FORMULA.test(shown) ? `'${shown}` : shown;
}

/** The sheet as a table to fill in. */
export function sheetTsv(sheet: Sheet): string {
  const lines = [markLine(sheet), SHEET_COLUMNS.join('\t')];
  for (const { query, documents } of sheet.items) {
    const first = [idCell(query.id), textCell(query.text)];
    for (const { id, title, text } of documents) lines.push([...first, idCell(id), textCell(title), textCell(text), ''].join('\t'));
  }
  return `${lines.join('\n')}\n`;
}
