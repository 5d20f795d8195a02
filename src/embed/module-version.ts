import { basename } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { fingerprintOf, sha256 } from '../core/hash.ts';
import type { ResolvedVersion, VersionSpec } from '../model/version.ts';
import { CANARY_TEXTS } from './canary.ts';
import type { EmbedRequest, UserModule } from './user-module.ts';
import { finishVector } from './vector.ts';

/** A text embedded twice is the same text when the cosine is at least this. */
const SAME = 1 - 1e-6;

/**
 * The version of a user's module. Where it says which weights it runs, that and the options decide; else the module's
 * file, the options and its answers to fixed texts do, which nobody can check against weights.
 * @throws what the module throws; CutoverError EMBEDDING_INVALID
 */
export async function resolveModule(spec: VersionSpec, file: string, hash: Sha256, module: UserModule): Promise<ResolvedVersion> {
  const options = spec.options ?? {};
  const { query, document } = spec.prefixes;
  const shape = { options, prefixes: { query, document }, normalize: spec.normalize, dimensions: spec.dimensions ?? null };
  const answers = module.fingerprint === null ? await askCanaries(spec, module, options) : null;
  const identity = answers === null ? { identity: module.fingerprint } : { module: hash, canary: answers.hash };
  const decides = { embedder: 'module', ...identity, ...shape };
  const fingerprint = fingerprintOf(decides);
  return {
    id: spec.id,
    fingerprint,
    decides,
    names: { module: basename(file) },
    verifiable: answers === null,
    cacheKey: fingerprint,
    warnings: answers?.warnings ?? [],
  };
}

async function askCanaries(
  spec: VersionSpec,
  module: UserModule,
  options: EmbedRequest['options'],
): Promise<{ hash: Sha256; warnings: string[] }> {
  const finish = (raw: ArrayLike<number>, i: number): Float32Array =>
    finishVector(raw, { version: spec.id, dimensions: null, normalize: true }, 'document', `canary ${i}`);
  const request = { role: 'document', options } as const;
  const together = (await module.embed(CANARY_TEXTS, request)).map(finish);
  const alone = (await module.embed(CANARY_TEXTS.slice(0, 1), request)).map(finish);
  const cosine = dot(together[0], alone[0]);
  const bytes = Buffer.concat(together.map((vector) => Buffer.from(vector.buffer)));
  const warnings =
    cosine >= SAME
      ? []
      : [
          `The module answers the same text differently, alone and among others (cosine ${cosine.toFixed(6)}): export batchSize = 1, or a fingerprint.`,
        ];
  return { hash: sha256(bytes), warnings };
}

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  let sum = 0;
  for (const [i, value] of (a ?? []).entries()) sum += value * (b?.[i] ?? 0);
  return sum;
}
