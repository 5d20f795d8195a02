import { type ConnectionOptions, parse } from 'pg-connection-string';
import { CutoverError } from '../core/errors.ts';

/** How a database is reached, and what an error may say of it. */
export interface Connection {
  /** The connection string. */
  readonly url: string;
  /** What must not be in an error: connection string, password. */
  readonly hide: readonly string[];
  /** What may: the server, and where its address comes from. */
  readonly where: string;
}

/** The title of a change may be among them (`CI_COMMIT_TITLE`), and would name the server that gets a password. */
const OF_CI = /^(CI|GITHUB|GITLAB|ACTIONS|RUNNER)_/i;

/**
 * The connection string in an environment variable, as a URL of the scheme `postgres` or `postgresql`.
 * @param store as an error should call it
 * @throws CutoverError STORE_URL_FORBIDDEN, STORE_URL_MISSING, STORE_URL_INVALID
 */
export function connectionFrom(env: Readonly<Record<string, string | undefined>>, variable: string, store: string): Connection {
  if (OF_CI.test(variable)) throw new CutoverError('STORE_URL_FORBIDDEN', { store, variable });
  const url = env[variable] ?? '';
  if (url === '') throw new CutoverError('STORE_URL_MISSING', { store, variable });
  const server = parsed(url);
  if (server === null) throw new CutoverError('STORE_URL_INVALID', { store, variable });
  return { url, hide: [url, ...secretsOf(server)], where: `${addressOf(server)}, from ${variable}` };
}

/** As the driver reads it; null where it can't, or where a `/`, `?` or `#` of the password cuts it short. */
function parsed(url: string): ConnectionOptions | null {
  if (!/^postgres(ql)?:\/\//.test(url) || /#.*@/.test(url)) return null;
  try {
    // Certificates are read when the driver connects, and what it says of its modes is said then.
    const options = parse(url.replaceAll(/(?<=[?&])(ssl\w*|uselibpqcompat)=[^&]*/g, ''));
    return [options.database ?? '', ...Object.keys(options)].some((text) => text.includes('@')) ? null : options;
  } catch {
    return null;
  }
}

function addressOf({ host, port }: ConnectionOptions): string {
  if (!host || host.startsWith('/')) return 'a local socket';
  const name = host.includes(':') ? `[${host}]` : host;
  return port ? `${name}:${port}` : name;
}

/** What an error of the driver may repeat. */
function secretsOf({ password = '' }: ConnectionOptions): string[] {
  return [password, encodeURIComponent(password)].filter((secret) => secret.length > 2);
}
