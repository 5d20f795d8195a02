import { isNotApplicable, type NotApplicable } from '../../core/absence.ts';
import { overlapLossOverNoise } from '../../measure/metrics/summary/overlapLossOverNoise.ts';
import type { Config } from '../../model/config.ts';
import type { Studies } from '../../model/studies.ts';
import { cutoffsOf } from '../../studies/noise-floor.ts';

/** `overlapLossOverNoise@10` and every other cutoff that is named; why where there is none. */
export function studyValues(config: Pick<Config, 'metrics' | 'policy'>, studies: Studies | null): Record<string, number | NotApplicable> {
  const value = (cutoff: number): number | NotApplicable => {
    if (studies === null) return { notApplicable: 'the studies have not run: `cutover study` measures the noise floor' };
    const { noiseFloor } = studies;
    if (isNotApplicable(noiseFloor)) return noiseFloor;
    return noiseFloor.overlap[cutoff]?.overNoise ?? { notApplicable: `fewer than ${cutoff} results are kept for each query` };
  };
  return Object.fromEntries(cutoffsOf(config).map((cutoff) => [`${overlapLossOverNoise.id}@${cutoff}`, value(cutoff)]));
}
