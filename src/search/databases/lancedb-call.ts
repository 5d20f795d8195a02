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
