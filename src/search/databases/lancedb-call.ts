import { CutoverError, reasonOf } from '../../core/errors.ts';
import type { LancedbParams } from '../../model/search.ts';
import type { TableRequest } from './serving.ts';

/** A table under way. */
export interface Building {
  readonly name: string;
  readonly store: string;
  readonly request: TableRequest;
}

/** @throws RangeError where the engine was chosen without its parameters */
export function requireLancedb(params: LancedbParams | undefined): LancedbParams {
  if (params === undefined) throw new RangeError('LanceDB is searched with the parameters of LanceDB.');
  return params;
}

/** @throws CutoverError STORE_STATEMENT_FAILED in place of the library's own error */
export async function statement<T>(store: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CutoverError) throw error;
    const reason = reasonOf(error).split('\n')[0] ?? '';
    throw new CutoverError('STORE_STATEMENT_FAILED', { store, reason }, { cause: error });
  }
}
