import { describe, expect, it } from 'vitest';
import { parseMeasure } from '../../src/measure/measure-name.ts';
import { openColumns } from '../../src/measure/open-columns.ts';
import { qualityColumns } from '../../src/measure/quality-columns.ts';
import { runOf } from './golden.ts';

const EXACT = ['P@3', 'R@3', 'RBP(rel=1)@3', 'RR@3', 'Success@2', 'R(rel=2)@3'];
const NAMES = [...EXACT, 'nDCG@3', "nDCG(dcg='exp-log2')@3", 'nDCG', 'AP@3', 'AP', 'Rprec'];
const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

/** A small generator whose draws are the same everywhere. */
function draws(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function shuffled(next: (below: number) => number): string[] {
  const left = [...IDS];
  return Array.from({ length: 5 }, () => left.splice(next(left.length), 1)[0] as string);
}

/** Every grade that the named documents could have. */
function* grades(ids: readonly string[], highest: number): Generator<[string, number][]> {
  const [id, ...rest] = ids;
  if (id === undefined) yield [];
  else for (const others of grades(rest, highest)) for (let grade = 0; grade <= highest; grade++) yield [[id, grade], ...others];
}

function caseOf(seed: number) {
  const next = draws(seed);
  const runs = { old: runOf({ q: shuffled(next) }), new: runOf({ q: shuffled(next) }) };
  const judged = new Map(IDS.filter(() => next(2) === 0).map((id) => [id, next(3)]));
  judged.set('z', next(3));
  // The highest grade is that of the data set, not of the query.
  return {
    runs,
    qrels: new Map([
      ['q', judged],
      ['other', new Map([['a', 2]])],
    ]),
  };
}

/** The unjudged documents of both lists as deep as a measure of three places looks, or of the whole list. */
function reached(name: string, { runs, qrels }: ReturnType<typeof caseOf>): string[] {
  const judged = qrels.get('q') ?? new Map();
  const relevant = [...judged.values()].filter((grade) => grade >= 1).length;
  const depth = name === 'Rprec' ? relevant : name.includes('@') ? Number(name.split('@')[1]) : 5;
  const lists = [runs.old.get('q'), runs.new.get('q')].flatMap((list) => list?.ids.slice(0, depth) ?? []);
  return [...new Set(lists)].filter((id) => !judged.has(id));
}

function enumerated(name: string, made: ReturnType<typeof caseOf>) {
  const measure = [parseMeasure(name)];
  const value = (side: 'old' | 'new', own: Map<string, number>) =>
    qualityColumns(measure, made.runs[side], new Map([['q', own]]), ['q']).columns[measure[0]?.name ?? '']?.perQuery[0] ?? 0;
  const all = [...grades(reached(name, made), 2)].map((more) => {
    const own = new Map([...(made.qrels.get('q') ?? []), ...more]);
    return { old: value('old', own), new: value('new', own) };
  });
  const differences = all.map((at) => at.new - at.old);
  const news = all.map((at) => at.new);
  return { least: Math.min(...differences), most: Math.max(...differences), newLeast: Math.min(...news), newMost: Math.max(...news) };
}

describe('what unjudged documents could be', () => {
  it.each(NAMES)('holds every value of %s that any grades could give, and no other where it is exact', (name) => {
    for (let seed = 1; seed <= 120; seed++) {
      const made = caseOf(seed);
      const open = openColumns([parseMeasure(name)], made.runs, made.qrels, ['q'])[parseMeasure(name).name];
      const pairs = reached(name, made).length;
      expect(open?.pairs[0] ?? 0).toBe(pairs);
      if (open === undefined) continue;
      const truth = enumerated(name, made);
      const at = `${name}, seed ${seed}`;
      expect(open.least[0], at).toBeLessThanOrEqual(truth.least + 1e-12);
      expect(open.most[0], at).toBeGreaterThanOrEqual(truth.most - 1e-12);
      expect(open.new.least[0], at).toBeLessThanOrEqual(truth.newLeast + 1e-12);
      expect(open.new.most[0], at).toBeGreaterThanOrEqual(truth.newMost - 1e-12);
      expect(Math.max(Math.abs(open.least[0] ?? 9), Math.abs(open.most[0] ?? 9)), at).toBeLessThanOrEqual(1);
      if (!EXACT.includes(name)) continue;
      expect(open.least[0], at).toBeCloseTo(truth.least, 12);
      expect(open.most[0], at).toBeCloseTo(truth.most, 12);
      expect(open.new.least[0], at).toBeCloseTo(truth.newLeast, 12);
      expect(open.new.most[0], at).toBeCloseTo(truth.newMost, 12);
    }
  });

  it('cancels what is at the same place in both lists', () => {
    const runs = { old: runOf({ q: ['x', 'a', 'b'] }), new: runOf({ q: ['x', 'a', 'c'] }) };
    const qrels = new Map([
      [
        'q',
        new Map([
          ['a', 1],
          ['b', 0],
          ['c', 0],
        ]),
      ],
    ]);
    const open = openColumns([parseMeasure('nDCG@3'), parseMeasure('P@3')], runs, qrels, ['q']);
    for (const name of ['nDCG@3', 'P@3']) {
      expect(open[name]?.least[0]).toBeCloseTo(0, 12);
      expect(open[name]?.most[0]).toBeCloseTo(0, 12);
    }
  });

  it('leaves out what judging could not change, and queries without judgement', () => {
    const runs = { old: runOf({ q: ['x'], r: ['x'] }), new: runOf({ q: ['a'], r: ['y'] }) };
    const qrels = new Map([['q', new Map([['a', 1]])]]);
    const names = ['Bpref', 'Judged@10', 'RR(judged_only=True)@10', 'RR@10'].map(parseMeasure);
    const open = openColumns(names, runs, qrels, ['q', 'r']);
    expect(Object.keys(open)).toEqual(['RR@10']);
    expect(open['RR@10']).toMatchObject({ least: [0, null], most: [1, null], pairs: [1, 0] });
  });
});
