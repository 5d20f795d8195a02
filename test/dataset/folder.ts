import { dirname, join } from 'node:path';
import { CutoverError } from '../../src/core/errors.ts';
import { writeFileAtomic } from '../../src/system/files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A fresh folder with the given files. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFileAtomic(join(folder, name), content);
  return folder;
}

/** Absolute path of a fixture. */
export function fixture(name: string): string {
  return join(dirname(import.meta.dirname), 'fixtures', name);
}

/** The known error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<CutoverError> {
  const outcome = await promise.then(
    () => 'resolved',
    (error: unknown) => error,
  );
  if (!(outcome instanceof CutoverError)) throw new Error(`Expected a CutoverError, got ${String(outcome)}.`);
  return outcome;
}

export const CORPUS = '{"_id": "d1", "text": "one"}\n{"_id": "d2", "text": "two"}\n';
export const QUERIES = '{"_id": "q1", "text": "first"}\n{"_id": "q2", "text": "second"}\n';
