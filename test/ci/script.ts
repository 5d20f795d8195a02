import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../temporary-folder.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Environment = Readonly<Record<string, string | undefined>>;

export interface Finished {
  readonly code: number | null;
  /** stdout and stderr as they came. */
  readonly log: string;
}

/** Runs a command under bash as a CI would: no terminal, nothing of this process's environment but where programs are. */
export function bash(
  command: string,
  options: { readonly cwd: string; readonly env: Environment; readonly killWhen?: () => boolean },
): Promise<Finished> {
  const { PATH, HOME } = process.env;
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', command], {
    cwd: options.cwd,
    env: { PATH, HOME, CI: 'true', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
  // The whole group, as when a runner ends a job.
  const timer = setInterval(() => options.killWhen?.() === true && process.kill(-(child.pid ?? 0), 'SIGKILL'), 5);
  return new Promise((resolve) =>
    child.once('close', (code) => {
      clearInterval(timer);
      resolve({ code, log });
    }),
  );
}

/** The files that GitHub hands to a step. */
export class StepFiles {
  readonly folder = temporaryFolder();

  get env(): Record<string, string> {
    const file = (name: string) => join(this.folder, name);
    return {
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
      GITHUB_ENV: file('env'),
      GITHUB_EVENT_PATH: file('event.json'),
    };
  }

  set event(value: object) {
    writeFileSync(join(this.folder, 'event.json'), JSON.stringify(value));
  }

  get summary(): string {
    return this.#text('summary');
  }

  /** What a step wrote to GITHUB_OUTPUT, values of several lines too. */
  get outputs(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const [, key = '', value, end, block] of this.#text('output').matchAll(/^([\w-]+)(?:=(.*)|<<(\w+)\n([\s\S]*?)\n\3)$/gm))
      found[key] = end === undefined ? (value ?? '') : (block ?? '');
    return found;
  }

  #text(name: string): string {
    const file = join(this.folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}
