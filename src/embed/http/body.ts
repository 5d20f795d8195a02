import { CutoverError } from '../../core/errors.ts';
import type { Role, VersionSpec } from '../../model/version.ts';
import type { Dialect, Fields } from './dialect.ts';

/** What stands in the body of a request beside texts and model, by role. */
export type BodyFields = Readonly<Record<Role, Fields>>;

/** Fields by which services give their vectors another type, and what is read of it here. */
const TYPES = ['encoding_format', 'embedding_type', 'embedding_types', 'output_dtype'];
const READ: readonly unknown[] = ['float', 'base64', null];

/**
 * The dialect's fields, over them what the version says of both roles, over them what it says of one. A field of null is left out.
 * @throws CutoverError VERSION_INVALID for fields that ask for packed or rounded vectors
 */
export function bodyFields(spec: VersionSpec, { fields }: Pick<Dialect, 'fields'>): BodyFields {
  const { both = {}, query = {}, document = {} } = spec.body ?? {};
  const of = (role: Role, own: Fields): Fields => {
    const all = Object.entries({ ...fields[role], ...both, ...own });
    for (const [name, value] of all) if (TYPES.includes(name)) refuseTypes(spec, name, value);
    return Object.fromEntries(all.filter(([, value]) => value !== null));
  };
  return { query: of('query', query), document: of('document', document) };
}

function refuseTypes(spec: VersionSpec, name: string, value: unknown): void {
  const types: unknown[] = Array.isArray(value) ? value : [value];
  if (types.length === 1 && types.every((type) => READ.includes(type))) return;
  const reason = 'only float and base64 are read: packed and rounded vectors mean something else';
  throw new CutoverError('VERSION_INVALID', {
    file: spec.file,
    version: spec.id,
    found: `body: ${name}: ${JSON.stringify(value)}`,
    reason,
  });
}
