import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { CutoverError } from '../core/errors.ts';
import { problemAt, problemsOf, valueAt } from './problems.ts';
import { type Path, type Problem, readSource, type Source, shownPath } from './source.ts';

/** A checked mapping and the file it is in. */
export interface Part<T> {
  readonly input: T;
  readonly file: string;
}

/** Further checks of a mapping at a path, beyond its schema. */
export type Check = (source: Source, path: Path) => Problem[];

/**
 * A whole file against its schema and its further checks.
 * @returns null when anything was wrong; what, is added to `problems`.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE
 */
export async function readPart<S extends z.ZodType>(
  file: string,
  schema: S,
  check: Check,
  problems: Problem[],
): Promise<Part<z.output<S>> | null> {
  const source = await readSource(file, problems);
  return source === null ? null : wholePart(source, schema, check, problems);
}

/** The same of what was read already. */
export function wholePart<S extends z.ZodType>(source: Source, schema: S, check: Check, problems: Problem[]): Part<z.output<S>> | null {
  const parsed = schema.safeParse(source.value);
  const found = [...(parsed.success ? [] : problemsOf(source, parsed.error.issues)), ...check(source, [])];
  problems.push(...found);
  return parsed.success && found.length === 0 ? { input: parsed.data, file: source.file } : null;
}

/**
 * What a key of `source` holds: the mapping itself, or the path of a file that holds it. Faults of an inline mapping's
 * shape are left to the schema of the whole.
 */
export async function partAt<S extends z.ZodType>(
  source: Source,
  key: string,
  schema: S,
  check: Check,
  problems: Problem[],
  cwd: string,
): Promise<Part<z.output<S>> | null> {
  const value = valueAt(source.value, [key]);
  if (typeof value === 'string' && value !== '') {
    const file = resolve(dirname(source.file), value);
    try {
      return await readPart(file, schema, check, problems);
    } catch (error) {
      if (!(error instanceof CutoverError)) throw error;
      problems.push(problemAt(source, [key], error.message.replace(file, shownPath(file, cwd))));
      return null;
    }
  }
  problems.push(...check(source, [key]));
  const parsed = schema.safeParse(value);
  return parsed.success ? { input: parsed.data, file: source.file } : null;
}
