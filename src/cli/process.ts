import { performance } from 'node:perf_hooks';
import type { Readable, Writable } from 'node:stream';
import { CutoverError, reasonOf } from '../core/errors.ts';
import { plain, safeForStream } from '../core/printable.ts';
import type { Prompts } from '../features/setup/prompts.ts';
import { EXIT, type Host } from './host.ts';
import { main, report } from './main.ts';
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
  warnSafely();
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

/** Node writes a warning as it is, and a library may quote a file in one. */
function warnSafely(): void {
  if (process.listenerCount('warning') === 0) return;
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => process.stderr.write(`${plain(`${name}: ${message}`)}\n`));
}

type Env = Readonly<Record<string, string | undefined>>;

/** Whether somebody sits in front of this machine: not in CI, and not over a line without a display. */
export function hasScreen(platform: NodeJS.Platform, env: Env): boolean {
  if (env.CI) return false;
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
}

/** Shows a file in the platform's browser and doesn't wait for it. @throws Error when nothing there opens it */
export async function openFile(file: string): Promise<void> {
  const { default: open } = await import('open');
  // It resolves once the program has started: waiting for the `spawn` event here would wait for one that is over.
  await open(file);
}

/** Asks on a terminal; the questions go to stderr, so that stdout stays data. The library is loaded with the first question. */
export function terminalPrompts(input: Readable, output: Writable): Prompts {
  const streams = { input, output };
  const library = () => import('@clack/prompts');
  return {
    select: async (message, options) => {
      const { select, isCancel } = await library();
      const shown = options.map(({ value, label, hint }) => ({ value, label: plain(label), ...(hint === undefined ? {} : { hint }) }));
      const answer = await select<string>({ message: plain(message), options: shown, ...streams });
      return isCancel(answer) ? turnedAway() : answer;
    },
    text: async (message, initial) => {
      const { text, isCancel } = await library();
      const answer = await text({ message: plain(message), initialValue: initial, ...streams });
      return isCancel(answer) ? turnedAway() : (answer ?? '');
    },
    confirm: async (message, initialValue) => {
      const { confirm, isCancel } = await library();
      const answer = await confirm({ message: plain(message), initialValue, ...streams });
      return isCancel(answer) ? turnedAway() : answer;
    },
  };
}

function turnedAway(): never {
  throw new CutoverError('INTERRUPTED', {});
}
