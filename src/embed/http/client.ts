import { setTimeout as wait } from 'node:timers/promises';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import type { RequestLimits } from '../../model/version.ts';
import { UnusableAnswer, vectorsOf } from './answer.ts';
import { pauseBefore, RequestQueue } from './limits.ts';

/** Where to ask, and as whom. */
export interface Service {
  /** Base address, e.g. `https://api.openai.com/v1`. */
  readonly url: string;
  readonly model: string;
  /** Sent as a bearer token to this address alone; null where the service wants none. */
  readonly key: string | null;
  /** Name of the environment variable that holds it, for errors. */
  readonly keyFrom: string | null;
  readonly limits: RequestLimits;
}

/** A try that failed and may be made again. */
class Retryable extends Error {
  readonly retryAfter: string | null;

  constructor(message: string, retryAfter: string | null = null) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** The service finds the request too large. */
class TooLarge extends Error {}

/** Asks an OpenAI-compatible `/embeddings` endpoint, under limits, again where that may help. */
export class EmbeddingClient {
  readonly #service: Service;
  readonly #queue: RequestQueue;
  readonly #address: string;

  constructor(service: Service) {
    this.#service = service;
    this.#queue = new RequestQueue(service.limits);
    this.#address = `${service.url.replace(/\/+$/, '')}/embeddings`;
  }

  /**
   * Vectors in the order of the texts; a request that is too large is split.
   * @throws CutoverError HTTP_UNREACHABLE, HTTP_REFUSED, HTTP_ANSWER_UNUSABLE, INTERRUPTED
   */
  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    try {
      return await this.#queue.run(
        texts.reduce((sum, text) => sum + text.length, 0),
        () => this.#again(texts, signal),
        signal,
      );
    } catch (error) {
      if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
      if (!(error instanceof TooLarge)) throw error;
      if (texts.length < 2) throw this.#refused(413, 'one text alone is too large for it');
      const half = Math.ceil(texts.length / 2);
      return [...(await this.embed(texts.slice(0, half), signal)), ...(await this.embed(texts.slice(half), signal))];
    }
  }

  async #again(texts: readonly string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#once(texts, signal);
      } catch (error) {
        if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
        if (error instanceof UnusableAnswer)
          throw new CutoverError('HTTP_ANSWER_UNUSABLE', { url: this.#address, reason: error.message }, { cause: error });
        if (!(error instanceof Retryable)) throw error;
        if (attempt >= this.#service.limits.retries)
          throw new CutoverError('HTTP_UNREACHABLE', { url: this.#address, tries: attempt + 1, reason: error.message }, { cause: error });
        await wait(pauseBefore(attempt, error.retryAfter), undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      }
    }
  }

  async #once(texts: readonly string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const { key, model, limits } = this.#service;
    const timeout = AbortSignal.timeout(limits.timeoutSeconds * 1000);
    let response: Response;
    let body: string;
    try {
      response = await fetch(this.#address, {
        method: 'POST',
        // A redirect would carry the key to wherever it points.
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
        body: JSON.stringify({ model, input: texts, encoding_format: 'float' }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      body = await response.text();
    } catch (error) {
      throw new Retryable(timeout.aborted ? `no answer within ${limits.timeoutSeconds} s` : causeOf(error));
    }
    if (response.ok) return vectorsOf(body, texts.length);
    if (response.status === 413) throw new TooLarge();
    const words = `${response.status} ${this.#withoutKey(messageOf(body))}`.trim();
    if (response.status === 408 || response.status === 429 || response.status >= 500)
      throw new Retryable(words, response.headers.get('retry-after'));
    throw this.#refused(response.status, words);
  }

  #refused(status: number, words: string): CutoverError {
    const { keyFrom, model } = this.#service;
    const next =
      status === 401 || status === 403
        ? `Check the key in ${keyFrom ?? 'an environment variable named by `keyFrom`'}, and that it may use ${model}`
        : status === 404
          ? `Check \`url\` (the base address, without /embeddings) and \`model\``
          : status >= 300 && status < 400
            ? 'Write the address that it redirects to as `url`; redirects are not followed, because they would carry the key along'
            : 'Read what the service says; a smaller `requests.batch` or `requests.characters` may help';
    return new CutoverError('HTTP_REFUSED', { url: this.#address, reason: words, next });
  }

  #withoutKey(text: string): string {
    const { key } = this.#service;
    return key === null ? text : text.replaceAll(key, '…');
  }
}

/** What a service says of its refusal, shortened: `error.message` of its JSON, or the start of the page. */
function messageOf(body: string): string {
  try {
    const { error, message } = JSON.parse(body) as { error?: { message?: unknown } | string; message?: unknown };
    const words = typeof error === 'string' ? error : (error?.message ?? message);
    if (typeof words === 'string') return words.slice(0, 200);
  } catch {
    // Not JSON: the page itself has to do.
  }
  return body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 120);
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message || reasonOf(error) : reasonOf(error);
}
