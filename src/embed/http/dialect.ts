import type { Role } from '../../model/version.ts';

/** Further fields of a request's body. */
export type Fields = Readonly<Record<string, unknown>>;

/** One vector of an answer. */
export interface Entry {
  /** Which text it belongs to; unless given, its place in the answer. */
  readonly index?: unknown;
  /** A list of numbers, or float32 in base64. */
  readonly embedding?: unknown;
}

/** How one kind of service wants to be asked, and how it answers. One file of `dialects/` each. */
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
  /** What stands behind the base address. */
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
