import type { StoreContext, StoreSpec } from '../../model/store.ts';
import type { ColumnStore } from './column-store.ts';
import type { RowStore } from './live-store.ts';

/** A store of either layout. */
export type AnyStore = RowStore | ColumnStore;

/** One kind of store: one file of this folder and one line of its registry. */
export interface StoreAdapter {
  readonly id: string;
  readonly title: string;
  /** Fields of the spec that must be given. */
  readonly needs: readonly ('path' | 'urlFrom' | 'table')[];
  /** Opens a store that is there; nothing is created. @throws CutoverError STORE_* */
  open(spec: StoreSpec, context: StoreContext): Promise<AnyStore>;
}
