import { USUAL_COLUMNS } from './usual-columns.ts';

/** The cells of one judgement, as written. */
export interface QrelsCells {
  readonly query: string;
  readonly document: string;
  readonly grade: string;
}

/** Place of each cell in a line. */
type Order = Readonly<Record<keyof QrelsCells, number>>;

/** BEIR's three columns, and TREC's four, whose second is never used. */
const ORDERS: Readonly<Record<number, Order>> = {
  3: { query: 0, document: 1, grade: 2 },
  4: { query: 0, document: 2, grade: 3 },
};

const EXPECTED = 'expected 3 columns separated by tabs (query-id, corpus-id, score) or the 4 of TREC (query, iteration, document, grade)';

/** Reads lines of judgements: columns separated by tabs, blanks or commas, in the usual order or in that of a header. */
export class QrelsLines {
  #order: Order | null = null;

  /** @returns the cells; null for a header; a complaint where it is neither */
  read(text: string, isFirst: boolean): QrelsCells | string | null {
    const cells = cellsOf(text);
    const header = isFirst ? headerOf(cells) : null;
    if (header !== null) {
      this.#order = header;
      return null;
    }
    const order = this.#order ?? ORDERS[cells.length];
    if (order === undefined || ORDERS[cells.length] === undefined) return EXPECTED;
    const { query, document, grade } = order;
    return { query: cells[query] ?? '', document: cells[document] ?? '', grade: cells[grade] ?? '' };
  }
}

function cellsOf(text: string): readonly string[] {
  const tabs = text.split('\t').map((cell) => cell.trim());
  // TREC's files may have tabs too; an id with a blank in it can only be between tabs.
  if (tabs.length === 3 || tabs.length === 4) return tabs;
  const words = text.trim().split(/\s+/);
  const commas = text.split(',').map((cell) => cell.trim());
  if (words.length === 1 && commas.length > 1) return commas;
  // Three words could be TREC's without the iteration, or without the grade.
  return words.length === 3 ? [text] : words;
}

/** The order that a header says; null where the line is none. */
function headerOf(cells: readonly string[]): Order | null {
  if (ORDERS[cells.length] === undefined || cells.some((cell) => /^[+-]?\d+(\.\d*)?$/.test(cell) && cell !== '0')) return null;
  const place = (names: readonly string[]) => cells.findIndex((cell) => names.includes(cell.toLowerCase()));
  const { query, document, grade } = USUAL_COLUMNS.qrels;
  const order = { query: place(query), document: place(document), grade: place(grade) };
  return Object.values(order).includes(-1) || new Set(Object.values(order)).size < 3 ? null : order;
}

/**
 * A grade as pandas and trec_eval write it: a whole number, with or without zeros behind the point; null for anything else.
 * @example gradeOf('1.0') // 1
 */
export function gradeOf(text: string): number | null {
  return /^[+-]?\d+(\.0*)?$/.test(text) ? Number(text) : null;
}
