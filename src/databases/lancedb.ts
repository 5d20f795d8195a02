import { CutoverError, reasonOf } from '../core/errors.ts';
import { installedPackage, optionalPackage } from '../system/packages.ts';
import { isDiskFull } from './errors.ts';

const PACKAGE = '@lancedb/lancedb';

/** LanceDB in a folder, and a table of it: the package's own. */
export type { Connection as LancedbConnection, Index as LancedbIndex, Table as LancedbTable } from '@lancedb/lancedb';

/** @throws CutoverError STORE_PACKAGE_MISSING */
export function loadLancedb(): Promise<typeof import('@lancedb/lancedb')> {
  return optionalPackage(() => import('@lancedb/lancedb'), PACKAGE, 'lancedb');
}

/** The version that is installed, or nothing. */
export function lancedbVersion(): string {
  return installedPackage(PACKAGE, import.meta.url)?.version ?? '';
}

/** @throws CutoverError STORE_DISK_FULL or STORE_STATEMENT_FAILED in place of the library's own error */
export async function lancedbStatement<T>(store: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CutoverError) throw error;
    // Behind it are lines of the library's own source.
    const reason = reasonOf(error).split(/\n|, \//)[0] ?? '';
    if (isDiskFull(reason)) throw new CutoverError('STORE_DISK_FULL', { store, reason }, { cause: error });
    throw new CutoverError('STORE_STATEMENT_FAILED', { store, reason }, { cause: error });
  }
}
