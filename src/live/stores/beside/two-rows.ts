import type { Refusal } from '../live-store.ts';

/** What a store of cutover 0.1 is told, which kept a row of each version of a document. */
export const TWO_ROWS: Refusal = {
  reason: 'it has two rows a document, which cutover 0.1 wrote: one of each version',
  next: 'Read docs/guides/tags-and-rollback.md, "From two rows a document to one": finish or undo that migration with version 0.1 first',
};
