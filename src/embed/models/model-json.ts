import { join } from 'node:path';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { readTextIfAny } from '../../system/files.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A JSON file of a model's folder, null where there is none. A list comes as an object by index.
 * @throws CutoverError MODEL_UNUSABLE when it isn't JSON; FILE_UNREADABLE
 */
export async function readModelJson(folder: string, name: string): Promise<JsonObject | null> {
  const file = join(folder, name);
  const text = await readTextIfAny(file);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as JsonObject;
    throw new TypeError('it is not an object');
  } catch (error) {
    throw new CutoverError('MODEL_UNUSABLE', { file, reason: `it is no valid JSON: ${reasonOf(error)}` }, { cause: error });
  }
}

/** A whole number above 0 under one of the keys, the first that has one. */
export function countIn(json: JsonObject | null, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = json?.[key];
    if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  }
  return null;
}
