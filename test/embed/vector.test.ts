import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CutoverError } from '../../src/core/errors.ts';
import { dimensionGuard, finishVector } from '../../src/embed/vector.ts';

const RULES = { version: 'v', dimensions: null, normalize: true };

describe('finishVector', () => {
  it('cuts, then normalises: 3-4-5', () => {
    expect(finishVector([3, 4, 12], { ...RULES, dimensions: 2 }, 'query', 'q')).toEqual(Float32Array.of(0.6, 0.8));
    expect(finishVector([3, 4], { ...RULES, normalize: false }, 'query', 'q')).toEqual(Float32Array.of(3, 4));
  });

  it.each([
    [[1, Number.NaN], 'not a finite number (dimension 1)'],
    [[Number.NEGATIVE_INFINITY, 1], 'not a finite number (dimension 0)'],
    [[0, -0], 'is all zero'],
    [[], 'is all zero'],
  ])('refuses %j', (raw, said) => {
    const attempt = () => finishVector(raw, RULES, 'document', 'd7');
    expect(attempt).toThrow(CutoverError);
    expect(attempt).toThrow(`The embedding of document "d7" by v`);
    expect(attempt).toThrow(said);
  });

  it('refuses fewer dimensions than it is to keep', () => {
    expect(() => finishVector([1], { ...RULES, dimensions: 2 }, 'query', 'q')).toThrow('has 1 dimensions, fewer than the 2 to keep');
  });

  it('gives unit length and keeps direction, for any usable vector', () => {
    const component = fc.double({ min: -1e3, max: 1e3, noNaN: true }).filter((value) => value === 0 || Math.abs(value) > 1e-3);
    const usable = fc.array(component, { minLength: 1, maxLength: 40 }).filter((raw) => raw.some((value) => value !== 0));
    fc.assert(
      fc.property(usable, (raw) => {
        const before = [...raw];
        const vector = finishVector(raw, RULES, 'query', 'q');
        const length = Math.hypot(...raw);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
        for (const [i, value] of vector.entries()) expect(value).toBeCloseTo((raw[i] ?? 0) / length, 5);
        expect(raw).toEqual(before);
      }),
    );
  });
});

describe('dimensionGuard', () => {
  it('lets pass what has the first one’s dimension', () => {
    const guard = dimensionGuard('v');
    expect(guard(Float32Array.of(1, 2), 'query', 'a')).toEqual(Float32Array.of(1, 2));
    expect(guard(Float32Array.of(3, 4), 'document', 'b')).toEqual(Float32Array.of(3, 4));
    expect(() => guard(Float32Array.of(1), 'document', 'c')).toThrow('document "c" by v has 1 dimensions, those before it 2');
  });
});
