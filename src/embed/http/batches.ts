import type { RequestLimits } from '../../model/version.ts';

/** Texts of one request. */
export interface Batch {
  /** Place of the first of them. */
  readonly start: number;
  readonly texts: readonly string[];
}

/** As many texts a request as the limits allow; a text longer than that goes alone. */
export function batchesOf(texts: readonly string[], { batch, characters }: Pick<RequestLimits, 'batch' | 'characters'>): Batch[] {
  const batches: Batch[] = [];
  let open: string[] = [];
  let size = 0;
  const close = (next: number): void => {
    if (open.length > 0) batches.push({ start: next - open.length, texts: open });
    open = [];
    size = 0;
  };
  for (const [i, text] of texts.entries()) {
    if (open.length >= batch || size + text.length > characters) close(i);
    open.push(text);
    size += text.length;
  }
  close(texts.length);
  return batches;
}
