import { CutoverError } from '../core/errors.ts';

/** How a database is reached, and what an error may say of it. */
export interface Connection {
  /** The connection string. */
  readonly url: string;
  /** What must not stand in an error: connection string, password. */
  readonly hide: readonly string[];
  /** What may: the server, and where its address comes from. */
  readonly where: string;
}

/**
 * The connection string in an environment variable, as a URL of the scheme `postgres` or `postgresql`.
 * @param store as an error should call it
 * @throws CutoverError STORE_URL_MISSING, STORE_URL_INVALID
 */
export function connectionFrom(env: Readonly<Record<string, string | undefined>>, variable: string, store: string): Connection {
  const url = env[variable] ?? '';
  if (url === '') throw new CutoverError('STORE_URL_MISSING', { store, variable });
  if (!isWellFormed(url)) throw new CutoverError('STORE_URL_INVALID', { store, variable });
  return { url, hide: [url, ...secretsOf(url)], where: `${serverOf(url)}, from ${variable}` };
}

/** Of the scheme, readable as the driver reads it, and not cut short by a `/` or `#` of the password. */
function isWellFormed(url: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(url)) return false;
  // A user without a host is a local socket; URLs know none.
  const parsed = [url, url.replace('@/', '@socket/')].find((text) => URL.canParse(text));
  if (parsed === undefined) return false;
  const { pathname, hash } = new URL(parsed);
  return !`${pathname}${hash}`.includes('@');
}

function serverOf(url: string): string {
  // Left of the last @ is who asks; a host of its own in the query is a socket.
  const [, address = ''] = /^\w+:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(url) ?? [];
  return address === '' ? 'a local socket' : address;
}

/** Parts of a connection string that an error of the driver may repeat. */
function secretsOf(url: string): string[] {
  const password = /^\w+:\/\/[^/?#@:]*:([^/?#]*)@/.exec(url)?.[1] ?? /password=([^&\s]+)/.exec(url)?.[1] ?? '';
  const plain = decoded(password);
  return [password, plain].filter((secret) => secret.length > 2);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
