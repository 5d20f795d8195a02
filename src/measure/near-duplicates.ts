import type { Qrels } from '../model/dataset.ts';
import type { NearDuplicates } from '../model/evaluation.ts';
import { wordsOf } from './slices/words.ts';

/** Texts that share so many of their words say the same to a reader. */
const ALIKE = 0.8;

/** Known-item sets have a second right document for hardly any query. */
const KNOWN_ITEM = 0.9;

/** Ranked document ids by query. */
type Lists = ReadonlyMap<string, { readonly ids: readonly string[] }>;

/** The relevant document of each query that has a single one. */
function rightOnes(qrels: Qrels): (readonly [query: string, document: string])[] {
  return [...qrels].flatMap(([query, documents]) => {
    const relevant = [...documents].filter(([, grade]) => grade >= 1);
    return relevant.length === 1 ? relevant.map(([document]) => [query, document] as const) : [];
  });
}

/** Share of the words of both that both have. @example likeness(new Set(['a', 'b']), new Set(['b'])) // 0.5 */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  const all = a.size + b.size - shared;
  return all === 0 ? 1 : shared / all;
}

/**
 * Queries for which a document that reads nearly as the right one outranks it, within the first results. Where silence means not
 * relevant, such a document counts as a loss that a reader would not notice.
 * @param textOf title and text of a document
 * @param depth results of each list to look at
 * @returns null unless nearly every query has a single relevant document
 */
export function nearDuplicates(
  qrels: Qrels,
  lists: { readonly old: Lists; readonly new: Lists },
  textOf: (id: string) => string,
  depth: number,
): NearDuplicates | null {
  const right = rightOnes(qrels);
  const judged = [...qrels.values()].filter(({ size }) => size > 0).length;
  if (right.length === 0 || right.length < KNOWN_ITEM * judged) return null;
  const seen = new Map<string, ReadonlySet<string>>();
  const words = (id: string): ReadonlySet<string> => {
    const own = seen.get(id) ?? new Set(wordsOf(textOf(id)));
    seen.set(id, own);
    return own;
  };
  const count = (side: Lists): number =>
    right.filter(([query, document]) => {
      const ids = side.get(query)?.ids.slice(0, depth) ?? [];
      const place = ids.indexOf(document);
      return ids.slice(0, place < 0 ? depth : place).some((id) => likeness(words(id), words(document)) >= ALIKE);
    }).length;
  return { queries: right.length, old: count(lists.old), new: count(lists.new) };
}
