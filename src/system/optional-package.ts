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
