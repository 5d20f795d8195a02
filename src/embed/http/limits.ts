import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { RequestLimits } from '../../model/version.ts';

/** Characters a token, about, for English text and the usual tokenizers; for limits and estimates only. */
export const CHARACTERS_A_TOKEN = 4;
const MINUTE = 60_000;
/** Longest pause before a further try, unless the service asks for a longer one. */
const LONGEST_PAUSE = 60_000;
const FIRST_PAUSE = 500;

/** Runs requests under the limits that the spec names: at once, a minute, tokens a minute. */
export class RequestQueue {
  readonly #queue: PQueue;
  readonly #tokensPerMinute: number | null;
  /** When the tokens asked for so far are paid off, in milliseconds of a monotonic clock. */
  #paidUntil = 0;

  constructor({ concurrency, requestsPerMinute, tokensPerMinute }: RequestLimits) {
    const rate = requestsPerMinute === null ? {} : { interval: MINUTE / requestsPerMinute, intervalCap: 1 };
    this.#queue = new PQueue({ concurrency, ...rate });
    this.#tokensPerMinute = tokensPerMinute;
  }

  run<T>(characters: number, task: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#queue.add(async () => {
      await this.#pay(characters / CHARACTERS_A_TOKEN, signal);
      return task();
    }) as Promise<T>;
  }

  async #pay(tokens: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#tokensPerMinute === null) return;
    const now = performance.now();
    const pause = Math.max(0, this.#paidUntil - now);
    this.#paidUntil = now + pause + (tokens / this.#tokensPerMinute) * MINUTE;
    if (pause > 0) await wait(pause, undefined, signal === undefined ? {} : { signal });
  }
}

/**
 * Milliseconds to wait before try number `attempt` + 1: what the service asks for, else exponential with full jitter, so that
 * many clients that failed together do not come back together.
 * Source: Brooker 2015, Exponential Backoff And Jitter, AWS Architecture Blog.
 * @param retryAfter the header: seconds, or an HTTP date
 */
export function pauseBefore(attempt: number, retryAfter: string | null): number {
  const seconds = retryAfter === null ? Number.NaN : Number(retryAfter);
  const asked = Number.isFinite(seconds) ? seconds * 1000 : retryAfter === null ? Number.NaN : Date.parse(retryAfter) - Date.now();
  if (Number.isFinite(asked) && asked >= 0) return Math.min(asked, 10 * LONGEST_PAUSE);
  return randomInt(0, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt) + 1);
}

/** Texts of one request. */
interface Batch {
  /** Place of the first of them. */
  readonly start: number;
  readonly texts: readonly string[];
}

/** As many texts a request as the limits allow; a text longer than that goes alone. */
export function batchesOf(texts: readonly string[], { batch, characters }: Pick<RequestLimits, 'batch' | 'characters'>): Batch[] {
  const batches: Batch[] = [];
  let open: string[] = [];
  let size = 0;
  const close = (next: number): void => {
    if (open.length > 0) batches.push({ start: next - open.length, texts: open });
    open = [];
    size = 0;
  };
  for (const [i, text] of texts.entries()) {
    if (open.length >= batch || size + text.length > characters) close(i);
    open.push(text);
    size += text.length;
  }
  close(texts.length);
  return batches;
}
