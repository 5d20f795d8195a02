import type { Random } from '../../core/random.ts';

/** The whole numbers below n in random order. Fisher & Yates; Durstenfeld 1964, doi:10.1145/364520.364540 */
export function shuffled(random: Random, n: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let last = n - 1; last > 0; last--) {
    const picked = random.below(last + 1);
    [order[last], order[picked]] = [order[picked] as number, order[last] as number];
  }
  return order;
}
