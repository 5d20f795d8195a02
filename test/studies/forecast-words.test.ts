import { expect, test } from 'vitest';
import type { ForecastCurve } from '../../src/model/studies.ts';
import { forecastWords } from '../../src/studies/forecast/words.ts';

const SHARES = [0, 0.5, 1];
const curve = (...means: readonly [number, number, number]): ForecastCurve =>
  means.map((mean, i) => ({ share: SHARES[i] as number, mean, low: mean, high: mean }));
const UNLIKE = { notApplicable: 'the versions have other dimensions' };

test('each way says where it is worst, ends among it, and none that dips is advised', () => {
  // The demo's: new queries over old documents alone stay above what routing falls to, and still below both versions whole.
  const curves = { old: curve(0.542, 0.3, 0.126), new: curve(0.53, 0.54, 0.562), routed: curve(0.542, 0.504, 0.562) };
  expect(forecastWords('nDCG@10', curves, 156)).toBe(
    'Build the new vectors beside the old ones and switch once. In place, nDCG@10 is at its lowest 0.504 for queries routed by tag ' +
      '(50 % backfilled), 0.530 for those of the new version alone (0 %), 0.126 for those of the old version alone (100 %); both versions ' +
      'reach 0.542 over documents of their own. Forecast on 156 judged queries; scores mix too, and thresholds with them.',
  );
});

test.each([
  [
    'routing',
    curve(0.5, 0.1, 0.1),
    curve(0.1, 0.1, 0.6),
    curve(0.5, 0.495, 0.6),
    /in place, as long as every query is embedded under both/,
  ],
  [
    'new queries',
    curve(0.5, 0.1, 0.1),
    curve(0.495, 0.55, 0.6),
    curve(0.5, 0.4, 0.6),
    /in place, if every query is one of the new version/,
  ],
  ['old queries', curve(0.5, 0.55, 0.5), curve(0.1, 0.1, 0.6), curve(0.5, 0.4, 0.6), /in place, if every query is one of the old version/],
  ['routing where others are no better', curve(0.5, 0.5, 0.5), curve(0.5, 0.5, 0.5), curve(0.5, 0.5, 0.5), /embedded under both/],
])('what stays level is advised: %s', (_, old, fresh, routed, words) => {
  const text = forecastWords('R@10', { old, new: fresh, routed }, 1);
  expect(text).toMatch(words);
  expect(text).not.toContain('switch once');
  expect(text).toContain('Forecast on 1 judged query;');
});

test('a way without the read guard says so', () => {
  const fresh = curve(0.5, 0.55, 0.6);
  expect(forecastWords('R@10', { old: curve(0.5, 0.1, 0.1), new: fresh, routed: curve(0.5, 0.4, 0.6) }, 9)).toContain(
    'no read guard refuses the mix',
  );
});

test('versions of other dimensions can only be routed', () => {
  const routed = curve(0.5, 0.4, 0.6);
  const text = forecastWords('R@10', { old: UNLIKE, new: UNLIKE, routed }, 9);
  expect(text).toContain('In place, R@10 is at its lowest 0.400 for queries routed by tag (50 % backfilled);');
  expect(text).toContain('Build the new vectors beside the old ones and switch once.');
});
