import { sampleWithout, seededRandom } from '../../core/random.ts';
import { type Weighing, weighedMean } from '../../measure/columns.ts';
import { parseMeasure } from '../../measure/measure-name.ts';
import { qualityColumns } from '../../measure/quality-columns.ts';
import type { Qrels } from '../../model/dataset.ts';
import { DEFAULT_MEASURE } from '../../model/metric.ts';
import type { Run } from '../../model/search.ts';

/** Weights of the vectors that are tried, 0 to 1. */
const STEPS = 20;

/** Whether each query's need is in the second half of the needs; halves are drawn by the seed. */
export function halvesOf(needs: readonly string[], seed: number): boolean[] {
  const all = [...new Set(needs)].sort();
  const second = new Set(sampleWithout(seededRandom(seed, 'pipeline halves'), all.length, Math.floor(all.length / 2)).map((i) => all[i]));
  return needs.map((need) => second.has(need));
}

/**
 * The weight of the vectors that is best by {@link DEFAULT_MEASURE} on each half of the needs. Of equals the one nearest to one half.
 * @param fused the pipeline's run at a weight
 * @returns the best on the first half, then on the second; each is to be judged on the other one
 */
export function tunedWeights(
  fused: (weight: number) => Run,
  qrels: Qrels,
  queries: Weighing & { readonly ids: readonly string[] },
  halves: readonly boolean[],
): readonly [number, number] {
  const measure = parseMeasure(DEFAULT_MEASURE);
  const weights = Array.from({ length: STEPS + 1 }, (_, i) => i / STEPS).sort((a, b) => Math.abs(a - 0.5) - Math.abs(b - 0.5) || a - b);
  const values = weights.map(
    (weight) => qualityColumns([measure], fused(weight), qrels, queries.ids).columns[measure.name]?.perQuery ?? [],
  );
  const bestOn = (half: boolean): number => {
    const means = values.map(
      (column) =>
        weighedMean(
          column.map((value, i) => (halves[i] === half ? value : null)),
          queries,
        ) ?? 0,
    );
    const most = means.reduce((a, b) => Math.max(a, b), 0);
    return weights[means.indexOf(most)] ?? 0.5;
  };
  return [bestOn(false), bestOn(true)];
}
