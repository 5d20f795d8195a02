import { execFile } from 'node:child_process';
import { CutoverError, reasonOf } from '../core/errors.ts';
import type { Repository } from '../project/repository.ts';
import type { Host } from './host.ts';

interface Answer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly reason: string;
}

/** Git of the folder a command runs in, asked through its own program. It is only read. */
export function gitRepository({ cwd, env }: Pick<Host, 'cwd' | 'env'>): Repository {
  const git = (...args: readonly string[]) => ask(cwd, env, args);
  return {
    top: async () => {
      const { ok, stdout, reason } = await git('rev-parse', '--show-toplevel');
      if (!ok) throw new CutoverError('GIT_FAILED', { folder: cwd, reason });
      return stdout.trim();
    },
    commit: async (ref) => {
      const { ok, stdout } = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
      return ok ? stdout.trim() : null;
    },
    forkPoint: async (commit) => {
      const { ok, stdout } = await git('merge-base', 'HEAD', commit);
      return ok && stdout.trim() !== '' ? stdout.trim() : null;
    },
    show: async (commit, path) => {
      const listed = await git('ls-tree', '--full-tree', '--name-only', commit, '--', path);
      if (listed.ok && listed.stdout.trim() === '') return null;
      const { ok, stdout, reason } = await git('show', `${commit}:${path}`);
      if (!ok) throw new CutoverError('GIT_FAILED', { folder: cwd, reason });
      return stdout;
    },
  };
}

function ask(cwd: string, env: Host['env'], args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile('git', [...args], { cwd, env: { ...env, LC_ALL: 'C' }, maxBuffer: 16e6 }, (error, stdout, stderr) => {
      const reason = stderr.trim().split('\n')[0] || reasonOf(error);
      resolve({ ok: error === null, stdout, reason: reason.replace(/^fatal: /, '').replace(/\.$/, '') });
    });
  });
}
