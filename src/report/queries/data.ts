import { type ChangedQueries, changedQueries, type QueryChange, tellingOf } from '../changes.ts';
import { at, type ReportInput } from '../input.ts';

import { onWords } from '../measures.ts';
import { clip, oneLine, visible } from '../text.ts';
import { queryKey } from './address.ts';

/** What the page may carry beside its markup, in bytes of UTF-8: together they keep it under 3 MB. */
const BUDGET = { rows: 1_250_000, lists: 450_000, texts: 300_000, titles: 400_000 } as const;
const TEXT = 300;
const EXCERPT = 280;
/** Values are kept to the third digit, as they are shown. */
const PRECISION = 1000;

/** Both result lists of one query: documents (indexes), scores, and the grades of documents, by turns document and grade. */
type Lists = readonly [
  old: readonly number[],
  fresh: readonly number[],
  oldScores: readonly number[],
  newScores: readonly number[],
  grades: readonly number[],
];

/** What the page's script shows. Columns: place i of each is of row i. Every text is ready to be read, unseen characters made visible. */
export interface QueryData {
  /** SHA-256 of evaluation.json: marks are kept and exported under it. */
  readonly evaluation: string;
  /** Queries of the evaluation, and how many of each kind; the page may have fewer rows. */
  readonly of: {
    readonly all: number;
    readonly worse: number;
    readonly better: number;
    readonly same: number;
    readonly top: number;
    readonly unjudged: number;
  };
  /** Whether queries are ordered by loss rather than by overlap. */
  readonly judged: boolean;
  readonly by: string;
  /** Whether more of the measure is better; false where less is. */
  readonly higher: boolean;
  readonly depth: number;
  readonly sides: readonly [old: string, fresh: string];
  readonly fields: readonly { readonly name: string; readonly values: readonly string[]; readonly column: readonly number[] }[];
  readonly ids: readonly string[];
  /** Key in addresses, where it is not the id itself. */
  readonly keys: Readonly<Record<string, string>>;
  readonly needs: readonly string[];
  readonly texts: readonly string[];
  /** Thousandths. */
  readonly old: readonly (number | null)[];
  readonly new: readonly (number | null)[];
  /** New − old in millionths, taken before rounding: what differs at all is not 0. Three digits of it are those of the whole number. */
  readonly change: readonly (number | null)[];
  readonly overlap: readonly (number | null)[];
  /** Places of the relevant document that says most about the change, 0 where it isn't listed; null without one. */
  readonly moves: readonly (readonly [old: number, fresh: number] | null)[];
  /** 1 where the first result changed. */
  readonly top: readonly (0 | 1)[];
  /** Unjudged documents among the new version's first results. */
  readonly unjudged: readonly number[];
  /** null for a row whose lists did not fit. */
  readonly lists: readonly (Lists | null)[];
  readonly documents: readonly (readonly [id: string, title: string, excerpt: string])[];
  /** Words that are not marked, because they are in many documents. */
  readonly common: readonly string[];
}

const WORD = /[\p{L}\p{N}]+/gu;
/** Shorter words are in every text and say nothing. */
const SHORTEST = 3;

/** The words of a text that count, in small letters. */
function wordsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(WORD)].map(([word]) => word.toLowerCase()).filter((word) => [...word].length >= SHORTEST));
}

/** Texts that are looked at for common words; fewer than the least tell nothing. */
const LOOKED_AT = { most: 1000, least: 8 } as const;
/** A word that is in more of the texts than this share tells none of them from another. */
const COMMON = 0.25;

/** Words such as articles, whatever the language: those that are in many of the texts. Marking them would hide the telling ones. */
export function commonWords(texts: readonly string[]): ReadonlySet<string> {
  const looked = texts.slice(0, LOOKED_AT.most);
  if (looked.length < LOOKED_AT.least) return new Set();
  const counts = new Map<string, number>();
  for (const text of looked) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > COMMON * looked.length).map(([word]) => word));
}

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const thousandths = (value: number | null): number | null => (value === null ? null : Math.round(Number(value.toFixed(3)) * PRECISION));

function changeOf(difference: number | null): number | null {
  if (difference === null || difference === 0) return difference;
  return Math.round(difference * 1_000_000) || Math.sign(difference);
}

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

/** Places of a list from both ends by turns: 0, n − 1, 1, n − 2, … */
function bothEnds(n: number): number[] {
  return Array.from({ length: n }, (_, i) => (i % 2 === 0 ? i / 2 : n - (i + 1) / 2));
}

/** Rows by place: as many as fit the budget, from both ends; what has no value comes last. */
function fitting(rows: readonly QueryChange[], budget: number, cost: (row: QueryChange) => number): ReadonlySet<number> {
  const ordered = rows.filter(({ pair }) => pair?.difference != null).length || rows.length;
  const kept = new Set<number>();
  let spent = 0;
  for (const i of [...bothEnds(ordered), ...rows.keys()]) {
    if (kept.has(i)) continue;
    spent += cost(at(rows, i));
    if (spent > budget) break;
    kept.add(i);
  }
  return kept;
}

const idOf = (input: ReportInput, index: number): string => visible(clip(at(input.evaluation.queries.ids, index), 120));
const textOf = (input: ReportInput, index: number): string => visible(clip(oneLine(at(input.evaluation.queries.texts, index)), TEXT));

/** Rows whose numbers and text the page carries; all of them up to about 10,000. */
function rowsOf(input: ReportInput, { rows }: ChangedQueries): readonly QueryChange[] {
  const fields = Object.keys({ ...input.evaluation.queries.slices, ...input.evaluation.queries.automatic }).length;
  const numbers = 30 + 3 * fields;
  const kept = fitting(rows, BUDGET.rows, ({ index }) => bytes(textOf(input, index)) + 2 * bytes(idOf(input, index)) + numbers);
  return rows.filter((_, i) => kept.has(i));
}

function listsOf({ evaluation: { shown } }: ReportInput, index: number, places: Places): Lists {
  const lists = at(shown.lists, index);
  const grades = Object.entries(at(shown.grades, index));
  const ranked = (documents: readonly number[]): number[] => documents.map((document) => places.of(document));
  const scores = (values: readonly number[]): number[] => values.map((value) => Math.round(value * 10_000) / 10_000);
  const listed = new Set([...lists.old, ...lists.new]);
  const told = grades.filter(([document, grade]) => grade >= 1 || listed.has(Number(document)));
  return [
    ranked(lists.old),
    ranked(lists.new),
    scores(lists.oldScores),
    scores(lists.newScores),
    told.flatMap(([document, grade]) => [places.of(Number(document)), grade]),
  ];
}

function documentsOf({ evaluation: { shown } }: ReportInput, used: readonly number[]): QueryData['documents'] {
  let spent = 0;
  return used.map((document) => {
    const id = visible(clip(at(shown.documents.ids, document), 120));
    const title = visible(clip(oneLine(at(shown.documents.titles, document)), 120));
    const excerpt = visible(clip(oneLine(at(shown.documents.excerpts, document)), EXCERPT));
    const [full, short] = [bytes([id, title, excerpt]), bytes([id, title, ''])];
    const fits = spent + full <= BUDGET.texts;
    spent += fits ? full : short;
    return [id, spent > BUDGET.titles ? '' : title, fits ? excerpt : ''] as const;
  });
}

function moveOf(input: ReportInput, changed: ChangedQueries, change: QueryChange): readonly [number, number] | null {
  const document = tellingOf(input, changed, change);
  return document === null ? null : [document.old ?? 0, document.new ?? 0];
}

const topChanged = ({ evaluation: { shown } }: ReportInput, index: number): boolean => {
  const { old, new: fresh } = at(shown.lists, index);
  return old[0] !== fresh[0];
};

function unjudgedOf({ evaluation: { shown } }: ReportInput, index: number): number {
  const grades = at(shown.grades, index);
  return at(shown.lists, index).new.filter((document) => grades[document] === undefined).length;
}

function totals(input: ReportInput, { rows, counts }: ChangedQueries): QueryData['of'] {
  const { lost = 0, gained = 0, same = 0 } = counts ?? {};
  return {
    all: rows.length,
    worse: lost,
    better: gained,
    same,
    top: rows.filter(({ index }) => topChanged(input, index)).length,
    unjudged: counts === null ? 0 : rows.filter(({ index }) => unjudgedOf(input, index) > 0).length,
  };
}

function fieldsOf({ evaluation: { queries } }: ReportInput, rows: readonly QueryChange[]): QueryData['fields'] {
  return Object.entries({ ...queries.slices, ...queries.automatic }).map(([name, perQuery]) => {
    const values = [...new Set(perQuery)].sort();
    const places = new Map(values.map((value, i) => [value, i]));
    return {
      name: visible(clip(oneLine(name), 80)),
      values: values.map((value) => visible(clip(oneLine(value), 120))),
      column: rows.map(({ index }) => places.get(at(perQuery, index)) ?? 0),
    };
  });
}

/** Queries, lists and texts for the page's script, as much as a page may carry; null where nothing was measured by query. */
export function queryData(input: ReportInput): QueryData | null {
  const { evaluation, verdict } = input;
  const changes = changedQueries(input);
  const { by } = changes;
  if (by === null || changes.rows.length === 0) return null;
  const rows = rowsOf(input, changes);
  const places = new Places();
  const held = fitting(rows, BUDGET.lists, ({ index }) => bytes(listsOf(input, index, new Places())));
  const ids = rows.map(({ index }) => idOf(input, index));
  const keys = rows.map(({ index }) => queryKey(at(evaluation.queries.ids, index)));
  const differs = keys.flatMap((key, i) => (key === encodeURIComponent(ids[i] ?? '') ? [] : [[String(i), key] as const]));
  const { versions } = evaluation;
  return {
    evaluation: verdict.evaluation,
    of: totals(input, changes),
    judged: changes.ordered === 'loss',
    by: `${by.measure} ${onWords(by.on)}`,
    higher: changes.sign > 0,
    depth: evaluation.shown.depth,
    sides: [visible(clip(versions?.old.id ?? 'old run', 60)), visible(clip(versions?.new.id ?? 'new run', 60))],
    fields: fieldsOf(input, rows),
    ids,
    keys: Object.fromEntries(differs),
    needs: rows.map(({ index }, i) => {
      const need = visible(clip(at(evaluation.queries.needs, index), 120));
      return need === ids[i] ? '' : need;
    }),
    texts: rows.map(({ index }) => textOf(input, index)),
    old: rows.map(({ pair }) => thousandths(pair?.old ?? null)),
    new: rows.map(({ pair }) => thousandths(pair?.new ?? null)),
    change: rows.map(({ pair }) => changeOf(pair?.difference ?? null)),
    overlap: rows.map(({ overlap }) => thousandths(overlap)),
    moves: rows.map((row) => moveOf(input, changes, row)),
    top: rows.map(({ index }) => (topChanged(input, index) ? 1 : 0)),
    unjudged: rows.map(({ index }) => unjudgedOf(input, index)),
    lists: rows.map(({ index }, i) => (held.has(i) ? listsOf(input, index, places) : null)),
    documents: documentsOf(input, places.used),
    common: [...commonWords(evaluation.shown.documents.excerpts)],
  };
}
