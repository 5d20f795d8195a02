import { CutoverError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Problems } from './problems.ts';

export type Raw = Readonly<Record<string, unknown>>;

/** One record of a file. */
export interface Row {
  /** `file:line`, or `file, row n`. */
  readonly where: string;
  /** The same without the file, to follow "first": `on line 3`, `in row 3`. */
  readonly place: string;
  readonly record: Raw;
}

/** One line with its own id. */
export interface IdentifiedLine {
  readonly id: string;
  /** `file:line`, for messages. */
  readonly where: string;
  readonly record: Raw;
}

export function recordOf(value: unknown): Raw | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : null;
}

/** Ids are texts; whole numbers are taken as they are written, as pandas writes them. */
export function textOfId(id: unknown): unknown {
  return Number.isSafeInteger(id) ? String(id) : id;
}

/** What is wrong with an id, or null. BEIR's `_id`; plain `id` does where that is missing. */
function idProblem(id: unknown, name: string): string | null {
  if (id === undefined || id === null) return `${name} is missing`;
  if (typeof id === 'number') return `${name} is the number ${id}, too large or too fine to be read back; put it in quotes`;
  if (typeof id !== 'string') return `${name} must be text`;
  return id.trim() === '' ? `${name} is empty` : null;
}

/**
 * Rows that have an id nobody had before; everything else goes to `problems`.
 * @returns false when the source could not be read at all
 */
export async function readIdentified(
  { file, rows, idName = '_id' }: RowSource,
  problems: Problems,
  take: (line: IdentifiedLine) => void,
): Promise<boolean> {
  const first = new Map<string, string>();
  try {
    for await (const { where, place, record } of rows) {
      const id = textOfId(record._id ?? record.id);
      const complaint = idProblem(id, idName);
      const earlier = first.get(id as string);
      if (complaint !== null) problems.add(where, complaint);
      else if (earlier !== undefined) problems.add(where, `duplicate id "${id}", first ${earlier}`);
      else {
        first.set(id as string, place);
        take({ id: id as string, where, record });
      }
    }
    return true;
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    problems.addError(file, error);
    return false;
  }
}

/** Says which key of a record was most likely meant to be one of these, that it lacks; null where none is near. */
export function meantKey(record: Raw, wanted: readonly string[]): string | null {
  const others = Object.keys(record).filter((key) => !wanted.includes(key));
  for (const key of wanted.filter((name) => !(name in record))) {
    const near = nearest(key, others);
    if (near !== null) return `has no "${key}", but "${near}"; rename that key if it is meant, or add "${key}": "" if it is not`;
  }
  return null;
}

/** Rows of one part of a data set, shaped as BEIR shapes them. */
export interface RowSource {
  readonly file: string;
  readonly rows: AsyncIterable<Row>;
  readonly idName?: string;
  /** Fields of `metadata` that documents keep; none unless given. */
  readonly metadata?: readonly string[];
}

/** A text field: absent and null are empty, anything but text is a problem. */
export function textField(record: Raw, key: string, where: string, problems: Problems): string {
  const value = record[key] ?? '';
  if (typeof value === 'string') return value;
  problems.add(where, `${key} must be text, found ${Array.isArray(value) ? 'a list' : typeof value}`);
  return '';
}
