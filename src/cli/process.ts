import { performance } from 'node:perf_hooks';
import { CutoverError, reasonOf } from '../core/errors.ts';
import { safeForStream } from '../core/printable.ts';
import { EXIT, type Host } from './host.ts';
import { main, report } from './main.ts';
import { hasScreen, openFile } from './open-file.ts';
import { terminalPrompts } from './prompts.ts';
import { guarded } from './terminal.ts';

/** How long a command may take to keep what is finished once it is interrupted. Some wait for what never answers. */
const GRACE_MS = 5000;

/**
 * Runs the command line in this process. Node's own exit code for an uncaught error is 1, the code of a failed gate,
 * so every way out is mapped here: uncaught errors and rejections 2, Ctrl-C 130.
 */
export async function runProcess(): Promise<void> {
  const abort = new AbortController();
  const crash = (error: unknown): never => {
    const text = error instanceof Error ? (error.stack ?? error.message) : reasonOf(error);
    process.stderr.write(`${safeForStream(text, { isTerminal: false })}\n`);
    process.exit(EXIT.error);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(EXIT.interrupted);
      abort.abort();
      setTimeout(() => process.exit(report(new CutoverError('INTERRUPTED', {}), guarded(host), undefined)), GRACE_MS).unref();
    });
  }
  // `cutover … | head` closes the pipe early; that is no crash.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit(EXIT.pass) : crash(error)));
  const host: Host = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    clock: () => performance.now(),
    today: () => new Date().toISOString().slice(0, 10),
    now: () => new Date().toISOString(),
    signal: abort.signal,
    ...(process.stdin.isTTY && process.stderr.isTTY && !process.env.CI ? { prompts: terminalPrompts(process.stdin, process.stderr) } : {}),
    ...(hasScreen(process.platform, process.env) ? { openFile } : {}),
  };
  process.exitCode = await main(process.argv.slice(2), host);
}
