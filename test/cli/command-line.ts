import type { Host } from '../../src/cli/host.ts';

/** What a command left. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process, in a folder, without a terminal unless `more` brings one. */
export function commandLine(cwd: string, more: Partial<Host> = {}): (...args: readonly string[]) => Promise<Printed> {
  return async (...args) => {
    const out: string[] = [];
    const err: string[] = [];
    const host: Host = {
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => err.push(text) },
      env: {},
      cwd,
      clock: () => 0,
      today: () => '2026-01-31',
      now: () => '2026-01-31T00:00:00.000Z',
      signal: new AbortController().signal,
      ...more,
    };
    // Loaded when it is needed: helpers that know how to run a command are imported where none is run.
    const { main } = await import('../../src/cli/main.ts');
    const code = await main(args, host);
    return { code, out: out.join(''), err: err.join('') };
  };
}
