import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/core/nearest.ts';

const KNOWN = ['pooling', 'prefixes', 'maxTokens', 'among', 'k', 'id'];

describe('nearest', () => {
  it.each([
    ['poling', 'pooling'],
    ['pooolingg', 'pooling'],
    ['max_tokens', 'maxTokens'],
    ['MAXTOKENS', 'maxTokens'],
    ['amnog', 'among'],
    ['prefix', 'prefixes'],
  ])('%s means %s', (word, meant) => {
    expect(nearest(word, KNOWN)).toBe(meant);
  });

  it.each(['frobnicate', '', 'x', 'kk2', 'zz'])('%j means nothing known', (word) => {
    expect(nearest(word, KNOWN)).toBeNull();
  });

  it('finds a word that lost any one of its letters', () => {
    fc.assert(
      fc.property(fc.constantFrom('pooling', 'prefixes', 'maxTokens'), fc.nat(), (word, at) => {
        const i = at % word.length;
        expect(nearest(word.slice(0, i) + word.slice(i + 1), KNOWN)).toBe(word);
      }),
    );
  });
});
