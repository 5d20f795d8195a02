import { type MeasuredOn, qualityOf } from '../../model/lookup.ts';
import { at, type ReportInput } from '../input.ts';
import { neighbourMeasure, type Pair, pairOf } from './measures.ts';

/** One query and what it lost; `pair` is null where there are no judgements and `overlap` orders. */
export interface QueryChange {
  /** Index into `queries.ids`. */
  readonly index: number;
  readonly pair: Pair | null;
  readonly overlap: number | null;
}

export interface ChangedQueries {
  /** What they are ordered by; null when nothing was measured. */
  readonly by: MeasuredOn | null;
  readonly ordered: 'loss' | 'overlap';
  /** The queries that lost (or whose neighbours changed), most first. */
  readonly rows: readonly QueryChange[];
  /** Queries with a value that lost, gained, stayed; null where there are no judgements. */
  readonly counts: { readonly lost: number; readonly gained: number; readonly same: number } | null;
}

function overlapOf({ evaluation }: ReportInput, overlap: MeasuredOn | null, index: number): number | null {
  return overlap === null ? null : (evaluation.neighbours[overlap.measure]?.[overlap.on]?.perQuery[index] ?? null);
}

function byLoss(input: ReportInput, by: MeasuredOn, limit: number): ChangedQueries {
  const overlap = neighbourMeasure(input.evaluation, 'overlap');
  const column = qualityOf(input.evaluation)[by.measure]?.[by.on];
  const changes = input.evaluation.queries.ids.flatMap((_, index) => {
    const pair = pairOf(column?.old.perQuery[index] ?? null, column?.new.perQuery[index] ?? null);
    return pair.difference === null ? [] : [{ index, pair, difference: pair.difference, overlap: overlapOf(input, overlap, index) }];
  });
  const lost = changes.filter(({ difference }) => difference < 0).sort((a, b) => a.difference - b.difference || a.index - b.index);
  const gained = changes.filter(({ difference }) => difference > 0).length;
  const counts = { lost: lost.length, gained, same: changes.length - lost.length - gained };
  return { by, ordered: 'loss', rows: lost.slice(0, limit), counts };
}

/** All queries, those that lost most first, then those that gained least; without judgements least overlap first. Ties go by query id. */
export function everyQuery(input: ReportInput): ChangedQueries {
  const lead = input.verdict.lead;
  const overlap = neighbourMeasure(input.evaluation, 'overlap');
  const column = lead === null ? undefined : qualityOf(input.evaluation)[lead.measure]?.[lead.on];
  const rows = input.evaluation.queries.ids.map((_, index): QueryChange => {
    const pair = column === undefined ? null : pairOf(column.old.perQuery[index] ?? null, column.new.perQuery[index] ?? null);
    return { index, pair, overlap: overlapOf(input, overlap, index) };
  });
  const key = ({ pair, overlap: shared }: QueryChange): number => (lead === null ? shared : (pair?.difference ?? null)) ?? Number.MAX_VALUE;
  return {
    by: lead ?? overlap,
    ordered: lead === null ? 'overlap' : 'loss',
    rows: rows.sort((a, b) => key(a) - key(b) || a.index - b.index),
    counts: null,
  };
}

function byOverlap(input: ReportInput, by: MeasuredOn | null, limit: number): ChangedQueries {
  const rows = input.evaluation.queries.ids
    .map((_, index) => ({ index, pair: null, overlap: overlapOf(input, by, index) }))
    .filter(({ overlap }) => overlap !== null && overlap < 1)
    .sort((a, b) => (a.overlap ?? 1) - (b.overlap ?? 1) || a.index - b.index);
  return { by, ordered: 'overlap', rows: rows.slice(0, limit), counts: null };
}

/** The queries that lost most; without judgements those whose neighbours overlap least. Ties go by query id. */
export function changedQueries(input: ReportInput, limit: number): ChangedQueries {
  const lead = input.verdict.lead;
  return lead === null ? byOverlap(input, neighbourMeasure(input.evaluation, 'overlap'), limit) : byLoss(input, lead, limit);
}

/** A document in a result list. */
export interface ListedDocument {
  readonly rank: number;
  readonly score: number;
  readonly id: string;
  readonly title: string;
  readonly excerpt: string;
  /** null when nobody judged it for this query. */
  readonly grade: number | null;
  /** Its rank in the other version's list; null when it isn't there. */
  readonly otherRank: number | null;
}

export interface ResultLists {
  readonly old: readonly ListedDocument[];
  readonly new: readonly ListedDocument[];
  /** Relevant documents that neither list shows. */
  readonly missed: readonly { readonly id: string; readonly title: string; readonly grade: number }[];
}

/** Both result lists of one query, as served. */
export function resultLists({ evaluation: { shown } }: ReportInput, index: number): ResultLists {
  const lists = at(shown.lists, index);
  const grades = at(shown.grades, index);
  const listed = (documents: readonly number[], scores: readonly number[], other: readonly number[]): ListedDocument[] =>
    documents.map((document, i) => ({
      rank: i + 1,
      score: at(scores, i),
      id: at(shown.documents.ids, document),
      title: at(shown.documents.titles, document),
      excerpt: at(shown.documents.excerpts, document),
      grade: grades[document] ?? null,
      otherRank: other.includes(document) ? other.indexOf(document) + 1 : null,
    }));
  const missed = Object.entries(grades)
    .map(([key, grade]) => ({ document: Number(key), grade }))
    .filter(({ document, grade }) => grade >= 1 && !lists.old.includes(document) && !lists.new.includes(document))
    .sort((a, b) => b.grade - a.grade || a.document - b.document)
    .map(({ document, grade }) => ({ id: at(shown.documents.ids, document), title: at(shown.documents.titles, document), grade }));
  return {
    old: listed(lists.old, lists.oldScores, lists.new),
    new: listed(lists.new, lists.newScores, lists.old),
    missed,
  };
}
