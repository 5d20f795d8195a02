import type { Side } from '../model/version.ts';

/** One field that decides vectors, by its dotted path; null where a version hasn't got it. */
export interface DecidingField {
  readonly field: string;
  readonly old: string | null;
  readonly new: string | null;
}

function written(value: unknown): string {
  return typeof value === 'string' ? (value === '' ? '(empty)' : value) : JSON.stringify(value);
}

/** Leaves of a record, by dotted path. */
export function decidingFields(record: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  return flatten(record, '', new Map());
}

function flatten(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
    return into.set(path, written(value));
  }
  for (const [key, inner] of Object.entries(value)) flatten(inner, path === '' ? key : `${path} › ${key}`, into);
  return into;
}

/** Deciding fields of both versions, ascending, split into those that differ and those that agree. */
export function versionDifferences(versions: { readonly [S in Side]: { readonly decides: Readonly<Record<string, unknown>> } }): {
  readonly differing: readonly DecidingField[];
  readonly agreeing: readonly DecidingField[];
} {
  const old = decidingFields(versions.old.decides);
  const fresh = decidingFields(versions.new.decides);
  const fields = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  const rows = fields.map((field) => ({ field, old: old.get(field) ?? null, new: fresh.get(field) ?? null }));
  return { differing: rows.filter((row) => row.old !== row.new), agreeing: rows.filter((row) => row.old === row.new) };
}
