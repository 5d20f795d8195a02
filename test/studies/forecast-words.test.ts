import { expect, test } from 'vitest';
import type { ForecastCurve } from '../../src/model/studies.ts';
import { forecastWords } from '../../src/studies/backfill-forecast.ts';

const SHARES = [0, 0.5, 1];
const curve = (...means: readonly [number, number, number]): ForecastCurve =>
  means.map((mean, i) => ({ share: SHARES[i] as number, mean, low: mean, high: mean }));
const UNLIKE = { notApplicable: 'the versions have other dimensions' };

test('each way says where it is worst, ends among it, and none that dips is advised', () => {
  // The demo's: new queries over old documents alone stay above what routing falls to, and still below what people find today.
  const curves = { old: curve(0.542, 0.3, 0.126), new: curve(0.53, 0.54, 0.562), routed: curve(0.542, 0.504, 0.562) };
  expect(forecastWords('nDCG@10', curves, 156).summary).toBe(
    'Build the new vectors beside the old ones and switch once. In place, nDCG@10 is at its lowest 0.504 with queries routed by tag ' +
      '(50 % done), 0.530 with new queries only (0 % done), 0.126 with old queries only (100 % done). Today it is 0.542, after the ' +
      'switch 0.562 (156 judged queries). Score thresholds are unreliable until the switch is done.',
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
  const { advice, summary: text } = forecastWords('R@10', { old, new: fresh, routed }, 1);
  expect(text.startsWith(`${advice} `)).toBe(true);
  expect(text).toMatch(words);
  expect(text).not.toContain('switch once');
  expect(text).toContain('(1 judged query)');
});

test('a way without the read guard says so', () => {
  const fresh = curve(0.5, 0.55, 0.6);
  expect(forecastWords('R@10', { old: curve(0.5, 0.1, 0.1), new: fresh, routed: curve(0.5, 0.4, 0.6) }, 9).advice).toContain(
    'no read guard refuses the mix',
  );
});

test('versions of other dimensions can only be routed', () => {
  const routed = curve(0.5, 0.4, 0.6);
  const text = forecastWords('R@10', { old: UNLIKE, new: UNLIKE, routed }, 9).summary;
  expect(text).toContain('In place, R@10 is at its lowest 0.400 with queries routed by tag (50 % done).');
  expect(text).toContain('Build the new vectors beside the old ones and switch once.');
});

test('a version that finds less is advised no way through, and both ends are said', () => {
  // What demo:broken measures.
  const curves = { old: curve(0.543, 0.4, 0.2), new: curve(0.349, 0.37, 0.397), routed: curve(0.543, 0.426, 0.397) };
  const text = forecastWords('nDCG@10', curves, 312).summary;
  expect(text).toMatch(/^No way through is advised: the new version finds less than the old one/);
  expect(text).not.toMatch(/backfilled in place|switch once|both versions reach/);
  expect(text).toContain('Today it is 0.543, after the switch 0.397');
});
