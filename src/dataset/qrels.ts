import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, reasonOf, systemCode } from '../core/errors.ts';
import { byCodeUnits } from '../core/order.ts';
import { type Line, readLines } from '../formats/lines.ts';
import type { Qrels, QrelsSource } from '../model/dataset.ts';
import { Problems } from './problems.ts';
import type { Row } from './records.ts';
import { qrelsRows } from './sources/mapped.ts';

/** One judgement and its place. */
export interface Judgement {
  readonly query: string;
  readonly document: string;
  readonly grade: number;
  readonly where: string;
}

const HEADER = 'query-id\tcorpus-id\tscore';
const EXPECTED = 'expected 3 columns apart by tabs (query-id, corpus-id, score) or the 4 of TREC (query, iteration, document, grade)';

/** The three cells that count; null when the line has another number of columns. TREC's iteration is never used. */
function cells(text: string): readonly [query: string, document: string, grade: string] | null {
  const tabs = text.split('\t').map((cell) => cell.trim());
  if (tabs.length === 3) return [tabs[0] ?? '', tabs[1] ?? '', tabs[2] ?? ''];
  const [query, iteration, document, grade, ...more] = text.trim().split(/\s+/);
  if (query === undefined || iteration === undefined || document === undefined || grade === undefined || more.length > 0) return null;
  return [query, document, grade];
}

function isHeader({ number, text }: Line): boolean {
  return number === 1 && text.trim().toLowerCase().split(/\s+/).join('\t') === HEADER;
}

/** Gathers judgements and refuses what is none: an empty id, a grade that is no whole number, a pair judged twice. */
class Collector {
  readonly judgements: Judgement[] = [];
  readonly #first = new Map<string, Map<string, string>>();
  readonly #problems: Problems;
  readonly #before: number;

  constructor(problems: Problems) {
    this.#problems = problems;
    this.#before = problems.count;
  }

  add({ where, place }: Pick<Row, 'where' | 'place'>, query: string, document: string, grade: string): void {
    const earlier = this.#first.get(query)?.get(document);
    if (query === '' || document === '') this.#problems.add(where, 'an id is empty');
    else if (!/^[+-]?\d+$/.test(grade)) this.#problems.add(where, `the grade must be a whole number, found "${grade}"`);
    else if (earlier !== undefined)
      this.#problems.add(where, `query "${query}" and document "${document}" are judged twice, first ${earlier}`);
    else {
      this.#first.set(query, (this.#first.get(query) ?? new Map<string, string>()).set(document, place));
      this.judgements.push({ query, document, grade: Number(grade), where });
    }
  }

  finish(file: string): Judgement[] {
    if (this.judgements.length === 0 && this.#problems.count === this.#before)
      this.#problems.add(file, 'holds no judgement; delete it to measure without judgements');
    return this.judgements;
  }
}

/** Reads every judgement of a file in BEIR's or TREC's format; lines that can't be read go to `problems`. */
export async function readJudgements(file: string, problems: Problems): Promise<Judgement[]> {
  const collector = new Collector(problems);
  for await (const line of readLines(file)) {
    if (isHeader(line)) continue;
    const at = { where: `${file}:${line.number}`, place: `on line ${line.number}` };
    const row = cells(line.text);
    if (row === null) problems.add(at.where, EXPECTED);
    else collector.add(at, ...row);
  }
  return collector.finish(file);
}

/** Files without columns to name: TREC's, and BEIR's unless the mapping names a column. */
export function isPlain({ path, query, document, grade }: QrelsSource): boolean {
  const named = query !== null || document !== null || grade !== null;
  return /\.(txt|qrels)$/i.test(path) || (/\.tsv$/i.test(path) && !named);
}

/** Reads the judgements of a mapping. */
export async function readMappedJudgements(source: QrelsSource, problems: Problems): Promise<Judgement[]> {
  if (isPlain(source)) return readJudgements(source.path, problems);
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
 * Judgements from a BEIR file (`query-id`, `corpus-id`, `score`, apart by tabs, with or without that header) or a TREC qrels
 * file (query, iteration, document, grade).
 * @throws CutoverError DATASET_INVALID with every bad line; FILE_MISSING, FILE_UNREADABLE
 * @example (await readQrels('qrels/test.tsv')).get('q1')?.get('d7') // 2
 */
export async function readQrels(file: string): Promise<Qrels> {
  const problems = new Problems();
  const judgements = await readJudgements(file, problems);
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
  const splits = (await names(join(folder, 'qrels'))).filter((name) => /\.(tsv|txt|qrels)$/.test(name));
  const [only] = splits;
  if (splits.includes('test.tsv')) return join(folder, 'qrels', 'test.tsv');
  if (only !== undefined && splits.length === 1) return join(folder, 'qrels', only);
  if (splits.length > 1) {
    problems.add(
      join(folder, 'qrels'),
      `holds ${splits.join(', ')} and no test.tsv; name one in dataset.json, e.g. "qrels": "qrels/${only}"`,
    );
    return null;
  }
  const beside = await names(folder);
  const plain = ['qrels.txt', 'qrels.tsv'].find((name) => beside.includes(name));
  return plain === undefined ? null : join(folder, plain);
}
