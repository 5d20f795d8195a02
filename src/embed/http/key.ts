import { CutoverError } from '../../core/errors.ts';
import { keepSecret } from '../../core/secrets.ts';
import type { VersionSpec } from '../../model/version.ts';
import type { EmbedderContext } from '../embedder.ts';

/** Variables of the CI system, of clouds and of this program: no configuration may send one anywhere. */
const FORBIDDEN = /^(GITHUB|ACTIONS|RUNNER|CI|GITLAB|NPM|NODE|AWS|CUTOVER)_/i;

/**
 * The key of a service, checked before the first request and never quoted: from here on it is hidden in everything that is
 * printed or written. Every dialect takes its key from here.
 * @param url where it would be sent
 * @returns null where the version names none
 * @throws CutoverError HTTP_KEY_FORBIDDEN, HTTP_KEY_MISSING, HTTP_KEY_NEW, HTTP_KEY_UNUSABLE
 */
export function keyFor(
  spec: Pick<VersionSpec, 'keyFrom' | 'file' | 'id'>,
  url: string,
  { env = {}, keyPairs = null }: EmbedderContext,
): string | null {
  const { keyFrom: variable, file, id: version } = spec;
  if (variable === undefined) return null;
  const about = { file, version, variable };
  if (FORBIDDEN.test(variable)) throw new CutoverError('HTTP_KEY_FORBIDDEN', about);
  const key = env[variable] ?? '';
  if (key === '') throw new CutoverError('HTTP_KEY_MISSING', about);
  keepSecret(key);
  const pair = keyPair(variable, url);
  if (keyPairs !== null && !keyPairs.includes(pair)) throw new CutoverError('HTTP_KEY_NEW', { ...about, host: addressOf(url), pair });
  const fault = faultOf(key);
  if (fault !== null) throw new CutoverError('HTTP_KEY_UNUSABLE', { ...about, fault });
  return key;
}

/** Which key goes to which host, as a base configuration and CUTOVER_KEYS say it: `OPENAI_API_KEY@api.openai.com`, `KEY@http://host` where it is not encrypted. */
export function keyPair(variable: string, url: string): string {
  return `${variable}@${addressOf(url)}`;
}

/** Host and port, as whoever sends a request reads them; the whole text where it is no address, so that nothing else equals it. */
function addressOf(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return protocol === 'https:' ? host : `${protocol}//${host}`;
  } catch {
    return url;
  }
}

/** What keeps a value from being a key, in words that say nothing of it. */
function faultOf(key: string): string | null {
  if (/[\r\n]/.test(key)) return 'has a line break';
  if (key !== key.trim()) return 'begins or ends with a space';
  if (/^-----BEGIN /.test(key)) return 'is a PEM key file, not the key of a service';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(key)) return 'is an address or a connection string, not a key';
  return /^[\x21-\x7e]+$/.test(key) ? null : 'has characters that no header can carry';
}
