import { CutoverError } from '../../core/errors.ts';
import type { VersionSpec } from '../../model/version.ts';

/**
 * A value the adapter can't do without.
 * @param reason why it is needed, or where else it was looked for; the end of "does not say `key`, and …"
 * @throws CutoverError VERSION_INCOMPLETE
 */
export function requireValue<T>(value: T | null | undefined, spec: Pick<VersionSpec, 'file' | 'id'>, key: string, reason: string): T {
  if (value !== null && value !== undefined) return value;
  throw new CutoverError('VERSION_INCOMPLETE', { file: spec.file, version: spec.id, key, reason });
}
