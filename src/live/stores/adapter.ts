import type { StoreContext, StoreSpec } from '../../model/store.ts';
import type { ColumnStore } from './column-store.ts';
import type { RowStore } from './live-store.ts';

/** A store of either layout. */
export type AnyStore = RowStore | ColumnStore;

/** One file of `store/adapters/` implements this and is in the registry there. */
export interface StoreAdapter {
  readonly id: string;
  readonly title: string;
  /** Fields of the spec that must be given. */
  readonly needs: readonly ('path' | 'urlFrom' | 'table')[];
  /** Opens a store that is there; nothing is created. @throws CutoverError STORE_* */
  open(spec: StoreSpec, context: StoreContext): Promise<AnyStore>;
}
