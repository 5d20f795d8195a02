import type { StoreContext, StoreSpec } from '../../model/store.ts';
import type { TextSource } from './beside/texts.ts';
import type { ColumnStore } from './column-store.ts';

/** What an adapter may know beside the configuration. */
export interface OpenContext extends StoreContext {
  /** The texts of documents, for a store that keeps none. */
  readonly corpus?: () => Promise<TextSource>;
}

/** One kind of store: one file of this folder and one line of its registry. */
export interface StoreAdapter {
  readonly id: string;
  readonly title: string;
  /** Fields of the spec that must be given. */
  readonly needs: readonly ('path' | 'urlFrom' | 'table')[];
  /** Opens a store that is there; nothing is created. @throws CutoverError STORE_* */
  open(spec: StoreSpec, context: OpenContext): Promise<ColumnStore>;
}
