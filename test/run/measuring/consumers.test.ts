import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import type { Consumer } from '../../../src/model/config.ts';
import type { Qrels, Query } from '../../../src/model/dataset.ts';
import { consumerResults } from '../../../src/run/measuring/consumers.ts';
import { rankings, sideOf } from '../rankings.ts';

const base: Consumer = {
  name: 'rag-floor',
  threshold: 0.8,
  pairs: 'query-document',
  among: 'top-k',
  k: 5,
  keep: 'precision',
  tolerance: 0.02,
  usedBy: null,
  accepted: null,
};

/** Queries with five results each, of which those that score high are relevant more often; the new version scores 0.2 lower. */
function collection(count: number, perNeed = 1) {
  const random = seededRandom(3, 'collection');
  const qrels = new Map<string, Map<string, number>>();
  const lists: Record<string, (readonly [string, number])[]> = {};
  for (let q = 0; q < count; q++) {
    const scores = Array.from({ length: 5 }, () => 0.6 + 0.4 * random.next()).sort((a, b) => b - a);
    lists[`q${q}`] = scores.map((score, i) => [`d${q}-${i}`, score]);
    qrels.set(`q${q}`, new Map(scores.map((score, i) => [`d${q}-${i}`, random.next() < score - 0.3 ? 1 : 0])));
  }
  const lower = Object.fromEntries(Object.entries(lists).map(([id, list]) => [id, list.map(([d, score]) => [d, score - 0.2] as const)]));
  const queries: Query[] = Object.keys(lists).map((id, i) => ({ id, need: `n${Math.floor(i / perNeed)}`, text: id, slices: {} }));
  return { sides: { old: sideOf(rankings(lists, 5)), new: sideOf(rankings(lower, 5)) }, dataset: { qrels: qrels as Qrels, queries } };
}

describe('intervals of a consumer', () => {
  const { sides, dataset } = collection(80);
  const [result] = consumerResults([{ ...base, accepted: 0.6 }], sides, dataset, 7);

  it('hold the translated value, precision and recall at the old and the new value', () => {
    const { intervals, translated, before, accepted } = result ?? {};
    expect(translated?.threshold).toBeCloseTo(0.6, 1);
    expect(intervals).toMatchObject({ confidence: 0.95, resamples: 1000, by: 'need' });
    expect(intervals?.threshold?.lower).toBeLessThanOrEqual(translated?.threshold ?? 0);
    expect(intervals?.threshold?.upper).toBeGreaterThanOrEqual(translated?.threshold ?? 1);
    for (const [effect, bounds] of [
      [before, intervals?.before],
      [accepted, intervals?.accepted],
    ] as const) {
      for (const [value, own] of [
        [effect?.passRate, bounds?.passRate],
        [effect?.precision, bounds?.precision],
        [effect?.recall, bounds?.recall],
      ] as const) {
        expect(own?.lower).toBeLessThan(value ?? -1);
        expect(own?.upper).toBeGreaterThan(value ?? 2);
      }
    }
  });

  it('are beside a check on other needs, and beside bounds where they are asked for', () => {
    expect(result?.outOfSample).toMatchObject({ splits: 100 });
    expect(result).not.toHaveProperty('keptBounds');
    const [surer] = consumerResults([{ ...base, bound: 'lower', tolerance: 0.1, scale: 'distance', threshold: 0.2 }], sides, dataset, 7);
    const value = surer?.translated?.threshold ?? 0;
    expect(surer?.keptBounds?.translated?.lower).toBeGreaterThanOrEqual(-0.1);
    expect(surer?.patch).toContain(`bound: lower, accepted: ${value}`);
    const [accepted] = consumerResults(
      [{ ...base, bound: 'lower', tolerance: 0.1, scale: 'distance', threshold: 0.2, accepted: value }],
      sides,
      dataset,
      7,
    );
    expect(accepted).toMatchObject({ withinTolerance: true, keptBounds: { accepted: surer?.keptBounds?.translated ?? {} } });
    expect(
      consumerResults([base], sides, { ...dataset, queries: dataset.queries.map((query) => ({ ...query, need: 'one' })) }, 7)[0],
    ).toMatchObject({
      outOfSample: { notApplicable: 'Two halves to choose and to check on need 20 needs or items, not 1.' },
    });
  });

  it('are null where a quantity is undefined in most resamples: nothing passes the old value any more', () => {
    expect(result?.unchanged).toMatchObject({ passRate: 0, precision: null });
    expect(result?.intervals?.unchanged).toMatchObject({ passRate: { lower: 0, upper: 0 }, precision: null });
  });

  it('are the same for the same seed and others for another', () => {
    expect(consumerResults([{ ...base, accepted: 0.6 }], sides, dataset, 7)[0]).toEqual(result);
    expect(consumerResults([{ ...base, accepted: 0.6 }], sides, dataset, 8)[0]?.intervals).not.toEqual(result?.intervals);
  });

  it('are wider by need than by query where paraphrases agree', () => {
    const twins = (perNeed: number) => {
      const { sides: single, dataset: judged } = collection(20);
      const copy = (side: typeof single.old) =>
        sideOf(
          rankings(
            Object.fromEntries(
              Array.from({ length: 80 }, (_, i) => {
                const row = Math.floor(i / 4);
                const list = Array.from({ length: 5 }, (_, rank): [string, number] => [
                  `d${row}-${rank}`,
                  side.served.scores[row * 5 + rank] ?? 0,
                ]);
                return [`q${i}`, list];
              }),
            ),
            5,
          ),
        );
      const qrels = new Map(Array.from({ length: 80 }, (_, i) => [`q${i}`, judged.qrels.get(`q${Math.floor(i / 4)}`) ?? new Map()]));
      const queries = Array.from({ length: 80 }, (_, i) => ({ id: `q${i}`, need: `n${Math.floor(i / perNeed)}`, text: '', slices: {} }));
      const [one] = consumerResults([base], { old: copy(single.old), new: copy(single.new) }, { qrels, queries }, 7);
      const bounds = one?.intervals?.before.precision;
      return (bounds?.upper ?? 0) - (bounds?.lower ?? 0);
    };
    expect(twins(4)).toBeGreaterThan(1.5 * twins(1));
  });

  it('are null for one need', () => {
    const one = { ...dataset, queries: dataset.queries.map((query) => ({ ...query, need: 'n' })) };
    expect(consumerResults([base], sides, one, 7)[0]?.intervals).toBeNull();
  });
});

describe('pairs of documents', () => {
  const nearest = (shift: number) =>
    rankings(
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`d${i}`, [[`d${(i + 1) % 40}`, 0.5 + i / 100 - shift] as const]])),
      1,
    );
  const sides = {
    old: sideOf(rankings({ q: [['d1', 0.9]] }, 1), { nearestDocuments: nearest(0) }),
    new: sideOf(rankings({ q: [['d1', 0.9]] }, 1), { nearestDocuments: nearest(0.2) }),
  };
  const consumer: Consumer = {
    ...base,
    name: 'near-duplicate',
    pairs: 'document-document',
    among: 'nearest',
    keep: 'pass-rate',
    threshold: 0.8,
  };

  it('are resampled by item, without labels', () => {
    const [result] = consumerResults([consumer], sides, { qrels: null, queries: [] }, 7);
    expect(result?.before.passRate).toBe(10 / 40);
    expect(result?.intervals).toMatchObject({ by: 'item', before: { precision: null, recall: null }, accepted: null });
    expect(result?.intervals?.before.passRate?.lower).toBeLessThan(10 / 40);
    expect(result?.intervals?.before.passRate?.upper).toBeGreaterThan(10 / 40);
  });

  it('carry a line to paste until a value is accepted that holds', () => {
    const patch = (accepted: number | null) =>
      consumerResults([{ ...consumer, accepted }], sides, { qrels: null, queries: [] }, 7)[0]?.patch;
    expect(patch(null)).toBe(
      '- { name: near-duplicate, threshold: 0.8, pairs: document-document, among: nearest, keep: pass-rate, tolerance: 0.02, accepted: 0.6 }',
    );
    expect(patch(0.9)).toBe(patch(null));
    expect(patch(0.6)).toBeNull();
  });

  it('and none at all is an error', () => {
    const none = { old: sideOf(rankings({ q: [['d1', 0.9]] }, 1)), new: sideOf(rankings({ q: [['d1', 0.9]] }, 1)) };
    expect(() => consumerResults([consumer], none, { qrels: null, queries: [] }, 7)).toThrow('near-duplicate has no pairs');
  });
});
