import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Fingerprint, Sha256 } from './brand.ts';

/** SHA-256 of a text's UTF-8 bytes, or of bytes. */
export function sha256(content: string | Uint8Array): Sha256 {
  return createHash('sha256').update(content).digest('hex') as Sha256;
}

/** SHA-256 of a value's canonical JSON. */
export function sha256Json(value: unknown): Sha256 {
  return sha256(canonicalJson(value));
}

/** The schema version of what goes into a fingerprint; raised when that changes its meaning. */
export const FINGERPRINT_SCHEMA = 2;

/** The fingerprint of what decides a version's vectors. */
export function fingerprintOf(decides: Readonly<Record<string, unknown>>): Fingerprint {
  return sha256Json({ schema: FINGERPRINT_SCHEMA, ...decides }) as string as Fingerprint;
}

/** First 12 hex digits, for people. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}

/** Hash of an artifact by name; what a manifest compares. */
export type InputHashes = Readonly<Record<string, Sha256 | string | number>>;

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
