import { CutoverError } from './errors.ts';

/**
 * Refuses what a later cutover wrote, before anything of it is read: a field that this one doesn't know may change what the others mean.
 * @param found the schema version that the file says; anything that is no number is left to the reader's own checks
 * @throws CutoverError ARTIFACT_NEWER
 */
export function refuseNewer(file: string, found: unknown, known: number): void {
  const version = typeof found === 'string' && /^\d+$/.test(found) ? Number(found) : found;
  if (typeof version === 'number' && version > known) throw new CutoverError('ARTIFACT_NEWER', { file, found: version, known });
}
