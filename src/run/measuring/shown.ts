import type { Dataset } from '../../model/dataset.ts';
import type { Column, Evaluation, ShownLists } from '../../model/evaluation.ts';
import type { Rankings } from '../../model/search.ts';

/** Results listed a query. */
export const DEPTH = 10;
/** Relevant documents named for a query beside those listed. */
const RELEVANT = 10;
/** Documents whose text goes into the evaluation; further ones are listed by title. */
const EXCERPTS = 2_000;
const EXCERPT_LENGTH = 280;

/** Lists, grades and texts a reader needs, worst queries first in line for texts. */
export function shownLists(
  dataset: Dataset,
  served: { readonly old: Rankings; readonly new: Rankings },
  loss: Column | null,
): Evaluation['shown'] {
  const places = new Places(dataset);
  const lists = served.old.queryIds.map((_, row) => listsOf(served, row, places));
  const grades = served.old.queryIds.map((id, row) => gradesOf(dataset, id, lists[row], places));
  const excerpted = withExcerpts(lists, worstFirst(lists.length, loss));
  const shown = places.documents();
  return {
    depth: DEPTH,
    documents: {
      ids: shown.map(({ id }) => id),
      titles: shown.map(({ title }) => title),
      excerpts: shown.map(({ text }, place) => (excerpted.has(place) ? excerptOf(text) : '')),
    },
    lists,
    grades,
  };
}

/** Numbers documents in the order in which they are first listed. */
class Places {
  readonly #documents: Dataset['documents'];
  readonly #row: ReadonlyMap<string, number>;
  readonly #place = new Map<number, number>();

  constructor({ documents }: Dataset) {
    this.#documents = documents;
    this.#row = new Map(documents.map(({ id }, row) => [id, row]));
  }

  of(id: string): number {
    const row = this.#row.get(id);
    if (row === undefined) throw new TypeError(`${id} is not in the corpus.`);
    const place = this.#place.get(row) ?? this.#place.size;
    this.#place.set(row, place);
    return place;
  }

  documents(): Dataset['documents'] {
    return [...this.#place.keys()].flatMap((row) => this.#documents[row] ?? []);
  }
}

function listsOf(served: { readonly old: Rankings; readonly new: Rankings }, row: number, places: Places): ShownLists {
  const side = ({ k, neighbours, scores, documentIds }: Rankings) => {
    const found = Array.from({ length: Math.min(DEPTH, k) }, (_, i) => row * k + i).filter((at) => (neighbours[at] ?? -1) >= 0);
    return {
      documents: found.map((at) => places.of(documentIds[neighbours[at] ?? -1] ?? '')),
      // Six digits are more than a reader can use and keep float32's long tails out of the file.
      scores: found.map((at) => Number((scores[at] ?? 0).toFixed(6))),
    };
  };
  const [before, after] = [side(served.old), side(served.new)];
  return { old: before.documents, new: after.documents, oldScores: before.scores, newScores: after.scores };
}

function gradesOf(dataset: Dataset, queryId: string, lists: ShownLists | undefined, places: Places): Record<string, number> {
  const judged = dataset.qrels?.get(queryId);
  if (judged === undefined || lists === undefined) return {};
  const listed = new Set([...lists.old, ...lists.new]);
  const best = [...judged].filter(([, grade]) => grade >= 1).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  for (const [id] of best.slice(0, RELEVANT)) listed.add(places.of(id));
  const grades: Record<string, number> = {};
  for (const [id, grade] of judged) {
    const place = places.of(id);
    if (listed.has(place)) grades[place] = grade;
  }
  return grades;
}

function worstFirst(count: number, loss: Column | null): number[] {
  const rows = Array.from({ length: count }, (_, row) => row);
  return loss === null ? rows : rows.sort((a, b) => (loss.perQuery[a] ?? 0) - (loss.perQuery[b] ?? 0) || a - b);
}

function withExcerpts(lists: readonly ShownLists[], order: readonly number[]): ReadonlySet<number> {
  const places = new Set<number>();
  for (const row of order) {
    if (places.size >= EXCERPTS) break;
    for (const place of [...(lists[row]?.old ?? []), ...(lists[row]?.new ?? [])]) places.add(place);
  }
  return places;
}

function excerptOf(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()];
  return characters.length <= EXCERPT_LENGTH
    ? characters.join('')
    : `${characters
        .slice(0, EXCERPT_LENGTH - 1)
        .join('')
        .trimEnd()}…`;
}
