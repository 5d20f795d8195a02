/**
 * Moves the `count` highest scores, and what belongs to them, to the front, in no order (Hoare's quickselect, in place).
 * Source: C. A. R. Hoare 1961, doi:10.1145/366622.366647
 */
export function selectTop(scores: Float32Array, items: Int32Array, count: number): void {
  let low = 0;
  let high = scores.length - 1;
  const last = count - 1;
  while (low < high) {
    const pivot = scores[(low + high) >> 1] as number;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((scores[i] as number) > pivot) i++;
      while ((scores[j] as number) < pivot) j--;
      if (i <= j) swap(scores, items, i++, j--);
    }
    if (last <= j) high = j;
    else if (last >= i) low = i;
    else return;
  }
}

function swap(scores: Float32Array, items: Int32Array, i: number, j: number): void {
  const score = scores[i] as number;
  const item = items[i] as number;
  scores[i] = scores[j] as number;
  items[i] = items[j] as number;
  scores[j] = score;
  items[j] = item;
}
