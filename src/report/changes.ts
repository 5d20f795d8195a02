import { directionOf, type MeasuredOn, qualityOf } from '../model/lookup.ts';
import { type Html, html } from './html.ts';
import { at, type ReportInput } from './input.ts';
import { difference } from './marks.ts';
import { neighbourMeasure, type Pair, pairOf } from './measures.ts';
import { decimal, percent } from './number.ts';

/** One query and how it changed; `pair` is null where there are no judgements and `overlap` orders. */
export interface QueryChange {
  /** Index into `queries.ids`. */
  readonly index: number;
  readonly pair: Pair | null;
  readonly overlap: number | null;
}

export interface ChangedQueries {
  /** What they are ordered by; null when nothing was measured. */
  readonly by: MeasuredOn | null;
  /** 1 where more of it is better, −1 where less is. */
  readonly sign: 1 | -1;
  readonly ordered: 'loss' | 'overlap';
  /** Every query: most lost first, most gained last, then those without a value; without judgements least overlap first. Ties go by query id. */
  readonly rows: readonly QueryChange[];
  /** Queries with a value that lost, gained, stayed; null where there are no judgements. */
  readonly counts: { readonly lost: number; readonly gained: number; readonly same: number } | null;
}

/** How much better a query got; below 0 it got worse. */
export function gainOf({ sign }: Pick<ChangedQueries, 'sign'>, { pair }: QueryChange): number {
  return sign * (pair?.difference ?? 0);
}

/** What was found for a report: its views, cards and steps ask for the same. */
const found = new WeakMap<ReportInput, ChangedQueries>();

/** Every query of the evaluation with how it changed; sorted once a report. */
export function changedQueries(input: ReportInput): ChangedQueries {
  const known = found.get(input) ?? sorted(input);
  found.set(input, known);
  return known;
}

function sorted(input: ReportInput): ChangedQueries {
  const { evaluation } = input;
  const lead = input.verdict.lead;
  const overlap = neighbourMeasure(evaluation, 'overlap');
  const column = lead === null ? undefined : qualityOf(evaluation)[lead.measure]?.[lead.on];
  const shared = overlap === null ? undefined : evaluation.neighbours[overlap.measure]?.[overlap.on]?.perQuery;
  const rows = evaluation.queries.ids.map((_, index): QueryChange => {
    const pair = column === undefined ? null : pairOf(column.old.perQuery[index] ?? null, column.new.perQuery[index] ?? null);
    return { index, pair, overlap: shared?.[index] ?? null };
  });
  const sign = lead?.direction === 'lower' ? -1 : 1;
  const gain = ({ pair }: QueryChange): number | null => (pair?.difference == null ? null : sign * pair.difference);
  const key = (row: QueryChange): number => (lead === null ? row.overlap : gain(row)) ?? Number.MAX_VALUE;
  const valued = rows.filter(({ pair }) => (pair?.difference ?? null) !== null);
  const lost = valued.filter((row) => (gain(row) ?? 0) < 0).length;
  const gained = valued.filter((row) => (gain(row) ?? 0) > 0).length;
  return {
    by: lead ?? overlap,
    sign,
    ordered: lead === null ? 'overlap' : 'loss',
    rows: rows.sort((a, b) => key(a) - key(b) || a.index - b.index),
    counts: lead === null ? null : { lost, gained, same: valued.length - lost - gained },
  };
}

/** The `most` queries that lost most, most first; without judgements those that share least. */
export function worstOf(changed: ChangedQueries, most: number): readonly QueryChange[] {
  const { rows, ordered } = changed;
  const worse = rows.filter((row) => (ordered === 'loss' ? gainOf(changed, row) < 0 : row.overlap !== null && row.overlap < 1));
  return worse.slice(0, most);
}

/** The `most` queries that gained most, most first. */
export function bestOf(changed: ChangedQueries, most: number): readonly QueryChange[] {
  if (changed.ordered === 'overlap') return [];
  const better = changed.rows.filter((row) => gainOf(changed, row) > 0);
  return better.sort((a, b) => gainOf(changed, b) - gainOf(changed, a) || a.index - b.index).slice(0, most);
}

/** A document in a result list. */
export interface ListedDocument {
  readonly id: string;
  readonly title: string;
  readonly excerpt: string;
  /** null when nobody judged it for this query. */
  readonly grade: number | null;
  /** Places from 1; null where it isn't among the results that the evaluation keeps. */
  readonly old: number | null;
  readonly new: number | null;
}

/** Every document of both result lists of one query as served, and relevant ones that neither shows; by its better place. */
export function listedDocuments({ evaluation: { shown } }: Pick<ReportInput, 'evaluation'>, index: number): readonly ListedDocument[] {
  const lists = at(shown.lists, index);
  const grades = at(shown.grades, index);
  const relevant = Object.entries(grades).flatMap(([key, grade]) => (grade >= 1 ? [Number(key)] : []));
  const place = (list: readonly number[], document: number): number | null => {
    const found = list.indexOf(document);
    return found < 0 ? null : found + 1;
  };
  const documents = [...new Set([...lists.old, ...lists.new, ...relevant])].map((document) => ({
    id: at(shown.documents.ids, document),
    title: at(shown.documents.titles, document),
    excerpt: at(shown.documents.excerpts, document),
    grade: grades[document] ?? null,
    old: place(lists.old, document),
    new: place(lists.new, document),
  }));
  const first = ({ old, new: fresh }: ListedDocument): number => Math.min(old ?? 1e9, fresh ?? 1e9);
  return documents.sort((a, b) => first(a) - first(b) || (a.new ?? 1e9) - (b.new ?? 1e9));
}

/** The relevant document whose place says most about the change: of those that moved the query's way, the best grade, then the furthest move. */
export function tellingDocument(documents: readonly ListedDocument[], lost: boolean, depth: number): ListedDocument | null {
  const placed = (place: number | null): number => place ?? depth + 1;
  const moved = ({ old, new: fresh }: ListedDocument): number => (placed(fresh) - placed(old)) * (lost ? 1 : -1);
  const mine = documents.filter((document) => (document.grade ?? 0) >= 1 && moved(document) > 0);
  mine.sort((a, b) => (b.grade ?? 0) - (a.grade ?? 0) || moved(b) - moved(a));
  return mine[0] ?? null;
}

/** The telling document of one query; null where it didn't change or none says anything. */
export function tellingOf(input: ReportInput, changed: ChangedQueries, change: QueryChange): ListedDocument | null {
  const gain = gainOf(changed, change);
  if (gain === 0) return null;
  return tellingDocument(listedDocuments(input, change.index), gain < 0, input.evaluation.shown.depth);
}

/** `0.93 → 0.52 ▼ −0.41`; without judgements the share of the results that stay. */
export function changeFigure({ evaluation }: ReportInput, { by }: ChangedQueries, { pair, overlap }: QueryChange): Html {
  if (pair === null) return html`${percent(overlap)} of the results stay`;
  const way = by === null ? 'none' : directionOf(evaluation, by.measure);
  return html`${decimal(pair.old)} → ${decimal(pair.new)} ${difference(pair.difference, way, 'exact')}`;
}

/** `place 1 → 3`, `place 2 → not in the first 10`. */
export function placeWords({ old, new: fresh }: Pick<ListedDocument, 'old' | 'new'>, depth: number): string {
  const words = (place: number | null): string => (place === null ? `not in the first ${depth}` : String(place));
  return old === null ? `${words(old)} → place ${words(fresh)}` : `place ${words(old)} → ${words(fresh)}`;
}
