import { reasonOf } from '../../core/errors.ts';
import { masked } from '../../core/secrets.ts';
import type { RequestLimits, Role } from '../../model/version.ts';
import type { Dialect, Entry, Fields } from './dialect.ts';

/** What is wrong with an answer, in the words of an error; an answer like that is not asked for again. */
export class UnusableAnswer extends Error {}

/**
 * The vectors of an answer, in the order of the texts: entries may say which text they belong to.
 * @returns Float32Array [dimension] a text
 * @throws UnusableAnswer when it is not JSON, lacks vectors, or a vector is no list of finite numbers of one length
 */
function vectorsOf(body: string, count: number, dialect: Pick<Dialect, 'entries' | 'id'>): Float32Array[] {
  const entries = entriesOf(body, dialect);
  if (entries.length !== count) throw new UnusableAnswer(`it holds ${entries.length} vectors for ${count} texts`);
  const vectors = new Array<Float32Array | undefined>(count);
  for (const [place, { index = place, embedding }] of entries.entries()) {
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count)
      throw new UnusableAnswer(`an entry says it is of text ${JSON.stringify(index)} of ${count}`);
    if (vectors[index] !== undefined) throw new UnusableAnswer(`it holds two vectors for text ${index}`);
    vectors[index] = typeof embedding === 'string' ? fromBase64(embedding, index) : fromList(embedding, index);
  }
  const all = vectors.filter((vector) => vector !== undefined);
  const odd = all.find((vector) => vector.length !== all[0]?.length);
  if (odd !== undefined) throw new UnusableAnswer(`its vectors have ${all[0]?.length} and ${odd.length} dimensions`);
  return all;
}

function entriesOf(body: string, { entries, id }: Pick<Dialect, 'entries' | 'id'>): readonly Entry[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new UnusableAnswer(`it is not JSON: ${JSON.stringify(body.slice(0, 60))}`);
  }
  const found = entries(value);
  if (found !== null) return found;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value).slice(0, 5).join(', ') : '';
  throw new UnusableAnswer(`it has no vectors where the dialect ${id} has them; its keys are ${keys || 'none'}`);
}

/** Little-endian float32, as OpenAI, Voyage and Cohere write it. */
function fromBase64(text: string, index: number): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new UnusableAnswer(`text ${index} has a text that is no base64 of float32: ${JSON.stringify(text.slice(0, 20))}`);
  const vector = Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  const bad = vector.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new UnusableAnswer(`the vector of text ${index} has a value that is not finite (dimension ${bad})`);
  return vector;
}

function fromList(embedding: unknown, index: number): Float32Array {
  if (!Array.isArray(embedding) || embedding.length === 0) throw new UnusableAnswer(`text ${index} has no list of numbers`);
  if (Array.isArray(embedding[0]))
    throw new UnusableAnswer(`text ${index} has ${embedding.length} vectors instead of one; is it a model with a vector a token?`);
  const bad = embedding.findIndex((value) => typeof value !== 'number' || !Number.isFinite(value));
  if (bad >= 0)
    throw new UnusableAnswer(
      `the vector of text ${index} has ${JSON.stringify(embedding[bad])} instead of a finite number (dimension ${bad})`,
    );
  return Float32Array.from(embedding as number[]);
}

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
/** Bytes that an answer may have: ten times what 4,096 numbers take as JSON, and room for what is said beside them. */
const ROOM_A_TEXT = 1_000_000;
const LEAST_ROOM = 1_000_000;
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
  const { dialect, model, fields, key, limits, say } = service;
  const most = LEAST_ROOM + texts.length * ROOM_A_TEXT;
  const headers = key === null ? {} : dialect.keyHeader(key);
  const target = { address: addressOf(service), headers, timeoutSeconds: limits.timeoutSeconds, say };
  const { response, body } = await post(target, JSON.stringify(dialect.request(model, texts, fields[role])), most, signal);
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

/** Where a request goes, and with what. */
interface Target {
  readonly address: string;
  /** Beside the content type: the key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Told of a wait. */
  readonly say?: ((line: string) => void) | undefined;
}

/** Posts JSON. @param most bytes that the answer may have @throws Retryable where there is no answer; UnusableAnswer */
export async function post(
  { address, headers, timeoutSeconds, say }: Target,
  text: string,
  most: number,
  signal: AbortSignal | undefined,
): Promise<{ response: Response; body: string }> {
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
  const patience = setTimeout(() => {
    say?.(`${address}: no answer for ${PATIENCE / 1000} s, waiting up to ${timeoutSeconds} s`);
  }, PATIENCE);
  try {
    const response = await fetch(address, {
      method: 'POST',
      // A redirect would carry the key to wherever it points.
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    // Before anything is cut out of it: half a key is no longer known for one.
    return { response, body: masked(await textOf(response, most)) };
  } catch (error) {
    if (error instanceof UnusableAnswer) throw error;
    throw new Retryable(timeout.aborted ? `no answer within ${timeoutSeconds} s` : causeOf(error));
  } finally {
    clearTimeout(patience);
  }
}

/** An answer without an end, or one packed a thousandfold, is let go before it fills the memory. @throws UnusableAnswer */
async function textOf({ body }: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > most) throw new UnusableAnswer(`it is longer than ${most} bytes`);
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

/** What a service says of its refusal, shortened: the message of its JSON, or the start of the page. */
export function messageOf(body: string): string {
  try {
    const { error, message, detail } = JSON.parse(body) as { error?: { message?: unknown } | string; message?: unknown; detail?: unknown };
    const words = (typeof error === 'string' ? error : error?.message) ?? message ?? detail;
    if (typeof words === 'string') return withoutStop(words.slice(0, 300));
    if (words !== undefined) return JSON.stringify(words).slice(0, 300);
  } catch {
    // Not JSON: the page itself has to do.
  }
  const text = body.replace(/<[^<>]*>/g, ' ').replace(/\s+/g, ' ');
  return withoutStop(text.trim().slice(0, 120));
}

/** Messages are put into sentences that bring their own full stop. */
function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, '');
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message || reasonOf(error) : reasonOf(error);
}
