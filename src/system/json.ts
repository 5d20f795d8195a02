import { CutoverError } from '../core/errors.ts';
import { refuseNewer } from '../core/schema-version.ts';
import { readText } from './files.ts';

/** A JSON value, or null where the text is not JSON. */
export function parsedJson<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T | null;
  } catch {
    return null;
  }
}

/**
 * An artifact that a stage wrote, with the text it is in.
 * @param kind what the artifact must say it is, at schema version 1
 * @param stage the stage to run when the file isn't there
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_FOREIGN, ARTIFACT_NEWER, FILE_UNREADABLE
 */
export async function readArtifact<T extends { readonly kind: string; readonly schemaVersion: number }>(
  file: string,
  kind: T['kind'],
  stage: string,
): Promise<{ readonly value: T; readonly text: string }> {
  const text = await readText(file).catch((error: unknown) => {
    if (error instanceof CutoverError && error.code === 'FILE_MISSING') throw new CutoverError('ARTIFACT_MISSING', { file, stage });
    throw error;
  });
  const value = parsedJson<T>(text);
  if (value?.kind === kind) refuseNewer(file, value.schemaVersion, 1);
  if (value?.kind !== kind || value.schemaVersion !== 1)
    throw new CutoverError('ARTIFACT_FOREIGN', { file, reason: `it is not a ${kind} of this schema version` });
  return { value, text };
}
