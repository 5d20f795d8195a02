import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Fingerprint, Sha256 } from '../contract/brand.ts';
import { unreadable } from '../errors.ts';
import { canonicalJson } from './canonical.ts';

/** SHA-256 of a text's UTF-8 bytes, or of bytes. */
export function sha256(content: string | Uint8Array): Sha256 {
  return createHash('sha256').update(content).digest('hex') as Sha256;
}

/** SHA-256 of a value's canonical JSON. */
export function sha256Json(value: unknown): Sha256 {
  return sha256(canonicalJson(value));
}

/**
 * SHA-256 of a file's bytes, streamed.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE
 */
export async function sha256File(file: string): Promise<Sha256> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    throw unreadable(file, error);
  }
  return hash.digest('hex') as Sha256;
}

/** The schema version of what goes into a fingerprint; raised when that changes its meaning. */
export const FINGERPRINT_SCHEMA = 1;

/** The fingerprint of what decides a version's vectors. */
export function fingerprintOf(decides: Readonly<Record<string, unknown>>): Fingerprint {
  return sha256Json({ schema: FINGERPRINT_SCHEMA, ...decides }) as string as Fingerprint;
}

/** First 12 hex digits, for people. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
