import { stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

const SCHEMAS = join('node_modules', 'cutover', 'schemas');

/**
 * Folder of the schemas for files in a folder: of the package as it is installed there or further up, as in a workspace; where it
 * isn't yet, where npm will put it.
 */
export async function schemaFolder(folder: string): Promise<string> {
  for (let up = folder; ; up = dirname(up)) {
    const found = await stat(join(up, SCHEMAS)).catch(() => null);
    if (found !== null) return join(up, SCHEMAS);
    if (up === dirname(up)) return join(folder, SCHEMAS);
  }
}

/** First line of a YAML file, by which editors complete and check it. Only `..` and known names stand in it. */
export function schemaLine(schemas: string, file: string, kind: 'config' | 'policy' | 'version'): string {
  const path = relative(dirname(file), join(schemas, `${kind}.json`))
    .split(sep)
    .join('/');
  return `# yaml-language-server: $schema=${path}\n`;
}
