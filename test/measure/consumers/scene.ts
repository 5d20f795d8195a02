import { seededRandom } from '../../../src/core/random.ts';
import { type GroupedSides, groupedSides, type PairsOfSides } from '../../../src/measure/consumers/grouped-pairs.ts';
import type { Consumer } from '../../../src/model/config.ts';

export const consumer: Consumer = {
  name: 'floor',
  threshold: 0.7,
  pairs: 'query-document',
  among: 'top-k',
  k: 10,
  keep: 'precision',
  tolerance: 0.02,
  usedBy: null,
  accepted: null,
};

/** Of each need its pairs: score under the old version, under the new one, and label. */
export type Need = readonly (readonly [old: number, fresh: number, label: number])[];

export function pairsOf(needs: readonly Need[]): PairsOfSides {
  const pairs = needs.flatMap((need, n) => need.map(([old, fresh, label], i) => ({ old, fresh, label, need: `n${n}`, key: `n${n}-${i}` })));
  const existing = new Map(needs.map((need, n) => [`n${n}`, need.filter(([, , label]) => label === 1).length]));
  const side = (which: 'old' | 'fresh') => ({
    sample: {
      keys: pairs.map(({ key }) => key),
      scores: Float64Array.from(pairs, (pair) => pair[which]),
      labels: Int8Array.from(pairs, ({ label }) => label),
      relevant: pairs.filter(({ label }) => label === 1).length,
    },
    groups: pairs.map(({ need }) => need),
    existing,
  });
  return { old: side('old'), new: side('fresh') };
}

export const sidesOf = (needs: readonly Need[]): GroupedSides => groupedSides(pairsOf(needs));

/** Ten pairs a need; the higher the score, the likelier relevant, some needs more than others. The new version scores 0.2 lower, with noise. */
export function drawnSides(count: number, seed: number): GroupedSides {
  const random = seededRandom(seed, 'scene');
  const noise = (width: number): number => width * (random.next() - 0.5);
  return sidesOf(
    Array.from({ length: count }, () => {
      const own = noise(0.5);
      return Array.from({ length: 10 }, () => {
        const score = random.next();
        return [score + noise(0.1), score - 0.2 + noise(0.3), random.next() < score + own ? 1 : 0] as const;
      });
    }),
  );
}

export const everyGroup = ({ groups }: GroupedSides): Int32Array => Int32Array.from({ length: groups }, (_, i) => i);
