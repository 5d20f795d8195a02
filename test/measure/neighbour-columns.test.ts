import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apCorrelation } from '../../src/measure/metrics/neighbour/apCorrelation.ts';
import { kendall } from '../../src/measure/metrics/neighbour/kendall.ts';
import { rbo } from '../../src/measure/metrics/neighbour/rbo.ts';
import { churnColumns, indexColumns, neighbourColumns } from '../../src/measure/neighbour-columns.ts';
import { REGISTRY } from '../../src/measure/registry.ts';
import { goldenJson, goldenRun, runOf } from './golden.ts';

const [old, fresh] = [goldenRun('old.run'), goldenRun('new.run')];
const expected: Record<string, Record<string, number>> = goldenJson('expected.json').overlap.per_query;

describe('goldens', () => {
  const ids = Object.keys(expected).sort();
  const names = ['overlap', 'jaccard'].flatMap((id) => [1, 5, 10, 50].map((k) => `${id}@${k}`)).concat('rbo@50', 'kendall@50');
  const columns = neighbourColumns(names, old, fresh, ids);

  test.each(names)('%s is as the reference has it', (name) => {
    expect(ids.length).toBe(58);
    ids.forEach((id, i) => {
      const value = expected[id]?.[name];
      const found = columns[name]?.perQuery[i];
      if (value === undefined) expect(found, id).toBeNull();
      else expect(found, id).toBeCloseTo(value, 9);
    });
  });
});

describe('absence', () => {
  const names = ['overlap@5', 'jaccard@5', 'rbo@5', 'kendall@5', 'apCorrelation@5', 'topChange'];

  test('a query that either run lacks has no value', () => {
    const columns = neighbourColumns(names, runOf({ a: ['x'], b: ['x'] }), runOf({ b: ['x'], c: ['x'] }), ['a', 'b', 'c']);
    for (const column of Object.values(columns)) expect([column.perQuery[0], column.perQuery[2]]).toEqual([null, null]);
    expect(columns['overlap@5']?.n).toBe(1);
  });

  test('two empty lists have no value, one empty list shares nothing', () => {
    const both = neighbourColumns(names, runOf({ q: [] }), runOf({ q: [] }), ['q']);
    expect(Object.values(both).map(({ perQuery }) => perQuery[0])).toEqual([null, null, null, null, null, null]);
    const one = neighbourColumns(names, runOf({ q: ['a'] }), runOf({ q: [] }), ['q']);
    expect(Object.values(one).map(({ perQuery }) => perQuery[0])).toEqual([0, 0, 0, null, null, null]);
  });

  test('one shared document has no order', () => {
    expect(kendall.compute(['a', 'b'], ['a', 'c'], 2)).toBeNull();
    expect(apCorrelation.compute(['a', 'b'], ['a', 'c'], 2)).toBeNull();
  });

  test('a metric of another kind is refused', () => {
    expect(() => neighbourColumns(['nDCG@10'], old, fresh, ['q00'])).toThrow(TypeError);
  });
});

describe('properties', () => {
  const list = fc.shuffledSubarray([...'abcdefghijkl'], { minLength: 1 });
  const cutoff = fc.integer({ min: 1, max: 15 });

  test('bounds and identity', () => {
    fc.assert(
      fc.property(list, list, cutoff, (a, b, k) => {
        for (const metric of REGISTRY.neighbour) {
          const value = metric.compute(a, b, k);
          if (value === null) continue;
          expect(value).toBeGreaterThanOrEqual(metric.range[0]);
          expect(value).toBeLessThanOrEqual((metric.range[1] as number) + 1e-12);
        }
        expect(rbo.compute(a, a, k)).toBeCloseTo(1, 12);
        if (a.length > 1 && k > 1) expect([kendall.compute(a, a, k), apCorrelation.compute(a, a, k)]).toEqual([1, 1]);
      }),
    );
  });

  test('all but the AP correlation are symmetric', () => {
    fc.assert(
      fc.property(list, list, cutoff, (a, b, k) => {
        for (const metric of REGISTRY.neighbour) {
          if (metric.id === 'apCorrelation') continue;
          expect(metric.compute(a, b, k)).toEqual(metric.compute(b, a, k));
        }
      }),
    );
  });

  test('kendall counts pairs as the definition does', () => {
    fc.assert(
      fc.property(list, list, cutoff, (a, b, k) => {
        const shared = a.slice(0, k).filter((id) => b.slice(0, k).includes(id));
        fc.pre(shared.length > 1);
        let sum = 0;
        for (const [i, x] of shared.entries()) for (const y of shared.slice(i + 1)) sum += Math.sign(b.indexOf(y) - b.indexOf(x));
        expect(kendall.compute(a, b, k)).toBeCloseTo(sum / ((shared.length * (shared.length - 1)) / 2), 12);
      }),
    );
  });

  test('the AP correlation is its defining sum', () => {
    fc.assert(
      fc.property(list, list, cutoff, (a, b, k) => {
        const order = b.slice(0, k).filter((id) => a.slice(0, k).includes(id));
        fc.pre(order.length > 1);
        const correct = (i: number) => order.slice(0, i).filter((id) => a.indexOf(id) < a.indexOf(order[i] as string)).length;
        const sum = order.slice(1).reduce((total, _, i) => total + correct(i + 1) / (i + 1), 0);
        expect(apCorrelation.compute(a, b, k)).toBeCloseTo((2 * sum) / (order.length - 1) - 1, 12);
      }),
    );
  });
});

describe('rankChurn', () => {
  const qrels = new Map([
    [
      'q',
      new Map([
        ['a', 1],
        ['b', 2],
        ['c', 1],
        ['x', 0],
        ['y', -1],
      ]),
    ],
  ]);

  test('a missing document counts as one place behind the cutoff', () => {
    // a: 1 → 3; b: 4 → 11; c is in neither; x and y are not relevant.
    const runs = { old: runOf({ q: ['a', 'x', 'y', 'b'] }), new: runOf({ q: ['y', 'x', 'a'] }) };
    expect(churnColumns(['rankChurn@10'], runs, qrels, ['q'])['rankChurn@10']?.perQuery).toEqual([(2 + 7) / 2]);
  });

  test('no relevant document, no judgement or no list: no value', () => {
    const runs = { old: runOf({ q: ['x'], r: ['a'] }), new: runOf({ q: ['x'], r: ['a'] }) };
    expect(churnColumns(['rankChurn@10'], runs, qrels, ['q', 'r', 's'])['rankChurn@10']?.perQuery).toEqual([null, null, null]);
  });
});

describe('annRecall', () => {
  const recall = (served: number[], exact: number[], k: number) => {
    const asRun = (scores: number[]) => new Map([['q', { ids: scores.map(String), scores }]]);
    return indexColumns([`annRecall@${k}`], asRun(served), asRun(exact), ['q'])[`annRecall@${k}`]?.perQuery[0];
  };

  test.each([
    ['a miss', [0.9, 0.8, 0.6], [0.9, 0.8, 0.7], 3, 2 / 3],
    ['a duplicate of the last one is a hit', [0.9, 0.7, 0.7], [0.9, 0.7, 0.7], 2, 1],
    ['float noise is a hit', [0.9, 0.8 - 5e-7], [0.9, 0.8], 2, 1],
    ['more than noise is a miss', [0.9, 0.8 - 5e-6], [0.9, 0.8], 2, 1 / 2],
    ['fewer exact results than k', [0.9, 0.8], [0.9, 0.8], 10, 1],
    ['a short served list', [0.9], [0.9, 0.8], 10, 1 / 2],
    ['nothing served', [], [0.9, 0.8], 2, 0],
    ['only the first k count', [0.9, 0.6, 0.8], [0.9, 0.8, 0.7], 2, 1 / 2],
  ])('%s', (_, served, exact, k, value) => {
    expect(recall(served, exact, k)).toBeCloseTo(value, 12);
  });

  test('no exact result has no value; a query the served run lacks is 0', () => {
    expect(recall([0.5], [], 2)).toBeNull();
    const exact = new Map([['q', { ids: ['a'], scores: [0.5] }]]);
    expect(indexColumns(['annRecall@1'], new Map(), exact, ['q', 'r'])['annRecall@1']?.perQuery).toEqual([0, null]);
  });
});
