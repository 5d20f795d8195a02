import type { Fingerprint } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import { attest } from '../attest/attest.ts';
import type { OpenVersion, StoreAccess, StoreOptions } from '../store-access.ts';
import type { Place } from '../stores/live-store.ts';

/** Old rows embedded again before a rollback. */
const ROLLBACK_SAMPLE = 59;

/** The version of a tag. @throws CutoverError MIGRATION_REFUSED where the configuration doesn't know it, with why each side isn't it */
export async function versionOf(access: StoreAccess, tag: Fingerprint): Promise<OpenVersion> {
  const reasons: string[] = [];
  for (const name of ['old', 'new']) {
    const version = await access.version(name).catch((error: unknown) => {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    });
    if (version?.tag === tag) return version;
  }
  throw new CutoverError(
    'MIGRATION_REFUSED',
    {
      step: 'Embedding',
      reason: `the version ${tag.slice(0, 12)} is neither old nor new in this configuration`,
      next: 'Use the configuration that the migration was started with',
    },
    { details: reasons },
  );
}

/** What a sample of the old vectors says against going back to them, in words; empty where all are what they claim. */
export async function falseVectors(access: StoreAccess, tag: Fingerprint, place: Place, options: StoreOptions): Promise<string[]> {
  const claimed = await versionOf(access, tag).catch(() => null);
  if (claimed === null)
    return [
      `the old version ${tag.slice(0, 12)} is neither old nor new in this configuration, so that its vectors can't be put to the test`,
    ];
  const ids: string[] = [];
  for await (const batch of access.store.read({ tag, vectors: false, place })) for (const id of batch.ids) ids.push(id);
  if (ids.length === 0) return [];
  const { failed, sampled } = await attest(
    access,
    ids.sort(),
    { claimed, others: [], size: ROLLBACK_SAMPLE, place, explained: false },
    options,
  );
  return failed > 0 ? [`${failed} of ${sampled} old vectors are not of the old version`] : [];
}
