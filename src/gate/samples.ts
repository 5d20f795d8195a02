import { type BootstrapSample, bootstrap } from '../measure/stats/bootstrap.ts';
import type { NeedColumn } from '../measure/stats/needs.ts';
import type { Universe } from './item.ts';
import type { Planner } from './planner.ts';

/** Columns to resample, gathered over all rules so that one pass serves them. */
export interface SampleRequest {
  readonly universe: Universe;
  readonly column: NeedColumn;
}

/**
 * Bootstraps every column once, under the evaluation's seed. Columns of one need get no sample: it shows no spread.
 * @returns samples by column.
 */
export function drawSamples({ evaluation, policy, needs }: Planner, requests: readonly SampleRequest[]): Map<NeedColumn, BootstrapSample> {
  const samples = new Map<NeedColumn, BootstrapSample>();
  for (const universe of ['judged', 'all'] as const) {
    const columns = requests.filter((r) => r.universe === universe && r.column.needs.length >= 2).map((r) => r.column);
    if (columns.length === 0) continue;
    const options = { needs: needs[universe].labels.length, resamples: policy.resamples, seed: evaluation.seed };
    bootstrap(columns, options, (sample, i) => {
      const column = columns[i];
      if (column) samples.set(column, sample);
    });
  }
  return samples;
}
