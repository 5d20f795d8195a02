import type { TextItem } from '../contract/embedder.ts';

const LARGEST = 16;

/**
 * Cuts a list of texts into tasks for a pool: longest texts first over all, so that no worker is left with a long one
 * at the end; at most 16 a task, and enough tasks for every worker to get several.
 * @returns indexes into `items`, each once
 */
export function groupByLength(items: readonly TextItem[], workers: number): number[][] {
  const order = items.map((_, index) => index).sort((a, b) => lengthOf(items, b) - lengthOf(items, a) || a - b);
  const size = Math.max(1, Math.min(LARGEST, Math.ceil(items.length / (workers * 8))));
  const groups: number[][] = [];
  for (let start = 0; start < order.length; start += size) groups.push(order.slice(start, start + size));
  return groups;
}

function lengthOf(items: readonly TextItem[], index: number): number {
  return items[index]?.text.length ?? 0;
}
