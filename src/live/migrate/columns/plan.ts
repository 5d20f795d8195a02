import type { Fingerprint } from '../../../core/brand.ts';
import type { StoreOptions } from '../../store-access.ts';
import type { ColumnStore } from '../../stores/column-store.ts';
import type { Filler } from './filler.ts';

/** How long the backfill will take, by embedding a few rows of the table here. */
export interface Estimate {
  /** Rows that the new version lacks. */
  readonly rows: number;
  /** Texts embedded, and how many a second; null where no row lacks anything. */
  readonly measured: number;
  readonly perSecond: number | null;
  readonly hours: number | null;
}

/** Rows embedded for the estimate. */
const SAMPLE = 16;

export async function estimate(
  { store, filler, options }: { readonly store: ColumnStore; readonly filler: Filler; readonly options: StoreOptions },
  tag: Fingerprint,
): Promise<Estimate> {
  const texts: string[] = [];
  let rows = 0;
  for await (const batch of store.read({ vectors: false, rough: true })) {
    rows += batch.ids.length;
    for (const text of batch.texts ?? []) if (text !== null && texts.length < SAMPLE) texts.push(text);
  }
  if (texts.length === 0) return { rows, measured: 0, perSecond: null, hours: null };
  const embedder = await filler.embedder(tag);
  // The model is loaded by the first text.
  await embedder.dimension(texts[0] ?? '');
  const began = options.clock();
  for (const text of texts) await embedder.dimension(text);
  const perSecond = (1000 * texts.length) / Math.max(1, options.clock() - began);
  return { rows, measured: texts.length, perSecond, hours: rows / perSecond / 3600 };
}
