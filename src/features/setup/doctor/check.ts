import { CutoverError, reasonOf } from '../../../core/errors.ts';

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly id: string;
  readonly title: string;
  /** `bad` keeps a run from working; `warn` is worth a look. */
  readonly status: 'ok' | 'warn' | 'bad';
  readonly found: string;
  /** What to do; null where nothing has to be done. */
  readonly next: string | null;
  /** Further lines, such as every problem of a data set. */
  readonly details: readonly string[];
}

/** What of the machine comes in from the edge. */
export interface Machine {
  /** `20.19.1` */
  readonly node: string;
  /** Bytes that this process may use, and those that are free. */
  readonly memory: () => { readonly total: number; readonly free: number };
  /** Free bytes where a path is, or will be. */
  readonly freeDisk: (path: string) => Promise<number>;
}

export function ok(id: string, title: string, found: string): DoctorCheck {
  return { id, title, status: 'ok', found, next: null, details: [] };
}

export function finding(status: 'warn' | 'bad', id: string, title: string, found: string, next: string): DoctorCheck {
  return { id, title, status, found, next, details: [] };
}

/** A known error as a finding; what isn't known is thrown on. */
export function findingOf(error: unknown, id: string, title: string): DoctorCheck {
  if (!(error instanceof CutoverError) || error.code === 'INTERRUPTED') throw error;
  return { id, title, status: 'bad', found: `${error.code}: ${reasonOf(error)}`, next: error.next, details: error.details };
}
