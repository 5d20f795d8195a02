import { DIALECTS } from '../../../embed/http/dialects/registry.ts';

/** A service as `--old` and `--new` name it. */
export interface ServiceChoice {
  /** null where the dialect says it. */
  readonly url: string | null;
  readonly dialect: string;
  readonly model: string;
  /** Environment variable of its key; null where it needs none, as far as is known. */
  readonly keyFrom: string | null;
}

/** Hosts that are known by their address. */
const OPENAI = 'https://api.openai.com/v1';

/**
 * A service, written `<url>#<model>` or `<dialect>:<model>`; null where the text is neither.
 * @example serviceOf('voyage:voyage-3.5') // { url: null, dialect: 'voyage', model: 'voyage-3.5', keyFrom: 'VOYAGE_API_KEY' }
 */
export function serviceOf(text: string): ServiceChoice | null {
  const [, url, named] = /^(https?:\/\/[^#\s]+)#(\S+)$/.exec(text) ?? [];
  if (url !== undefined && named !== undefined) {
    const dialect = DIALECTS.find((one) => one.url !== null && sameHost(one.url, url)) ?? DIALECTS[0];
    const isHosted = sameHost(OPENAI, url) || dialect.url !== null;
    return { url, dialect: dialect.id, model: named, keyFrom: isHosted ? dialect.keyFrom : null };
  }
  const [, id, model] = /^([a-z]+):(\S+)$/.exec(text) ?? [];
  const dialect = DIALECTS.find((one) => one.id === id);
  if (dialect === undefined || model === undefined) return null;
  return { url: dialect.url === null ? OPENAI : null, dialect: dialect.id, model, keyFrom: dialect.keyFrom };
}

function sameHost(a: string, b: string): boolean {
  return URL.canParse(b) && new URL(a).host === new URL(b).host;
}
