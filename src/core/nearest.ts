/** Case and separators apart, so that `max_tokens` and `MaxTokens` both meet `maxTokens`. */
function plain(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Edit distance with neighbours swapped (optimal string alignment, Damerau 1964): each edit costs 1. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? Number.POSITIVE_INFINITY) + 1 : substituted;
      next.push(Math.min(substituted, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** No name is longer, and what is written may be anything. */
const LONGEST = 100;

/**
 * The known name most like what was written: letter case counts little, the first of equals wins.
 * @throws RangeError when nothing is known
 * @example nearestName('NDGC', ['R', 'nDCG']) // 'nDCG'
 */
export function nearestName(long: string, known: readonly string[]): string {
  const written = long.slice(0, LONGEST);
  const cost = (name: string): number =>
    distance(written.toLowerCase(), name.toLowerCase()) + distance(written, name) / (written.length + name.length + 1);
  const [first, ...rest] = known;
  if (first === undefined) throw new RangeError('No names to choose from.');
  return rest.reduce((best, name) => (cost(name) < cost(best) ? name : best), first);
}

/**
 * The known word that a mistyped one most likely means, or null where none is near: at most a third of its letters off.
 * @example nearest('poling', ['pooling', 'prefixes']) // 'pooling'
 */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  const written = plain(word);
  for (const candidate of known) {
    const meant = plain(candidate);
    const most = Math.max(1, Math.floor(candidate.length / 3));
    if (Math.abs(written.length - meant.length) > most) continue;
    const steps = distance(written, meant);
    if (steps < least && steps <= most && steps < meant.length) {
      best = candidate;
      least = steps;
    }
  }
  return best;
}
