import { expect, test } from 'vitest';
import type { ForecastCurve } from '../../src/model/studies.ts';
import { forecastWords } from '../../src/studies/backfill-forecast.ts';

const SHARES = [0, 0.5, 1];
const curve = (...means: readonly [number, number, number]): ForecastCurve =>
  means.map((mean, i) => ({ share: SHARES[i] as number, mean, low: mean, high: mean }));
const UNLIKE = { notApplicable: 'the versions have other dimensions' };

test('each way says where it is worst, ends among it', () => {
  // The demo's: new queries over old documents alone stay above what routing falls to.
  const curves = { old: curve(0.542, 0.3, 0.126), new: curve(0.53, 0.54, 0.562), routed: curve(0.542, 0.504, 0.562) };
  expect(forecastWords('nDCG@10', curves, 156)).toBe(
    'If you backfill in place, nDCG@10 falls to 0.504 with queries routed by tag (50 % done), 0.530 with new queries only (0 % done), ' +
      '0.126 with old queries only (100 % done). Today it is 0.542, after the switch 0.562 (156 judged queries). ' +
      'Score thresholds are unreliable until the switch is done.',
  );
});

test('versions of other dimensions can only be routed', () => {
  const text = forecastWords('R@10', { old: UNLIKE, new: UNLIKE, routed: curve(0.5, 0.4, 0.6) }, 1);
  expect(text).toBe(
    'If you backfill in place, R@10 falls to 0.400 with queries routed by tag (50 % done). Today it is 0.500, after the switch 0.600 (1 judged query). ' +
      'Score thresholds are unreliable until the switch is done.',
  );
});
