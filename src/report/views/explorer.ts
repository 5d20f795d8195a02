import { createHash } from 'node:crypto';
import { at, type ReportInput } from '../input.ts';
import { clip, oneLine, visible } from '../text.ts';
import { type ChangedQueries, everyQuery, type QueryChange } from './changed-queries.ts';
import { commonWords } from './shared-words.ts';

/** What the page may carry beside its markup, in bytes of UTF-8: together they keep it under 3 MB. */
const BUDGET = { queries: 700_000, texts: 420_000, titles: 560_000 } as const;
const MOST_QUERIES = 2_000;
const TEXT = 300;
const EXCERPT = 280;

/** One query of the explorer. Short names: there may be 2,000. */
interface ExplorerQuery {
  readonly id: string;
  readonly key: string;
  readonly text: string;
  /** Old, new, difference, overlap. */
  readonly values: readonly (number | null)[];
  /** Index into each field's values. */
  readonly slices: readonly number[];
  readonly old: readonly (readonly [document: number, score: number, grade: number | null])[];
  readonly new: readonly (readonly [document: number, score: number, grade: number | null])[];
}

/** What the page's script shows; every text is ready to be read, unseen characters made visible. */
export interface ExplorerData {
  readonly of: number;
  /** Whether queries are ordered by loss rather than by overlap. */
  readonly judged: boolean;
  readonly fields: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly queries: readonly ExplorerQuery[];
  /** Id, title, excerpt. */
  readonly documents: readonly (readonly [id: string, title: string, excerpt: string])[];
  /** Words that are not marked, because they stand in many documents. */
  readonly common: readonly string[];
  /** Documents whose text did not fit. */
  readonly withoutText: number;
}

/** Longer ids are cut in addresses and told apart by their hash. */
const LONG_ID = 200;

/** `q=ID`: fragment of one query, safe as id and in an address whatever the id is. */
export function queryFragment(id: string): string {
  const encode = (text: string): string => encodeURIComponent(text.replace(/\p{Cs}/gu, '\uFFFD'));
  if (id.length <= LONG_ID) return `q=${encode(id)}`;
  return `q=${encode(clip(id, 40))}-${createHash('sha256').update(id).digest('hex').slice(0, 16)}`;
}

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 10_000) / 10_000);

/** Gives documents places in order of first use. */
class Places {
  readonly used: number[] = [];
  readonly #places = new Map<number, number>();

  of(document: number): number {
    const known = this.#places.get(document);
    if (known !== undefined) return known;
    this.#places.set(document, this.used.length);
    return this.used.push(document) - 1;
  }
}

function fieldsOf({
  evaluation: { queries },
}: ReportInput): { readonly name: string; readonly perQuery: readonly string[]; readonly values: string[] }[] {
  return Object.entries({ ...queries.slices, ...queries.automatic }).map(([name, perQuery]) => ({
    name,
    perQuery,
    values: [...new Set(perQuery)].sort(),
  }));
}

function queryOf(
  input: ReportInput,
  { index, pair, overlap }: QueryChange,
  places: Places,
  fields: ReturnType<typeof fieldsOf>,
): ExplorerQuery {
  const { queries, shown } = input.evaluation;
  const [lists, grades] = [at(shown.lists, index), at(shown.grades, index)];
  const id = at(queries.ids, index);
  const ranked = (documents: readonly number[], scores: readonly number[]): ExplorerQuery['old'] =>
    documents.map((document, i) => [places.of(document), rounded(at(scores, i)) ?? 0, grades[document] ?? null] as const);
  return {
    id: visible(clip(id, 120)),
    key: queryFragment(id),
    text: visible(clip(oneLine(at(queries.texts, index)), TEXT)),
    values: [pair?.old ?? null, pair?.new ?? null, pair?.difference ?? null, overlap].map(rounded),
    slices: fields.map(({ perQuery, values }) => values.indexOf(at(perQuery, index))),
    old: ranked(lists.old, lists.oldScores),
    new: ranked(lists.new, lists.newScores),
  };
}

/** As many of the queries as fit, worst first. */
function fitting(input: ReportInput, changes: ChangedQueries, places: Places, fields: ReturnType<typeof fieldsOf>): ExplorerQuery[] {
  const queries: ExplorerQuery[] = [];
  let spent = 0;
  for (const change of changes.rows.slice(0, MOST_QUERIES)) {
    const query = queryOf(input, change, places, fields);
    spent += bytes(query);
    if (spent > BUDGET.queries) break;
    queries.push(query);
  }
  return queries;
}

function documentsOf({ evaluation: { shown } }: ReportInput, used: readonly number[]): Pick<ExplorerData, 'documents' | 'withoutText'> {
  let spent = 0;
  let withoutText = 0;
  const documents = used.map((document): ExplorerData['documents'][number] => {
    const id = visible(clip(at(shown.documents.ids, document), 120));
    const title = visible(clip(oneLine(at(shown.documents.titles, document)), 120));
    const excerpt = visible(clip(oneLine(at(shown.documents.excerpts, document)), EXCERPT));
    const [full, short] = [bytes([id, title, excerpt]), bytes([id, title, ''])];
    const fits = spent + full <= BUDGET.texts;
    if (!fits && excerpt !== '') withoutText++;
    spent += fits ? full : short;
    return [id, spent > BUDGET.titles ? '' : title, fits ? excerpt : ''];
  });
  return { documents, withoutText };
}

/** Queries, lists and texts for the page's script, as much as a page may carry; null where nothing was measured by query. */
export function explorerData(input: ReportInput): ExplorerData | null {
  const changes = everyQuery(input);
  if (changes.by === null || changes.rows.length === 0) return null;
  const places = new Places();
  const fields = fieldsOf(input);
  const queries = fitting(input, changes, places, fields);
  const named = fields.map(({ name, values }) => ({
    name: visible(clip(oneLine(name), 80)),
    values: values.map((value) => visible(clip(oneLine(value), 120))),
  }));
  return {
    of: input.evaluation.queries.ids.length,
    judged: changes.ordered === 'loss',
    fields: named,
    queries,
    common: [...commonWords(input.evaluation.shown.documents.excerpts)],
    ...documentsOf(input, places.used),
  };
}
