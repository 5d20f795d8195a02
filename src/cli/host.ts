import type { Prompts } from '../features/setup/prompts.ts';

/** What a command may know of the process it runs in; tests hand in their own. */
export interface Host {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
  /** Today as an ISO date, for `--as-of`'s default. */
  readonly today: () => string;
  /** Now as ISO time, for ledgers. */
  readonly now: () => string;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** A person who can be asked; missing where there is no terminal. */
  readonly prompts?: Prompts;
  /** Shows a file in the platform's browser; missing where nobody would see it. @throws Error when nothing opens it */
  readonly openFile?: (file: string) => Promise<void>;
}

/** The configuration that is taken unless one is named. */
export const DEFAULT_CONFIG = 'cutover.yaml';

/** Exit codes: a failing gate and a crash never share one. */
export const EXIT = { pass: 0, fail: 1, error: 2, inconclusive: 3, interrupted: 130 } as const;

/** What a command gets: its host and a way to say the exit code. */
export interface CommandContext {
  readonly host: Host;
  exit(code: number): void;
}

/** A wrong call: told in one line with a hint, exit code 2. */
export class UsageError extends Error {}
