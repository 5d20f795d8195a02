import type { RankedList, Run } from '../model/search.ts';

/**
 * Every query with the list of another need: what vectors of other texts would find. The list is that of the query half of all
 * queries further on, or of the next after it that asks for something else.
 * @returns null where all queries ask for the same
 */
export function exchangedRun(run: Run, { ids, needs }: { readonly ids: readonly string[]; readonly needs: readonly string[] }): Run | null {
  const half = Math.floor(ids.length / 2);
  const lists = new Map<string, RankedList>();
  for (const [i, id] of ids.entries()) {
    const other = otherNeed(needs, i, half);
    if (other === null) return null;
    const list = run.get(ids[other] ?? '');
    if (list !== undefined) lists.set(id, list);
  }
  return lists;
}

/** The first query of another need, from `half` places further on. */
function otherNeed(needs: readonly string[], of: number, half: number): number | null {
  for (let step = 0; step < needs.length; step++) {
    const at = (of + half + step) % needs.length;
    if (needs[at] !== needs[of]) return at;
  }
  return null;
}
