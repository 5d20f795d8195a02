import type { Console, Progress } from '../core/console.ts';
import { plain, safeForStream } from '../core/printable.ts';
import type { Host } from './host.ts';

/** Milliseconds between progress lines: redrawn on a terminal, now and then in a log. */
const REDRAW = 100;
const LOG_EVERY = 15_000;

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
}

/** Colours where a person looks: a terminal, NO_COLOR unset. */
export function paintFor(host: Host): Paint {
  const on = host.stderr.isTTY === true && !host.env.NO_COLOR && host.env.TERM !== 'dumb';
  const code = (open: number, close: number) => (text: string) => (on ? `\u001b[${open}m${text}\u001b[${close}m` : text);
  return { bold: code(1, 22), dim: code(2, 22), good: code(32, 39), bad: code(31, 39), warn: code(33, 39) };
}

/** The same host, whose streams take nothing that a terminal or a CI system would act on, and no secret: the last check of all output. */
export function guarded(host: Host): Host {
  const isTerminal = host.stderr.isTTY === true;
  const safe = (stream: Host['stdout']) => ({ write: (text: string) => stream.write(safeForStream(text, { isTerminal })) });
  const { isTTY, columns } = host.stderr;
  const stderr = { ...safe(host.stderr), ...(isTTY === undefined ? {} : { isTTY }), ...(columns === undefined ? {} : { columns }) };
  return { ...host, stdout: safe(host.stdout), stderr };
}

function eta(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s left`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min left`;
  return `${(seconds / 3600).toFixed(1)} h left`;
}

/** Items and seconds before a time left is said: a model loads first, and the longest texts come first. */
const FIRST_ITEMS = 48;
const FIRST_SECONDS = 5;

/** Whether a rate says something of what is left. @param start items done when it began */
function isSettled(progress: Progress, start: number, seconds: number): progress is Progress & { readonly total: number } {
  const { done, total } = progress;
  return total !== null && seconds >= FIRST_SECONDS && done - start >= Math.min(FIRST_ITEMS, total / 4);
}

/** Writes to stderr; data goes to stdout by the commands themselves. `quiet` keeps warnings only. */
export class Terminal implements Console {
  readonly #host: Host;
  readonly #quiet: boolean;
  readonly #live: boolean;
  readonly #paint: Paint;
  #task = '';
  #since = 0;
  #startDone = 0;
  #last = 0;
  #open = false;

  constructor(host: Host, quiet: boolean) {
    this.#host = host;
    this.#quiet = quiet;
    this.#live = host.stderr.isTTY === true && !host.env.CI;
    this.#paint = paintFor(host);
  }

  progress(progress: Progress): void {
    if (this.#quiet) return;
    const now = this.#host.clock();
    if (progress.task !== this.#task) {
      this.#clear();
      this.#task = progress.task;
      this.#since = now;
      this.#startDone = progress.done;
      this.#last = this.#live ? 0 : now;
    }
    if (now - this.#last < (this.#live ? REDRAW : LOG_EVERY)) return;
    this.#last = now;
    const line = this.#line(progress, (now - this.#since) / 1000);
    if (!this.#live) {
      this.#host.stderr.write(`${line}\n`);
      return;
    }
    this.#host.stderr.write(`\r\u001b[2K${line.slice(0, (this.#host.stderr.columns ?? 100) - 1)}`);
    this.#open = true;
  }

  #line(progress: Progress, seconds: number): string {
    const rate = seconds > 0 ? (progress.done - this.#startDone) / seconds : 0;
    const of = progress.total === null ? `${progress.done}` : `${progress.done}/${progress.total}`;
    const left = isSettled(progress, this.#startDone, seconds) && rate > 0 ? `, ${eta((progress.total - progress.done) / rate)}` : '';
    return `  ${plain(progress.task)}: ${of} ${progress.unit}${rate > 0 ? `, ${rate.toFixed(rate < 10 ? 1 : 0)}/s` : ''}${left}`;
  }

  info(line: string): void {
    if (this.#quiet) return;
    this.#clear();
    this.#host.stderr.write(`${plain(line)}\n`);
  }

  warn(line: string): void {
    this.#clear();
    this.#host.stderr.write(`${this.#paint.warn('warning')} ${plain(line)}\n`);
  }

  #clear(): void {
    if (this.#open) this.#host.stderr.write('\r\u001b[2K');
    this.#open = false;
    this.#task = '';
  }
}
