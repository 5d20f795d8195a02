import { neighbourColumns } from '../../measure/neighbour-columns.ts';
import { quantile } from '../../measure/stats/quantile.ts';
import type { Run } from '../../model/search.ts';
import type { NoiseSample } from '../../model/studies.ts';

/** Collects how far lists and scores of one version are from its own, over queries and repetitions. */
export class NoiseCollector {
  readonly #losses: ReadonlyMap<number, number[]>;
  readonly #scores: number[] = [];
  #repetitions = 0;
  #queries = 0;

  /** @param cutoffs k of the overlaps */
  constructor(cutoffs: readonly number[]) {
    this.#losses = new Map(cutoffs.map((cutoff) => [cutoff, []]));
  }

  /** @param scoreDifferences of this repetition, signed or not */
  add(before: Run, after: Run, scoreDifferences: readonly number[]): void {
    const ids = [...before.keys()];
    for (const [cutoff, losses] of this.#losses) {
      const column = neighbourColumns([`overlap@${cutoff}`], before, after, ids)[`overlap@${cutoff}`];
      for (const overlap of column?.perQuery ?? []) if (overlap !== null) losses.push(1 - overlap);
    }
    for (const difference of scoreDifferences) this.#scores.push(Math.abs(difference));
    this.#repetitions++;
    this.#queries = ids.length;
  }

  /** @throws RangeError when nothing was added */
  sample(): NoiseSample {
    const losses = [...this.#losses].map(([cutoff, values]) => [String(cutoff), { mean: meanOf(values), p95: quantile(values, 0.95) }]);
    return {
      repetitions: this.#repetitions,
      queries: this.#queries,
      overlapLoss: Object.fromEntries(losses),
      scoreDifference: { p95: quantile(this.#scores, 0.95), max: this.#scores.reduce((most, value) => Math.max(most, value), 0) },
    };
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
