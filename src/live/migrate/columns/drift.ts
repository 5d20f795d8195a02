import { sha256 } from '../../../core/hash.ts';
import type { StoreAccess } from '../../store-access.ts';
import type { Place } from '../../stores/live-store.ts';

/** How far a store has moved from the corpus that was evaluated. */
export interface Drift {
  /** Documents of the corpus, and rows with a vector in the store. */
  readonly documents: number;
  readonly rows: number;
  /** In both; of those, with another text by now. */
  readonly shared: number;
  readonly changed: number;
  /** Only in the store, and only in the corpus. */
  readonly added: number;
  readonly removed: number;
  /** Added, changed or removed ÷ documents in either. */
  readonly share: number;
  /** A few ids of changed documents. */
  readonly examples: readonly string[];
}

/** @param most rows that are looked at; with a limit, what was removed isn't known and counts as 0 */
export async function driftOf({ store, corpus }: StoreAccess, place: Place, most = Number.POSITIVE_INFINITY): Promise<Drift> {
  const index = await corpus();
  let [rows, shared, changed] = [0, 0, 0];
  const examples: string[] = [];
  for await (const { ids, texts, textHashes } of store.read({ vectors: false, place, rough: true })) {
    for (const [row, id] of ids.entries()) {
      rows++;
      const evaluated = index.hashOf(id);
      if (evaluated === null) continue;
      shared++;
      const text = texts?.[row] ?? null;
      if ((text === null ? textHashes[row] : sha256(text)) === evaluated) continue;
      changed++;
      if (examples.length < 3) examples.push(id);
    }
    if (rows >= most) break;
  }
  const removed = Number.isFinite(most) ? 0 : index.size - shared;
  const either = rows + removed;
  return {
    documents: index.size,
    rows,
    shared,
    changed,
    added: rows - shared,
    removed,
    share: either === 0 ? 0 : (rows - shared + changed + removed) / either,
    examples,
  };
}
