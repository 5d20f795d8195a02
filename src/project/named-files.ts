import { isAbsolute } from 'node:path';

/** What a part of a configuration names, and by which key: `pipeline.lexical.file`. */
export interface NamedFile {
  readonly key: string;
  readonly path: string;
}

/**
 * Every absolute path in a part of a configuration. Paths are made absolute as a configuration is read, so a key that names a file
 * is among these without being listed anywhere. Text that only looks like a path may be among them, too.
 */
export function filesNamedIn(part: unknown, key = ''): NamedFile[] {
  if (typeof part === 'string') return isAbsolute(part) ? [{ key, path: part }] : [];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => filesNamedIn(value, key === '' ? name : `${key}.${name}`));
}
