import type { Retryable } from './request.ts';

/** Milliseconds in which the same reason is not told again: requests under way at once fail together. */
const QUIET = 5000;

/** Tells why a service is waited for. */
export class Waits {
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
