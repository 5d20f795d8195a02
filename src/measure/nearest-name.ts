/** Edits (insert, delete, replace) that turn one text into the other. Source: Levenshtein 1966. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/**
 * The known name most like what was written: letter case counts little, the first of equals wins.
 * @throws RangeError when nothing is known
 * @example nearestName('NDGC', ['R', 'nDCG']) // 'nDCG'
 */
export function nearestName(written: string, known: readonly string[]): string {
  const cost = (name: string): number =>
    editDistance(written.toLowerCase(), name.toLowerCase()) + editDistance(written, name) / (written.length + name.length + 1);
  const [first, ...rest] = known;
  if (first === undefined) throw new RangeError('No names to choose from.');
  return rest.reduce((best, name) => (cost(name) < cost(best) ? name : best), first);
}
