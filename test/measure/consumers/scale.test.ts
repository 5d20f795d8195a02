import { describe, expect, it } from 'vitest';
import { consumerResult } from '../../../src/measure/consumers/consumer-result.ts';
import { ascending, ascendingConsumer, asWritten, thresholdWarnings } from '../../../src/measure/consumers/scale.ts';
import type { PairSample } from '../../../src/measure/consumers/threshold.ts';
import type { Consumer, Scale } from '../../../src/model/config.ts';

const OLD = [0.95, 0.9, 0.85, 0.8, 0.6];
const NEW = [0.8, 0.7, 0.65, 0.5, 0.2];

function consumer(scale: Scale, threshold: number, accepted: number | null = null): Consumer {
  const base = { name: 'c', pairs: 'query-document', among: 'top-k', k: 10, keep: 'pass-rate', tolerance: 0.02, usedBy: null } as const;
  return { ...base, threshold, accepted, ...(scale === 'cosine' ? {} : { scale }) };
}

function sample(cosines: readonly number[], scale: Scale): PairSample {
  return { keys: cosines.map((_, i) => `p${i}`), scores: cosines.map((cosine) => ascending(scale, cosine)), labels: null, relevant: 0 };
}

function measured(of: Consumer) {
  const scale = of.scale ?? 'cosine';
  const result = consumerResult(ascendingConsumer(of), sample(OLD, scale), sample(NEW, scale));
  return asWritten({ ...result, outOfSample: { notApplicable: 'one need' }, intervals: null }, of);
}

/** Each scale's value of a cosine, by its formula. */
const WRITTEN: Readonly<Record<Scale, (cosine: number) => number>> = {
  cosine: (cosine) => cosine,
  unit: (cosine) => (1 + cosine) / 2,
  distance: (cosine) => 1 - cosine,
  l2: (cosine) => Math.sqrt(2 - 2 * cosine),
  'squared-l2': (cosine) => 2 - 2 * cosine,
};

describe.each(Object.keys(WRITTEN) as Scale[])('a consumer on the scale %s', (scale) => {
  // 0.82 lets three of five pairs pass; under the new version 0.6 does.
  const result = measured(consumer(scale, WRITTEN[scale](0.82), WRITTEN[scale](0.6)));

  it('decides every pair as the same cosine does', () => {
    expect(result.before.passRate).toBe(0.6);
    expect(result.unchanged.passRate).toBe(0);
    expect(result.accepted?.passRate).toBe(0.6);
    expect(result).toMatchObject({ withinTolerance: true, flips: { common: 5, lost: 3, gained: 0 } });
  });

  it('has every threshold and the translation in that scale', () => {
    expect(result.before.threshold).toBe(WRITTEN[scale](0.82));
    expect(result.accepted?.threshold).toBe(WRITTEN[scale](0.6));
    const translated = result.translated?.threshold ?? Number.NaN;
    const [cut, passes] = [WRITTEN[scale](0.5), WRITTEN[scale](0.65)].sort((a, b) => a - b);
    expect(translated).toBeGreaterThanOrEqual(cut ?? Number.NaN);
    expect(translated).toBeLessThanOrEqual(passes ?? Number.NaN);
    expect(result.translated?.passRate).toBe(0.6);
  });
});

describe('what is odd about a threshold', () => {
  it('a distance that is read as a cosine passes everything, and that is said', () => {
    const warnings = thresholdWarnings(measured(consumer('cosine', 0.15, 0.15)));
    expect(warnings[0]).toMatch(/^Every pair passes 0.15 under the old version\. It is read as a cosine/);
    expect(warnings).toHaveLength(2);
  });

  it('one that nothing passes under the new version is said too, in its scale', () => {
    expect(thresholdWarnings(measured(consumer('distance', 0.18)))).toEqual([
      'No pair passes 0.18 under the new version. It is read as `scale: distance`.',
    ]);
  });

  it('a translation that moves pass rate or recall by more than a third', () => {
    const result = measured(consumer('cosine', 0.62));
    const effect = { threshold: 0.4, passRate: 0.5, precision: 0.5, recall: 0.6, f1: 0.5, judgedShare: 1 };
    const moved = { ...result, before: { ...effect, passRate: 0.8, recall: 0.5 }, translated: effect, unchanged: effect };
    expect(thresholdWarnings(moved)).toEqual(['The translated value 0.4 moves the pass rate from 80.0 % to 50.0 %.']);
    expect(thresholdWarnings({ ...moved, translated: { ...effect, passRate: 0.6, recall: 0.3 } })).toEqual([
      'The translated value 0.4 moves the recall from 50.0 % to 30.0 %.',
    ]);
    expect(thresholdWarnings({ ...moved, translated: { ...effect, passRate: 0.7, recall: 0.4 } })).toEqual([]);
  });
});
