import { describe, expect, test } from 'vitest';
import { CutoverError } from '../../src/core/errors.ts';
import { complaintAbout, judgedOnly, parseMeasure, parseMetric, rangeOf } from '../../src/measure/measure-name.ts';

function errorOf(text: string): CutoverError {
  try {
    parseMetric(text);
  } catch (error) {
    if (error instanceof CutoverError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('parseMeasure', () => {
  test.each([
    ['nDCG@10', 'nDCG@10'],
    [' nDCG @ 10 ', 'nDCG@10'],
    ["nDCG(judged_only=True, dcg='exp-log2')@10", "nDCG(dcg='exp-log2',judged_only=True)@10"],
    ['nDCG(dcg="log2")@010', 'nDCG@10'],
    ['nDCG(judged_only=False)', 'nDCG'],
    ['nDCG()@5', 'nDCG@5'],
    ['NDCG@5', 'nDCG@5'],
    ['MAP', 'AP'],
    ['MRR@10', 'RR@10'],
    ['Precision@5', 'P@5'],
    ['Recall(rel=2)@5', 'R(rel=2)@5'],
    ['RPrec', 'Rprec'],
    ['BPref(rel=1)', 'Bpref'],
    ['RBP', 'RBP(rel=1)'],
    ['RBP(p=0.5)@10', 'RBP(rel=1,p=0.5)@10'],
    ['Judged@10', 'Judged@10'],
  ])('%s is %s', (text, name) => {
    expect(parseMeasure(text).name).toBe(name);
    expect(parseMeasure(name).name).toBe(name);
  });

  test('fills defaults in', () => {
    expect(parseMeasure('RBP@5')).toEqual({ name: 'RBP(rel=1)@5', id: 'RBP', cutoff: 5, judgedOnly: false, params: { rel: 1, p: 0.8 } });
  });

  test('does not take neighbour metrics', () => {
    expect(() => parseMeasure('overlap@10')).toThrow(CutoverError);
  });
});

test.each([
  ['nDCG@10', 'quality'],
  ['overlap@10', 'neighbour'],
  ['topChange', 'neighbour'],
  ['rankChurn@10', 'churn'],
  ['annRecall@10', 'index'],
  ['untranslatedConsumers', 'summary'],
  ['overlapLossOverNoise@10', 'summary'],
])('%s is a %s metric', (text, kind) => {
  expect(parseMetric(text)).toMatchObject({ kind, name: { name: text } });
});

describe('errors', () => {
  test.each([
    ['ndgc@10', 'nDCG@10'],
    ['Ndcg@10', 'nDCG@10'],
    ['overlp@10', 'overlap@10'],
    ['bpref', 'Bpref'],
    ['nDCG@10@5', 'METRIC_CUTOFF'],
    ['p@5', 'P@10'],
    ['', 'R@10'],
  ])('%s names what is near', (text, near) => {
    const error = errorOf(text);
    if (near.startsWith('METRIC')) expect(error.code).toBe(near);
    else {
      expect(error.code).toBe('METRIC_UNKNOWN');
      expect(error.message).toContain(`the nearest name is ${near}.`);
      expect(error.next).toContain('annRecall');
    }
  });

  test.each([
    ['nDCG@0', "'0' is no cutoff"],
    ['nDCG@-1', "'-1' is no cutoff"],
    ['nDCG@1.5', "'1.5' is no cutoff"],
    ['nDCG@', "'' is no cutoff"],
    ['nDCG@99999999999999999999', 'is no cutoff'],
    ['R', 'R needs a cutoff'],
    ['overlap', 'overlap needs a cutoff'],
    ['Bpref@10', 'Bpref takes no cutoff'],
    ['topChange@1', 'topChange takes no cutoff'],
  ])('%s: cutoff', (text, reason) => {
    expect(errorOf(text).code).toBe('METRIC_CUTOFF');
    expect(errorOf(text).message).toContain(reason);
  });

  test.each([
    ['nDCG(dcg=2)@10', 'dcg wants a string'],
    ["nDCG(dcg='exp')@10", "dcg is 'log2' or 'exp-log2'"],
    ['nDCG(rel=2)@10', "'rel' is no parameter of nDCG (dcg, judged_only)"],
    ['P(rel=0)@5', 'rel is the lowest relevant grade'],
    ['P(rel=1.5)@5', 'rel is the lowest relevant grade'],
    ['P(rel=x)@5', 'rel wants a number, not x'],
    ['P(rel)@5', 'rel wants a number, not nothing'],
    ['P(rel=1,rel=2)@5', 'rel is given twice'],
    ['P(judged_only=1)@5', 'judged_only wants a boolean'],
    ['RBP(p=1)', 'p must be between 0 and 1'],
    ['overlap(p=1)@10', 'it takes none'],
    ['Judged(judged_only=True)@10', 'it is always 1'],
  ])('%s: parameter', (text, reason) => {
    expect(errorOf(text).code).toBe('METRIC_PARAMETER');
    expect(errorOf(text).message).toContain(reason);
  });
});

test('judgedOnly gives the condensed sibling, where there is one', () => {
  expect(judgedOnly(parseMeasure('R(rel=2)@10'))?.name).toBe('R(rel=2,judged_only=True)@10');
  expect(judgedOnly(parseMeasure('Judged@10'))).toBeNull();
  expect(judgedOnly(parseMeasure('AP(judged_only=True)'))).toBeNull();
});

test('complaintAbout says what is wrong, or nothing', () => {
  expect(complaintAbout('nDCG@10')).toBeNull();
  expect(complaintAbout('nDCG@0')).toBe(
    "nDCG@0: '0' is no cutoff. Write it as nDCG@10: a cutoff is a whole number of 1 or more after an @.",
  );
});

describe('rangeOf', () => {
  test.each([
    ['nDCG@10', [0, 1]],
    ['kendall@50', [-1, 1]],
    ['overlapLossOverNoise@10', [0, 10]],
    ['rankChurn@5', [0, 5]],
    ['RBP(rel=1,p=0.5)@2', [0, 0.75]],
    ['RBP(rel=1)', [0, 1]],
    ['untranslatedConsumers', [0, null]],
    ['nDCG@0', null],
    ['mine', null],
  ])('%s', (text, range) => {
    expect(rangeOf(text)).toEqual(range);
  });
});
