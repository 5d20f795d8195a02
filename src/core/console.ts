/** Progress of long work; `total` null while unknown. */
export interface Progress {
  /** What is being done, as a person would say it: `embedding bge-small-en documents`. */
  readonly task: string;
  readonly done: number;
  readonly total: number | null;
  /** Plural noun of what is counted: `texts`, `queries`, `documents`. */
  readonly unit: string;
}

/** What stages tell the person at the terminal. Never data: that goes to stdout by the command itself. */
export interface Console {
  /** Overwrites the progress line; without a terminal, a line now and then. */
  progress(progress: Progress): void;
  /** Ends the current progress line, with a one-line result. */
  info(line: string): void;
  /** Something to know that stops nothing. */
  warn(line: string): void;
}
