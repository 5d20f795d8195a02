import { valueAt } from './problems.ts';
import type { Path, Source } from './source.ts';

/** A mapping as the file has it, before a schema looked at it. */
export type Raw = Readonly<Record<string, unknown>>;

/** A value as a mapping; null for anything else. */
export function recordOf(value: unknown): Raw | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : null;
}

/** The mappings of a list, each with its path; none where there is no list. */
export function recordsAt(source: Source, path: Path): readonly (readonly [Path, Raw])[] {
  const list = valueAt(source.value, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, i) => {
    const record = recordOf(item);
    return record === null ? [] : [[[...path, i], record] as const];
  });
}
