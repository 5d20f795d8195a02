import { basename } from 'node:path';
import type { Sha256 } from '../../core/brand.ts';
import { fingerprintOf, sha256 } from '../../core/hash.ts';
import type { ResolvedVersion, VersionSpec } from '../../model/version.ts';
import { sha256File } from '../../system/files.ts';
import { CANARY_TEXTS } from '../canary-texts.ts';
import type { EmbedderAdapter } from '../embedder.ts';
import { requireValue } from '../models/requirement.ts';
import { type EmbedRequest, loadUserModule, type UserModule } from '../user-module.ts';
import { answered, finisher, finishVector } from '../vector.ts';

/** A text embedded twice is the same text when the cosine is at least this. */
const SAME = 1 - 1e-6;

/**
 * The version of a user's module. Where it says which weights it runs, that and the options decide; else the module's
 * file, the options and its answers to fixed texts do, which nobody can check against weights.
 * @throws what the module throws; CutoverError EMBEDDING_INVALID
 */
async function resolveModule(spec: VersionSpec, file: string, hash: Sha256, module: UserModule): Promise<ResolvedVersion> {
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

/** Texts handed over at a time; the module splits them into calls of the size that suits it. */
const CHUNK = 256;

/** A module of the user's own, run in this thread. Prefixes are put on here; the role is told as well. */
export const module: EmbedderAdapter = {
  id: 'module',
  title: 'Your own ES module',
  options: { module: 'optional', options: 'optional' },
  open: async (spec) => {
    const file = requireValue(spec.module, spec, 'module', 'the module embedder needs the path of one');
    const hash = await sha256File(file);
    const options = spec.options ?? {};
    const user = await loadUserModule(file, hash, options);
    const version = await resolveModule(spec, file, hash, user);
    const finish = finisher({ version: spec.id, dimensions: spec.dimensions ?? null, normalize: spec.normalize });
    let closing: Promise<void> | null = null;
    return {
      version,
      embed: async function* (items, role, signal, cuts) {
        if (closing !== null) throw new Error(`The embedder of ${spec.id} is closed.`);
        const request = { role, options, ...(signal === undefined ? {} : { signal }) };
        for (let start = 0; start < items.length; start += CHUNK) {
          const chunk = items.slice(start, start + CHUNK);
          const answers = await user.embed(
            chunk.map(({ text }) => spec.prefixes[role] + text),
            request,
          );
          yield* answered(chunk, answers, finish, { start, role, signal, cuts });
        }
      },
      close: () => {
        closing ??= user.close();
        return closing;
      },
    };
  },
};
