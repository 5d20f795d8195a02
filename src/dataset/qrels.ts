import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../core/errors.ts';
import { byCodeUnits } from '../core/order.ts';
import { readLines } from '../formats/lines.ts';
import { readNestedJson } from '../formats/nested-json.ts';
import type { Qrels, QrelsSource } from '../model/dataset.ts';
import { Problems } from './problems.ts';
import type { Row } from './records.ts';
import { qrelsRows, USUAL_COLUMNS } from './sources/mapped.ts';

/** The cells of one judgement, as written. */
interface QrelsCells {
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

/** Reads lines of judgements: columns separated by tabs, spaces or commas, in the usual order or in that of a header. */
class QrelsLines {
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
  // TREC's files may have tabs too; an id with a space in it can only be between tabs.
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
function gradeOf(text: string): number | null {
  return /^[+-]?\d+(\.0*)?$/.test(text) ? Number(text) : null;
}

/** One judgement and its place. */
export interface Judgement {
  readonly query: string;
  readonly document: string;
  readonly grade: number;
  readonly where: string;
}

/** Judgements of a file, and what is odd about it. */
export interface ReadJudgements {
  readonly judgements: readonly Judgement[];
  readonly notes: readonly string[];
}

/** Gathers judgements and refuses what is none: an empty id, a grade that is no whole number, a pair judged twice and differently. */
class Collector {
  readonly judgements: Judgement[] = [];
  /** Judgements that repeat an earlier one to the letter. */
  repeated = 0;
  readonly #first = new Map<string, Map<string, { readonly place: string; readonly grade: number }>>();
  readonly #problems: Problems;
  readonly #before: number;

  constructor(problems: Problems) {
    this.#problems = problems;
    this.#before = problems.count;
  }

  add({ where, place }: Pick<Row, 'where' | 'place'>, query: string, document: string, grade: string): void {
    const earlier = this.#first.get(query)?.get(document);
    const value = gradeOf(grade);
    if (query === '' || document === '') this.#problems.add(where, 'an id is empty');
    else if (value === null) this.#problems.add(where, `the grade must be a whole number, found "${grade}"`);
    else if (earlier?.grade === value) this.repeated++;
    else if (earlier !== undefined)
      this.#problems.add(
        where,
        `query "${query}" and document "${document}" are judged twice and differently: ${value} here, ${earlier.grade} ${earlier.place}`,
      );
    else {
      const own = this.#first.get(query) ?? new Map<string, { place: string; grade: number }>();
      this.#first.set(query, own.set(document, { place, grade: value }));
      this.judgements.push({ query, document, grade: value, where });
    }
  }

  finish(file: string, comments = 0): ReadJudgements {
    if (this.judgements.length === 0 && this.#problems.count === this.#before)
      this.#problems.add(file, 'holds no judgement; leave it out to measure without judgements');
    const notes = [
      ...(this.repeated > 0 ? [`Judgements that repeat another to the letter: ${this.repeated}; each counts once.`] : []),
      ...(comments > 0 ? [`Lines of the judgements that begin with #: ${comments}; they are comments, as in trec_eval 10.`] : []),
    ];
    return { judgements: this.judgements, notes };
  }
}

/** Reads every judgement of a file in BEIR's or TREC's format, or in ranx's JSON; what can't be read goes to `problems`. */
export async function readJudgements(file: string, problems: Problems): Promise<ReadJudgements> {
  const collector = new Collector(problems);
  const nested = await readNestedJson(file);
  if (nested !== null) {
    for (const [query, document, grade] of nested)
      collector.add({ where: `${file}: query "${query}", document "${document}"`, place: 'before' }, query, document, String(grade));
    return collector.finish(file);
  }
  const lines = new QrelsLines();
  let comments = 0;
  let isFirst = true;
  for await (const { number, text } of readLines(file)) {
    const at = { where: `${file}:${number}`, place: `on line ${number}` };
    if (text.startsWith('#')) {
      comments++;
      continue;
    }
    const row = lines.read(text, isFirst);
    isFirst = false;
    if (typeof row === 'string') problems.add(at.where, row);
    else if (row !== null) collector.add(at, row.query, row.document, row.grade);
  }
  return collector.finish(file, comments);
}

/** Files without columns to name: TREC's, and BEIR's unless the mapping names a column. */
export function isPlain({ path, query, document, grade }: QrelsSource): boolean {
  const named = query !== null || document !== null || grade !== null;
  return /\.(txt|qrels)$/i.test(path) || (/\.tsv$/i.test(path) && !named);
}

/** Reads the judgements of a mapping. */
export async function readMappedJudgements(source: QrelsSource, problems: Problems): Promise<ReadJudgements> {
  if (isPlain({ ...source, path: source.path.replace(/\.gz$/i, '') })) return readJudgements(source.path, problems);
  const collector = new Collector(problems);
  const cell = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
  for await (const row of qrelsRows(source, problems))
    collector.add(row, cell(row.record.query), cell(row.record.document), cell(row.record.grade));
  return collector.finish(source.path);
}

/** Judgements by query and document, both ascending. */
export function qrelsOf(judgements: readonly Judgement[]): Qrels {
  const sorted = [...judgements].sort((a, b) => byCodeUnits(a.query, b.query) || byCodeUnits(a.document, b.document));
  const qrels = new Map<string, Map<string, number>>();
  for (const { query, document, grade } of sorted) qrels.set(query, (qrels.get(query) ?? new Map<string, number>()).set(document, grade));
  return qrels;
}

/**
 * Judgements from a BEIR file (`query-id`, `corpus-id`, `score`, separated by tabs, with or without a header) or a TREC qrels
 * file (query, iteration, document, grade).
 * @throws CutoverError DATASET_INVALID with every bad line; FILE_MISSING, FILE_UNREADABLE
 * @example (await readQrels('qrels/test.tsv')).get('q1')?.get('d7') // 2
 */
export async function readQrels(file: string): Promise<Qrels> {
  const problems = new Problems();
  const { judgements } = await readJudgements(file, problems);
  problems.throwIfAny(file);
  return qrelsOf(judgements);
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort(byCodeUnits);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw new CutoverError('FILE_UNREADABLE', { file: folder, reason: reasonOf(error) }, { cause: error });
  }
}

/**
 * The file of judgements: the one dataset.json names, else qrels/test.tsv, else the only file of qrels/, else qrels.txt or qrels.tsv.
 * @returns null when there is none, or when it is open which (then `problems` says so)
 */
export async function findQrels(folder: string, named: string | null, problems: Problems): Promise<string | null> {
  if (named !== null) return join(folder, named);
  const splits = (await names(join(folder, 'qrels'))).filter((name) => /\.(tsv|txt|qrels)(\.gz)?$/.test(name));
  const [only] = splits;
  const test = ['test.tsv', 'test.tsv.gz'].find((name) => splits.includes(name));
  if (test !== undefined) return join(folder, 'qrels', test);
  if (only !== undefined && splits.length === 1) return join(folder, 'qrels', only);
  if (splits.length > 1) {
    problems.add(
      join(folder, 'qrels'),
      `holds ${splits.join(', ')} and no test.tsv; name one in dataset.json, e.g. "qrels": "qrels/${only}"`,
    );
    return null;
  }
  const beside = await names(folder);
  const plain = ['qrels.txt', 'qrels.tsv', 'qrels.txt.gz', 'qrels.tsv.gz'].find((name) => beside.includes(name));
  return plain === undefined ? null : join(folder, plain);
}
