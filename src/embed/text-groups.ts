import type { TextItem } from './embedder.ts';

const LARGEST = 16;
/** What is left is shared out as if each worker were to come back so many times. */
const TURNS = 8;

/**
 * Cuts a list of texts into tasks for a pool: longest texts first over all, at most 16 a task, and fewer the fewer texts are left, so
 * that no worker is left with much at the end.
 * Source: Polychronopoulos & Kuck 1987, guided self-scheduling, doi:10.1109/TC.1987.5009495
 * @returns indexes into `items`, each once
 */
export function groupByLength(items: readonly TextItem[], workers: number): number[][] {
  const order = items.map((_, index) => index).sort((a, b) => lengthOf(items, b) - lengthOf(items, a) || a - b);
  const groups: number[][] = [];
  for (let start = 0; start < order.length; ) {
    const size = Math.min(LARGEST, Math.ceil((order.length - start) / (workers * TURNS)));
    groups.push(order.slice(start, start + size));
    start += size;
  }
  return groups;
}

function lengthOf(items: readonly TextItem[], index: number): number {
  return items[index]?.text.length ?? 0;
}
