import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CutoverError, systemCode } from '../core/errors.ts';

/** A package that only some stores need. @throws CutoverError STORE_PACKAGE_MISSING */
export async function optionalPackage<T>(load: () => Promise<T>, name: string, kind: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (systemCode(error) === 'ERR_MODULE_NOT_FOUND')
      throw new CutoverError('STORE_PACKAGE_MISSING', { kind, package: name }, { cause: error });
    throw error;
  }
}

/** A package as it is installed. */
interface InstalledPackage {
  readonly version: string;
  /** Absolute path of the file that requiring it would load. */
  readonly main: string;
}

/**
 * Finds a package without loading it: loading may bring a native addon into this process.
 * @param from the file that would import it, as a path or `import.meta.url`
 * @returns null where it is not installed
 */
export function installedPackage(name: string, from: string): InstalledPackage | null {
  let main: string;
  try {
    main = createRequire(from).resolve(name);
  } catch (error) {
    if (systemCode(error) === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
  for (let folder = dirname(main); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const about = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
    if (about.name === name && typeof about.version === 'string') return { version: about.version, main };
  }
  throw new Error(`${main} belongs to no package called ${name}.`);
}
