import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMeasure } from '../../src/measure/measure-name.ts';
import { qualityColumns } from '../../src/measure/quality-columns.ts';
import { goldenJson, goldenQrels, goldenRun, runOf } from './golden.ts';

const qrels = goldenQrels();
const judged = [...qrels.keys()].sort();
const expected = goldenJson('expected.json').measures;
const extra = goldenJson('extra-measures.json');

function measure(names: readonly string[], run: ReturnType<typeof goldenRun>, ids: readonly string[]) {
  return qualityColumns(names.map(parseMeasure), run, qrels, ids);
}

describe.each(['old', 'new'] as const)('goldens of %s.run', (side) => {
  const run = goldenRun(`${side}.run`);

  test.each(Object.keys(expected[side].per_query))('%s is as pytrec_eval has it, per query and on average', (name) => {
    const column = measure([name], run, judged).columns[name];
    expect(column?.n).toBe(56);
    expect(column?.mean).toBeCloseTo(expected[side].aggregate[name], 9);
    judged.forEach((id, i) => {
      expect(column?.perQuery[i], id).toBeCloseTo(expected[side].per_query[name][id], 9);
    });
  });

  test.each(Object.keys(extra[side]))('%s is as the reference has it', (name) => {
    const column = measure([name], run, judged).columns[name];
    expect(Object.keys(extra[side][name]).length).toBe(56);
    judged.forEach((id, i) => {
      expect(column?.perQuery[i], id).toBeCloseTo(extra[side][name][id], 9);
    });
  });
});

describe('negative grades', () => {
  const grades = new Map(Object.entries(extra.negative.grades as Record<string, number>));

  test.each(Object.entries(extra.negative.values as Record<string, Record<string, number>>))(
    '%s is as pytrec_eval has it',
    (name, values) => {
      for (const [order, value] of Object.entries(values)) {
        const { columns } = qualityColumns([parseMeasure(name)], runOf({ q: [...order] }), new Map([['q', grades]]), ['q']);
        expect(columns[name]?.perQuery[0], order).toBeCloseTo(value, 9);
      }
    },
  );

  test('are judged, but gain nothing', () => {
    const { columns } = qualityColumns(
      [parseMeasure('Judged@3'), parseMeasure('nDCG@3')],
      runOf({ q: ['b', 'x', 'c'] }),
      new Map([['q', grades]]),
      ['q'],
    );
    expect(columns['Judged@3']?.mean).toBeCloseTo(2 / 3, 12);
    expect(columns['nDCG@3']?.mean).toBe(0);
  });
});

describe('what is missing', () => {
  const two = new Map([
    ['q1', new Map([['a', 1]])],
    ['q2', new Map([['a', 0]])],
    ['q3', new Map([['b', 1]])],
    ['q5', new Map<string, number>()],
  ]);
  const run = runOf({ q1: ['a'], q2: ['a'], q4: ['a'], q5: ['a'] });
  const { columns, counts } = qualityColumns([parseMeasure('RR@10'), parseMeasure('RR(judged_only=True)@10')], run, two, [
    'q1',
    'q2',
    'q3',
    'q4',
    'q5',
  ]);

  test('a judged query is 0 and counts; an unjudged one has no value', () => {
    expect(columns['RR@10']).toEqual({ mean: 1 / 3, n: 3, perQuery: [1, 0, 0, null, null] });
    expect(columns['RR(judged_only=True)@10']?.perQuery).toEqual([1, 0, 0, null, null]);
  });

  test('is counted', () => {
    expect(counts).toEqual({ queries: 5, judged: 3, missing: 1, withoutRelevant: 1, unjudged: 2 });
  });

  test('no judged query at all has no mean', () => {
    const column = qualityColumns([parseMeasure('AP')], run, new Map(), ['q1']).columns.AP;
    expect(column).toEqual({ mean: null, n: 0, perQuery: [null] });
  });

  test('a document listed twice is refused', () => {
    expect(() => qualityColumns([parseMeasure('AP')], runOf({ q1: ['a', 'a'] }), two, ['q1'])).toThrow(RangeError);
  });

  test('a name of another kind of metric is refused', () => {
    const name = { ...parseMeasure('AP'), id: 'overlap' };
    expect(() => qualityColumns([name], run, two, ['q1'])).toThrow(TypeError);
  });
});

describe('properties', () => {
  const names = [
    'nDCG@5',
    'nDCG',
    "nDCG(dcg='exp-log2')@5",
    'R@5',
    'P@5',
    'RR',
    'AP',
    'Success@5',
    'Bpref',
    'Rprec',
    'RBP',
    'Judged@5',
  ].map(parseMeasure);
  const ids = [...'abcdefghij'];
  const grades = fc.dictionary(fc.constantFrom(...ids), fc.integer({ min: -2, max: 3 }), { minKeys: 1 });
  const list = fc.shuffledSubarray(ids);

  test('every value is in [0, 1]', () => {
    fc.assert(
      fc.property(list, grades, (order, judgements) => {
        const { columns } = qualityColumns(names, runOf({ q: order }), new Map([['q', new Map(Object.entries(judgements))]]), ['q']);
        for (const column of Object.values(columns)) {
          expect(column.perQuery[0]).toBeGreaterThanOrEqual(0);
          expect(column.perQuery[0]).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });

  test('the best order possible has nDCG 1, and no order a higher AP', () => {
    fc.assert(
      fc.property(list, grades, (order, judgements) => {
        const judgedIds = new Map(Object.entries(judgements));
        fc.pre([...judgedIds.values()].some((grade) => grade > 0));
        const ideal = [...judgedIds].sort((a, b) => b[1] - a[1]).map(([id]) => id);
        const wanted = ['nDCG', 'nDCG@3', 'AP'].map(parseMeasure);
        const { columns } = qualityColumns(wanted, runOf({ q: ideal, r: order }), new Map([...'qr'].map((id) => [id, judgedIds])), [
          'q',
          'r',
        ]);
        expect(columns.nDCG?.perQuery[0]).toBeCloseTo(1, 12);
        expect(columns['nDCG@3']?.perQuery[0]).toBeCloseTo(1, 12);
        expect(columns.AP?.perQuery[0]).toBeGreaterThanOrEqual((columns.AP?.perQuery[1] as number) - 1e-12);
      }),
    );
  });

  test('an unjudged document changes nothing on the condensed list', () => {
    fc.assert(
      fc.property(list, grades, fc.nat({ max: 10 }), (order, judgements, at) => {
        const longer = [...order.slice(0, at), 'unjudged', ...order.slice(at)];
        const condensed = [parseMeasure('nDCG(judged_only=True)@3'), parseMeasure('Bpref')];
        const judgedIds = new Map(Object.entries(judgements));
        const { columns } = qualityColumns(condensed, runOf({ q: order, r: longer }), new Map([...'qr'].map((id) => [id, judgedIds])), [
          'q',
          'r',
        ]);
        for (const column of Object.values(columns)) expect(column.perQuery[0]).toBe(column.perQuery[1]);
      }),
    );
  });
});
