/**
 * Every known error: what happened, in one sentence, and the next step. `{name}` is filled in at the throw.
 * Codes are stable: scripts and the troubleshooting page rely on them. Kept in alphabetical order.
 */
export const ERRORS = {
  ARTIFACT_FOREIGN: ['{file} was not written by the step that should have written it: {reason}.', 'Delete it and run `cutover run` again.'],
  ARTIFACT_MISSING: [
    '{file} does not exist: the step before this one has not run.',
    'Run `cutover {stage}` first, or `cutover run` for all steps.',
  ],
  ARTIFACT_STALE: [
    '{file} was made from another {key}: it says {found}, the configuration says {expected}.',
    'Run `cutover {stage}` again, or `cutover run` for all steps.',
  ],
  FILE_MISSING: ['{file} does not exist.', 'Check the path; relative paths start at the folder of the file they stand in.'],
  FILE_UNREADABLE: ['{file} cannot be read: {reason}.', 'Check its permissions.'],
  FILE_UNWRITABLE: [
    '{file} cannot be written: {reason}.',
    'Check free disk space and permissions of the folder; nothing half-written was left.',
  ],
  INTERRUPTED: ['Interrupted.', 'Run the same command again: it goes on where it stopped.'],
  JSON_MALFORMED: ['{where}: not valid JSON: {reason}.', 'Mend that line; every line is one complete JSON object.'],
} as const satisfies Record<string, readonly [message: string, next: string]>;

export type ErrorCode = keyof typeof ERRORS;

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;

/** The values that the message and next step of a code ask for. */
export type ErrorValues<Code extends ErrorCode> = { readonly [Name in Placeholders<(typeof ERRORS)[Code][number]>]: string | number };

function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

/**
 * A known error. The command line prints `message`, `details` and `next` and exits 2; anything else thrown keeps its stack.
 *
 * @example
 * throw new CutoverError('FILE_MISSING', { file: 'corpus.jsonl' });
 */
export class CutoverError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'CutoverError';
  readonly code: Code;
  readonly next: string;
  /** Further lines, e.g. every problem of a data set, each with file and line. */
  readonly details: readonly string[];

  constructor(code: Code, values: ErrorValues<Code>, more: { readonly details?: readonly string[]; readonly cause?: unknown } = {}) {
    const [message, next] = ERRORS[code];
    super(fill(message, values), more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.next = fill(next, values);
    this.details = more.details ?? [];
  }
}

/** The operating system's error code (`ENOENT`, `ENOSPC`, …), or undefined. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A short text of anything that was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
