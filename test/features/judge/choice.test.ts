import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { type Candidate, chooseQueries } from '../../../src/features/judge/choice.ts';
import { poolsOf, spreadsOf } from '../../../src/features/judge/spread.ts';
import type { JudgeTarget } from '../../../src/features/judge/target.ts';
import { parseMeasure } from '../../../src/measure/measure-name.ts';
import type { Run } from '../../../src/model/search.ts';

const run = (lists: Readonly<Record<string, readonly string[]>>): Run =>
  new Map(Object.entries(lists).map(([query, ids]) => [query, { ids, scores: ids.map((_, i) => 1 - i / 100) }]));

function target(measure: string, depth: number, of: JudgeTarget['of'] = 'difference'): JudgeTarget {
  return { rule: 'r', outcome: 'inconclusive', measure: parseMeasure(measure), on: 'served', of, slice: null, depth };
}

const random = () => seededRandom(7, 'test');
const open = (query: string, spread: number, need = query, isMeasured = true): Candidate => ({ query, need, spread, isMeasured });
const ids = (list: readonly { readonly query: string }[]) => list.map(({ query }) => query);

describe('pools', () => {
  test('hold the first results of both runs, judged and not, and nothing below the depth', () => {
    const runs = { old: run({ q: ['a', 'b', 'z'] }), new: run({ q: ['c', 'a', 'y'] }) };
    expect(poolsOf(runs, new Map([['q', new Map([['b', 0]])]]), ['q', 'other'], 2)).toEqual([
      { query: 'q', unjudged: ['a', 'c'], judged: 1 },
      { query: 'other', unjudged: [], judged: 0 },
    ]);
  });
});

describe('spread', () => {
  test('P@2 by hand: one open document each side is ±1/2, shared ones cancel', () => {
    const runs = { old: run({ q: ['a', 'b'], s: ['x', 'y'] }), new: run({ q: ['c', 'b'], s: ['x', 'y'] }) };
    const qrels = new Map([
      ['q', new Map([['b', 1]])],
      ['s', new Map([['k', 1]])],
    ]);
    const pools = poolsOf(runs, qrels, ['q', 's'], 2);
    expect(spreadsOf(target('P@2', 2), runs, qrels, pools, 1)).toEqual([1, 0]);
  });

  test('nDCG@2 by hand: the difference runs from −1/(1 + 1/log2 3) to the same above', () => {
    const runs = { old: run({ q: ['a', 'b'] }), new: run({ q: ['c', 'b'] }) };
    const qrels = new Map([['q', new Map([['b', 3]])]]);
    const pools = poolsOf(runs, qrels, ['q'], 2);
    const [spread = 0] = spreadsOf(target('nDCG@2', 2), runs, qrels, pools, 3);
    expect(spread).toBeCloseTo(2 / (1 + 1 / Math.log2(3)), 12);
  });

  test('a limit looks at the new version alone', () => {
    const runs = { old: run({ q: ['a', 'b'] }), new: run({ q: ['c', 'd'] }) };
    const qrels = new Map([['q', new Map([['k', 1]])]]);
    const pools = poolsOf(runs, qrels, ['q'], 2);
    expect(spreadsOf(target('P@2', 2, 'new'), runs, qrels, pools, 1)).toEqual([1]);
  });

  test('turning the versions round changes nothing, and nothing open means no spread', () => {
    const list = fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f'], { minLength: 1 });
    const judged = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), fc.integer({ min: 0, max: 3 }));
    const measures = fc.constantFrom('nDCG@3', 'P@3', 'RR@3', 'AP@3', 'R@3', 'nDCG(judged_only=True)@3', 'Judged@3');
    fc.assert(
      fc.property(list, list, judged, measures, (old, fresh, grades, measure) => {
        const runs = { old: run({ q: old }), new: run({ q: fresh }) };
        const round = { old: runs.new, new: runs.old };
        const qrels = new Map([['q', new Map(Object.entries(grades))]]);
        const pools = poolsOf(runs, qrels, ['q'], 3);
        const [spread = Number.NaN] = spreadsOf(target(measure, 3), runs, qrels, pools, 3);
        expect(spreadsOf(target(measure, 3), round, qrels, pools, 3)[0]).toBeCloseTo(spread, 12);
        expect(spread).toBeGreaterThanOrEqual(0);
        expect(spread).toBeLessThanOrEqual(2);
        if (pools[0]?.unjudged.length === 0) expect(spread).toBe(0);
      }),
    );
  });
});

describe('choice', () => {
  test('the widest spread first, ties by id, none that judging cannot move', () => {
    const chosen = chooseQueries([open('a', 0.2), open('b', 0.5), open('c', 0.5), open('d', 0)], new Set(), 9, random());
    expect(ids(chosen)).toEqual(['b', 'c', 'a']);
    expect(chosen.every(({ by }) => by === 'spread')).toBe(true);
  });

  test('by need: two paraphrases of 0.4 weigh more than one query of 0.5', () => {
    // Gains s(2S − s): 0.4 · 1.2 = 0.48 against 0.25; then 0.16 for the other paraphrase.
    const candidates = [open('a1', 0.4, 'a'), open('a2', 0.4, 'a'), open('b', 0.5)];
    expect(ids(chooseQueries(candidates, new Set(), 3, random()))).toEqual(['a1', 'b', 'a2']);
  });

  test('each pick takes the most of what is left (property)', () => {
    const spreads = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.double({ min: 0.01, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(spreads, (list) => {
        const candidates = list.map(([need, spread], i) => open(`q${String(i).padStart(2, '0')}`, spread, `n${need}`));
        const variance = (left: readonly Candidate[]) => {
          const needs = new Map<string, number>();
          for (const { need, spread } of left) needs.set(need, (needs.get(need) ?? 0) + spread);
          return [...needs.values()].reduce((sum, width) => sum + width ** 2, 0);
        };
        const [first] = chooseQueries(candidates, new Set(), 1, random());
        const without = (query: string | undefined) => variance(candidates.filter((candidate) => candidate.query !== query));
        const least = Math.min(...candidates.map(({ query }) => without(query)));
        expect(without(first?.query)).toBeCloseTo(least, 9);
        expect(new Set(ids(chooseQueries(candidates, new Set(), 99, random()))).size).toBe(candidates.length);
      }),
    );
  });

  test('queries without judgement come last, at random whatever their spread, new needs first', () => {
    const fresh = Array.from({ length: 40 }, (_, i) => open(`u${String(i).padStart(2, '0')}`, i / 40, `n${i % 20}`, false));
    const picked = chooseQueries([open('m', 0.1), ...fresh], new Set(['m']), 21, random());
    expect(picked[0]).toEqual({ query: 'm', spread: 0.1, by: 'spread' });
    expect(new Set(picked.slice(1).map(({ query }) => Number(query.slice(1)) % 20)).size).toBe(20);
    const flat = fresh.map((candidate) => ({ ...candidate, spread: 0 }));
    expect(ids(chooseQueries([open('m', 0.1), ...flat], new Set(['m']), 21, random()))).toEqual(ids(picked));
    expect(ids(chooseQueries(fresh, new Set(), 20, seededRandom(8, 'test')))).not.toEqual(
      ids(chooseQueries(fresh, new Set(), 20, random())),
    );
  });

  test('needs that are judged already come after those that are not', () => {
    const fresh = [open('a', 0, 'seen', false), open('b', 0, 'new', false)];
    for (const seed of [1, 2, 3, 4]) expect(ids(chooseQueries(fresh, new Set(['seen']), 1, seededRandom(seed, 'x')))).toEqual(['b']);
  });
});
