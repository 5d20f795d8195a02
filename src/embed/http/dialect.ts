import { CutoverError } from '../../core/errors.ts';
import type { Role, VersionSpec } from '../../model/version.ts';

/** What is in the body of a request beside texts and model, by role. */
export type BodyFields = Readonly<Record<Role, Fields>>;

/** Fields by which services give their vectors another type, and what is read of it here. */
const TYPES = ['encoding_format', 'embedding_type', 'embedding_types', 'output_dtype'];
const READ: readonly unknown[] = ['float', 'base64', null];

/**
 * The dialect's fields, over them what the version says of both roles, over them what it says of one. A field of null is left out.
 * @throws CutoverError VERSION_INVALID for fields that ask for packed or rounded vectors, or for vectors that depend on other texts
 */
export function bodyFields(spec: VersionSpec, { fields }: Pick<Dialect, 'fields'>): BodyFields {
  const { both = {}, query = {}, document = {} } = spec.body ?? {};
  const of = (role: Role, own: Fields): Fields => {
    const all = Object.entries({ ...fields[role], ...both, ...own });
    for (const [name, value] of all) refuse(spec, name, value);
    return Object.fromEntries(all.filter(([, value]) => value !== null));
  };
  return { query: of('query', query), document: of('document', document) };
}

function refuse(spec: VersionSpec, name: string, value: unknown): void {
  const types: unknown[] = Array.isArray(value) ? value : [value];
  const isRead = !TYPES.includes(name) || (types.length === 1 && types.every((type) => READ.includes(type)));
  // Jina's: texts of a request are embedded as one, so that a vector is of its neighbours too.
  const isAlone = name !== 'late_chunking' || value !== true;
  if (isRead && isAlone) return;
  const reason = isRead
    ? 'a vector would depend on the other texts of its request'
    : 'only float and base64 are read: packed and rounded vectors mean something else';
  throw new CutoverError('VERSION_INVALID', {
    file: spec.file,
    version: spec.id,
    found: `body: ${name}: ${JSON.stringify(value)}`,
    reason,
  });
}

/** Further fields of a request's body. */
export type Fields = Readonly<Record<string, unknown>>;

/** One vector of an answer. */
export interface Entry {
  /** Which text it belongs to; unless given, its place in the answer. */
  readonly index?: unknown;
  /** A list of numbers, or float32 in base64. */
  readonly embedding?: unknown;
}

/** How one kind of service wants to be asked, and how it answers. */
export interface Dialect {
  readonly id: string;
  readonly title: string;
  /** Where its documentation says so. */
  readonly source: string;
  /** Base address where a version names none; null where it has to. */
  readonly url: string | null;
  /** Environment variable that usually holds the key; null where there is usually none. */
  readonly keyFrom: string | null;
  /** Texts of one request, at most. */
  readonly batch: number;
  /** Fields that differ by role. What a version writes under `body` wins. */
  readonly fields: Readonly<Record<Role, Fields>>;
  /** What is behind the base address. */
  path(model: string): string;
  /** The header that carries the key. */
  keyHeader(key: string): Readonly<Record<string, string>>;
  /** The body of a request. */
  request(model: string, texts: readonly string[], fields: Fields): unknown;
  /** The vectors of an answer; null where it has none. Values are checked by whoever reads them. */
  entries(answer: unknown): readonly Entry[] | null;
}

export function bearer(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key}` };
}

/** A field of what may be an object. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Fields)[name] : undefined;
}

/** The entries of an answer in OpenAI's form: `data` of `index` and `embedding`. */
export function dataEntries(answer: unknown): readonly Entry[] | null {
  const data = field(answer, 'data');
  return Array.isArray(data) ? data.map((entry: unknown) => (typeof entry === 'object' && entry !== null ? entry : {})) : null;
}
