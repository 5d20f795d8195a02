import canonicalize from 'canonicalize';

/**
 * Canonical JSON (RFC 8785): sorted keys, one spelling of every number. Undefined members are left out.
 * @throws TypeError on NaN, infinities and values JSON has no form for.
 * @example canonicalJson({ b: 1, a: 'x' }) // '{"a":"x","b":1}'
 */
export function canonicalJson(value: unknown): string {
  const text = (canonicalize as unknown as (input: unknown) => string | undefined)(value);
  if (text === undefined) throw new TypeError('Value has no JSON form.');
  return text;
}
