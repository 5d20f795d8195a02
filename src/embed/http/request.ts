import { reasonOf } from '../../core/errors.ts';
import { masked } from '../../core/secrets.ts';
import type { RequestLimits, Role } from '../../model/version.ts';
import { vectorsOf } from './answer.ts';
import type { Dialect, Fields } from './dialect.ts';

/** Where to ask, how, and as whom. */
export interface Service {
  readonly dialect: Dialect;
  /** Base address, e.g. `https://api.openai.com/v1`. */
  readonly url: string;
  readonly model: string;
  /** Sent to this address alone; null where the service wants none. */
  readonly key: string | null;
  /** Name of the environment variable that holds it, for errors. */
  readonly keyFrom: string | null;
  /** Fields of the body, by role. */
  readonly fields: Readonly<Record<Role, Fields>>;
  readonly limits: RequestLimits;
  /** Told of waits and further tries. */
  readonly say?: (line: string) => void;
}

/** A try that failed and may be made again. */
export class Retryable extends Error {
  /** null where there was no answer. */
  readonly status: number | null;
  readonly retryAfter: string | null;

  constructor(message: string, status: number | null = null, retryAfter: string | null = null) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** The service does not take this request; a smaller one, or one without some text, it may. */
export class Refusal extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** How long nothing is said of an answer that does not come. */
const PATIENCE = 15_000;
const MAYBE_SMALLER: ReadonlySet<number> = new Set([400, 413, 422]);

/** The address that a service is asked at. A query string of the base address stays behind the path. */
export function addressOf({ url, dialect, model }: Pick<Service, 'url' | 'dialect' | 'model'>): string {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/${dialect.path(model)}`;
  return address.href;
}

/**
 * Asks once.
 * @returns vectors in the order of the texts
 * @throws Retryable, Refusal; UnusableAnswer; Error with `status` for what no other request would change
 */
export async function askOnce(service: Service, texts: readonly string[], role: Role, signal?: AbortSignal): Promise<Float32Array[]> {
  const { dialect, model, fields } = service;
  const { response, body } = await post(service, JSON.stringify(dialect.request(model, texts, fields[role])), signal);
  if (response.ok) return vectorsOf(body, texts.length, dialect);
  const words = `${response.status} ${messageOf(body)}`.trim();
  if (response.status === 408 || response.status === 429 || response.status >= 500)
    throw new Retryable(words, response.status, response.headers.get('retry-after'));
  throw new Refusal(words, response.status);
}

/** Whether a refusal may be of what the request holds, rather than of who asks or where. */
export function isOfContent({ status }: Refusal): boolean {
  return MAYBE_SMALLER.has(status) || status >= 500;
}

async function post(service: Service, text: string, signal: AbortSignal | undefined): Promise<{ response: Response; body: string }> {
  const { key, limits, dialect } = service;
  const address = addressOf(service);
  const timeout = AbortSignal.timeout(limits.timeoutSeconds * 1000);
  const patience = setTimeout(() => {
    service.say?.(`${address}: no answer for ${PATIENCE / 1000} s, waiting up to ${limits.timeoutSeconds} s`);
  }, PATIENCE);
  try {
    const response = await fetch(address, {
      method: 'POST',
      // A redirect would carry the key to wherever it points.
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...(key === null ? {} : dialect.keyHeader(key)) },
      body: text,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    // Before anything is cut out of it: half a key is no longer known for one.
    return { response, body: masked(await response.text()) };
  } catch (error) {
    throw new Retryable(timeout.aborted ? `no answer within ${limits.timeoutSeconds} s` : causeOf(error));
  } finally {
    clearTimeout(patience);
  }
}

/** What a service says of its refusal, shortened: the message of its JSON, or the start of the page. */
function messageOf(body: string): string {
  try {
    const { error, message, detail } = JSON.parse(body) as { error?: { message?: unknown } | string; message?: unknown; detail?: unknown };
    const words = (typeof error === 'string' ? error : error?.message) ?? message ?? detail;
    if (typeof words === 'string') return withoutStop(words.slice(0, 300));
    if (words !== undefined) return JSON.stringify(words).slice(0, 300);
  } catch {
    // Not JSON: the page itself has to do.
  }
  const text = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  return withoutStop(text.trim().slice(0, 120));
}

/** Messages are put into sentences that end in a full stop of their own. */
function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, '');
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message || reasonOf(error) : reasonOf(error);
}
