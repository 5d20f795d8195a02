import { setTimeout as wait } from 'node:timers/promises';
import { CutoverError } from '../../core/errors.ts';
import type { Role } from '../../model/version.ts';
import { pauseBefore, RequestQueue } from './limits.ts';
import { saysTooLong } from './over-long.ts';
import { addressOf, askOnce, isOfContent, Refusal, Retryable, type Service, UnusableAnswer } from './request.ts';

/** Milliseconds in which the same reason is not told again: requests under way at once fail together. */
const QUIET = 5000;

/** Tells why a service is waited for. */
class Waits {
  readonly #address: string;
  readonly #say: ((line: string) => void) | undefined;
  #last: { readonly reason: string; readonly at: number } | null = null;

  constructor(address: string, say: ((line: string) => void) | undefined) {
    this.#address = address;
    this.#say = say;
  }

  /** @param pause milliseconds @param attempt number of the next try, of `most` */
  say({ message, status }: Retryable, pause: number, attempt: number, most: number): void {
    const now = performance.now();
    if (this.#say === undefined || (this.#last?.reason === message && now - this.#last.at < QUIET)) return;
    this.#last = { reason: message, at: now };
    const what = status === 429 ? `rate limit (${message})` : message;
    this.#say(`${this.#address}: ${what}; try ${attempt} of ${most} in ${secondsText(pause)}`);
  }

  /** The service answers again. */
  over(): void {
    this.#last = null;
  }
}

function secondsText(milliseconds: number): string {
  return milliseconds < 1000 ? 'a moment' : `${Math.ceil(milliseconds / 1000)} s`;
}

/** A text that the service takes in no request, though it takes others. */
export class TextRefused extends Error {
  /** Place of the text in the call. */
  readonly index: number;

  constructor(index: number, message: string) {
    super(message);
    this.index = index;
  }
}

/** What no service should mind. */
const HARMLESS = 'canary';
/** Tries after which an internal error is looked at as one that a single text causes. */
const SOON = 2;

/** Asks a service for vectors: under limits, again where that may help, and in smaller requests where it refuses large ones. */
export class EmbeddingClient {
  readonly #service: Service;
  readonly #queue: RequestQueue;
  readonly #address: string;
  readonly #waits: Waits;
  /** Texts of one request that were not too many so far. */
  #most: number;

  constructor(service: Service) {
    this.#service = service;
    this.#queue = new RequestQueue(service.limits);
    this.#address = addressOf(service);
    this.#most = service.dialect.batch;
    this.#waits = new Waits(this.#address, service.say);
  }

  /**
   * Vectors in the order of the texts. A request that is refused, or that the service breaks on, is halved until it works or one text
   * is left that does not.
   * @param started called when a request goes out, each time; what is refused is then not tried in parts
   * @throws TextRefused; CutoverError HTTP_UNREACHABLE, HTTP_RATE_LIMITED, HTTP_REFUSED, HTTP_ANSWER_UNUSABLE, INTERRUPTED
   */
  async embed(texts: readonly string[], role: Role, signal?: AbortSignal, started?: () => void): Promise<Float32Array[]> {
    if (started !== undefined) return this.#queued(texts, role, signal, started);
    const size = this.#most;
    const starts = Array.from({ length: Math.ceil(texts.length / size) }, (_, i) => i * size);
    const parts = await Promise.all(starts.map((start) => this.#narrowed(texts.slice(start, start + size), start, role, signal)));
    return parts.flat();
  }

  /** @param first place of the first of the texts in the call */
  async #narrowed(texts: readonly string[], first: number, role: Role, signal: AbortSignal | undefined): Promise<Float32Array[]> {
    try {
      return await this.#queued(texts, role, signal);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (texts.length < 2) return await this.#alone(texts, first, role, signal, error);
    }
    const half = Math.ceil(texts.length / 2);
    const before = await this.#narrowed(texts.slice(0, half), first, role, signal);
    const after = await this.#narrowed(texts.slice(half), first + half, role, signal);
    // Both halves were taken, so that they were too many together: later requests are no larger.
    this.#most = Math.min(this.#most, half);
    return [...before, ...after];
  }

  /** Whether the text is at fault, or the request, or the service. @throws TextRefused, and CutoverError for the others */
  async #alone(texts: readonly string[], index: number, role: Role, signal: AbortSignal | undefined, refusal: Refusal) {
    if (refusal.status === 413 || saysTooLong(refusal.message)) throw new TextRefused(index, refusal.message);
    await this.#queued([HARMLESS], role, signal).catch((error: unknown) => {
      throw error instanceof Refusal ? this.#refused(error) : error;
    });
    try {
      return await this.#queued(texts, role, signal);
    } catch (error) {
      throw error instanceof Refusal ? new TextRefused(index, error.message) : error;
    }
  }

  async #queued(texts: readonly string[], role: Role, signal: AbortSignal | undefined, started?: () => void): Promise<Float32Array[]> {
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    try {
      return await this.#queue.run(characters, () => this.#again(texts, role, signal, started), signal);
    } catch (error) {
      if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
      if (error instanceof Refusal && !isOfContent(error)) throw this.#refused(error);
      throw error;
    }
  }

  async #again(texts: readonly string[], role: Role, signal: AbortSignal | undefined, started?: () => void): Promise<Float32Array[]> {
    const { retries } = this.#service.limits;
    for (let attempt = 0; ; attempt++) {
      try {
        started?.();
        const vectors = await askOnce(this.#service, texts, role, signal);
        this.#waits.over();
        return vectors;
      } catch (error) {
        if (signal?.aborted) throw new CutoverError('INTERRUPTED', {});
        if (error instanceof UnusableAnswer)
          throw new CutoverError('HTTP_ANSWER_UNUSABLE', { url: this.#address, reason: error.message }, { cause: error });
        if (!(error instanceof Retryable)) throw error;
        const isBroken = error.status === 500 && !(texts.length === 1 && texts[0] === HARMLESS);
        if (isBroken && attempt + 1 >= Math.min(SOON, retries + 1)) throw new Refusal(error.message, 500);
        if (attempt >= retries) throw this.#givenUp(error, attempt + 1);
        const pause = pauseBefore(attempt, error.retryAfter);
        this.#waits.say(error, pause, attempt + 2, retries + 1);
        await wait(pause, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      }
    }
  }

  #givenUp(error: Retryable, tries: number): CutoverError {
    const code = error.status === 429 ? 'HTTP_RATE_LIMITED' : 'HTTP_UNREACHABLE';
    return new CutoverError(code, { url: this.#address, tries, reason: error.message }, { cause: error });
  }

  #refused({ status, message }: Refusal): CutoverError {
    return new CutoverError('HTTP_REFUSED', { url: this.#address, reason: message, next: this.#nextOf(status, message) });
  }

  #nextOf(status: number, words: string): string {
    const { keyFrom, model } = this.#service;
    if (status === 401 || status === 403)
      return `Check the key in ${keyFrom ?? 'an environment variable named by `keyFrom`'}, and that it may use ${model}`;
    if (status === 404) return 'Check `url` (the base address, without what the dialect puts behind it) and `model`';
    if (status >= 300 && status < 400)
      return 'Write the address that it redirects to as `url`; redirects are not followed, because they would carry the key along';
    if (/input_type|\btask\b|task_?type/i.test(words))
      return 'It wants to know the role of a text: set `dialect` to the service (cohere, voyage, jina, nim, gemini), or write its field under `body.query` and `body.document`';
    return 'It refuses even one short text, so the request itself is wrong: check `model`, `dialect` and `body` against what the service says';
  }
}
