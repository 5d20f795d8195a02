import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, fingerprintOf, sha256, sha256Json, shortHash } from '../../src/core/hash.ts';

describe('canonicalJson', () => {
  it('sorts keys at every depth and writes numbers as RFC 8785 does', () => {
    expect(canonicalJson({ b: [1, { d: 1e21, c: 0.1 }], a: 'é\n' })).toBe('{"a":"é\\n","b":[1,{"c":0.1,"d":1e+21}]}');
  });

  it('does not depend on the order in which keys were set', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });

  it('refuses what JSON has no form for', () => {
    expect(() => canonicalJson({ score: Number.NaN })).toThrow();
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
  });
});

describe('hashes', () => {
  it('matches the published SHA-256 of "abc" (FIPS 180-2, appendix B.1)', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('takes a value to the hash of its canonical JSON', () => {
    expect(sha256Json({ b: 1, a: 2 })).toBe(sha256('{"a":2,"b":1}'));
  });

  it('puts the schema version into a fingerprint and shortens it to 12 digits', () => {
    const fingerprint = fingerprintOf({ pooling: 'cls' });
    expect(fingerprint).toBe(sha256('{"pooling":"cls","schema":2}'));
    expect(shortHash(fingerprint)).toHaveLength(12);
  });
});
