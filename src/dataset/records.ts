import { CutoverError } from '../errors.ts';
import { readJsonl } from '../tables/jsonl.ts';
import type { Problems } from './problems.ts';

export type Raw = Readonly<Record<string, unknown>>;

/** One line with an id of its own. */
export interface IdentifiedLine {
  readonly id: string;
  /** `file:line`, for messages. */
  readonly where: string;
  readonly record: Raw;
}

export function recordOf(value: unknown): Raw | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : null;
}

/** What is wrong with an id, or null. BEIR's `_id`; plain `id` does where that is missing. */
function idProblem(id: unknown): string | null {
  if (id === undefined || id === null) return '_id is missing';
  if (typeof id === 'number') return `_id is the number ${id}; put it in quotes: "${id}"`;
  if (typeof id !== 'string') return '_id must be text';
  return id.trim() === '' ? '_id is empty' : null;
}

/**
 * The lines of a BEIR file that have an id nobody had before; everything else goes to `problems`.
 * @returns false when the file could not be read at all
 */
export async function readIdentified(file: string, problems: Problems, take: (line: IdentifiedLine) => void): Promise<boolean> {
  const first = new Map<string, number>();
  try {
    for await (const { line, value } of readJsonl(file, (number, reason) =>
      problems.add(`${file}:${number}`, `not valid JSON: ${reason}`),
    )) {
      const where = `${file}:${line}`;
      const record = recordOf(value);
      if (record === null) {
        problems.add(where, 'expected a JSON object');
        continue;
      }
      const id = record._id ?? record.id;
      const complaint = idProblem(id);
      const earlier = first.get(id as string);
      if (complaint !== null) problems.add(where, complaint);
      else if (earlier !== undefined) problems.add(where, `duplicate id "${id}", first on line ${earlier}`);
      else {
        first.set(id as string, line);
        take({ id: id as string, where, record });
      }
    }
    return true;
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    problems.add(file, error.code === 'FILE_MISSING' ? 'does not exist' : error.message);
    return false;
  }
}

/** A text field: absent and null are empty, anything but text is a problem. */
export function textField(record: Raw, key: string, where: string, problems: Problems): string {
  const value = record[key] ?? '';
  if (typeof value === 'string') return value;
  problems.add(where, `${key} must be text, found ${Array.isArray(value) ? 'a list' : typeof value}`);
  return '';
}
