import { execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CutoverError, reasonOf } from '../core/errors.ts';
import type { Repository, TreeEntry } from '../project/repository.ts';
import { isOutside } from '../system/paths.ts';
import type { Host } from './host.ts';

interface Answer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly reason: string;
}

/** What a file starts with that stands for one kept by Git LFS. Source: git-lfs, docs/spec.md. */
const LFS = 'version https://git-lfs.github.com/spec/';
const LARGEST_POINTER = 1024;
const DIFF = ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none'];
/** A folder of the change may look like a repository, with a configuration that git would obey: none is found that way. */
const FOUND = ['-c', 'safe.bareRepository=explicit'];
/** Nor does a replacement, which who may push can leave in a repository, stand for the base's commit. */
const ITSELF = { GIT_NO_REPLACE_OBJECTS: '1', LC_ALL: 'C' };
const KINDS: Readonly<Record<string, TreeEntry['kind']>> = { '120000': 'link', '160000': 'module' };

/** Git of the folder a command runs in, asked through its own program, and for what cannot change only once. It is only read. */
export function gitRepository({ cwd, env }: Pick<Host, 'cwd' | 'env'>): Repository {
  const git = (...args: readonly string[]) => ask(cwd, env, args);
  const answer = async (...args: readonly string[]): Promise<string> => {
    const { ok, stdout, reason } = await git(...args);
    if (!ok) throw new CutoverError('GIT_FAILED', { folder: cwd, reason });
    return stdout;
  };
  const once = memory();
  const top = () => once('top', async () => (await answer('rev-parse', '--show-toplevel')).trim());
  const tree = (commit: string) =>
    once(commit, async () => listOf(await answer('ls-tree', '-r', '-z', '--full-tree', commit)).map(entryOf));
  return {
    top,
    isSubmodule: async () => (await answer('rev-parse', '--show-superproject-working-tree')).trim() !== '',
    commit: async (ref) => {
      const { ok, stdout } = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
      return ok ? stdout.trim() : null;
    },
    forkPoint: async (commit) => {
      const { ok, stdout } = await git('merge-base', 'HEAD', commit);
      return ok && stdout.trim() !== '' ? stdout.trim() : null;
    },
    show: async (commit, path) => {
      const entry = (await tree(commit)).find((each) => each.path === path);
      return entry === undefined ? null : answer('cat-file', 'blob', entry.blob ?? '');
    },
    // No driver, filter or rename of the working tree's attributes has a say in what differs, nor what .gitmodules says to leave out.
    changed: async (commit) => listOf(await answer('-C', await top(), ...DIFF, commit, '--')),
    tree,
    text: (blob) => answer('cat-file', 'blob', blob),
    extract: async (blob, file) => {
      await stream(cwd, env, ['cat-file', 'blob', blob], '', file);
      const pointer = (await stat(file)).size <= LARGEST_POINTER ? await readFile(file, 'utf8') : '';
      if (!pointer.startsWith(LFS)) return;
      await rm(file);
      await stream(cwd, env, ['lfs', 'smudge'], pointer, file);
    },
    tracked: async (folder) => {
      if (isOutside(await top(), folder)) return [];
      return listOf(await answer('ls-files', '-z', '--full-name', '--', folder));
    },
  };
}

/** Answers by name: asked again, the same. */
function memory(): <T>(name: string, ask: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<unknown>>();
  return <T>(name: string, ask: () => Promise<T>) => {
    const answer = (known.get(name) as Promise<T> | undefined) ?? ask();
    known.set(name, answer);
    return answer;
  };
}

function listOf(text: string): string[] {
  return text.split('\0').filter((path) => path !== '');
}

/** `<mode> <type> <hash>\t<path>`. */
function entryOf(line: string): TreeEntry {
  const [mode = '', , blob = ''] = line.slice(0, line.indexOf('\t')).split(' ');
  return { path: line.slice(line.indexOf('\t') + 1), blob, kind: KINDS[mode] ?? 'file' };
}

function ask(cwd: string, env: Host['env'], args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile('git', [...FOUND, ...args], { cwd, env: { ...env, ...ITSELF }, maxBuffer: 256e6 }, (error, stdout, stderr) => {
      const reason = stderr.trim().split('\n')[0] || reasonOf(error);
      resolve({ ok: error === null, stdout, reason: reason.replace(/^fatal: /, '').replace(/\.$/, '') });
    });
  });
}

/** What git writes, straight into a file: a data set may be larger than memory. */
async function stream(cwd: string, env: Host['env'], args: readonly string[], input: string, file: string): Promise<void> {
  const child = spawn('git', [...FOUND, ...args], { cwd, env: { ...env, ...ITSELF }, stdio: ['pipe', 'pipe', 'pipe'] });
  let reason = '';
  child.stderr.on('data', (text) => {
    reason += String(text).slice(0, 500);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  await pipeline(child.stdout, createWriteStream(file, { flags: 'wx' }));
  if ((await ended) !== 0)
    throw new CutoverError('BASE_UNREADABLE', { what: file, reason: reason.trim().split('\n')[0] || 'git could not write it' });
}
