import { readFile } from 'node:fs/promises';
import { CutoverError } from '../core/errors.ts';
import { parsedJson } from '../system/json.ts';

/** The commit that a change is compared with. */
export interface Base {
  /** What people call it: a branch, or the commit's own short hash. */
  readonly ref: string;
  readonly commit: string;
  /** Where it is by now. */
  readonly tip: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** A place to look, and what to call it. */
interface Candidate {
  readonly ref: string;
  readonly name: string;
}

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
const HEAD = /^(HEAD|@)([~^]\d*)*$/;
const DEFAULTS = ['HEAD', 'main', 'master'];

/**
 * The commit at which HEAD left the base; where the history is too short to tell, the base itself. The base is the one given,
 * else the commit that the CI's event names, else the branch that it names, else the default branch. Branches are looked up by
 * their whole ref: a tag of the same name is never taken for one.
 * @param given what `--base` says; null asks the environment
 * @throws CutoverError LOCK_BASE_UNKNOWN
 */
export async function baseOf(repository: Repository, given: string | null, env: Env): Promise<Base> {
  const candidates = given === null ? await namedByCi(env) : asked(given);
  for (const { ref, name } of candidates) {
    const tip = await repository.commit(ref);
    if (tip !== null) return { ref: name, commit: (await repository.forkPoint(tip)) ?? tip, tip };
  }
  throw new CutoverError('LOCK_BASE_UNKNOWN', { tried: [...new Set(candidates.map(({ name }) => name))].join(', ') });
}

function asked(given: string): readonly Candidate[] {
  if (COMMIT.test(given) || HEAD.test(given) || given.startsWith('refs/')) return [{ ref: given, name: given }];
  const remote = given.replace(/^origin\//, '');
  const there = { ref: `refs/remotes/origin/${remote}`, name: `origin/${remote}` };
  return given === remote ? [{ ref: `refs/heads/${given}`, name: given }, there] : [there];
}

/**
 * What the event says, then the branch of its name at the remote. Where CI names neither, the default branch. GitLab also names the commit
 * at which the branch began (`CI_MERGE_REQUEST_DIFF_BASE_SHA`): whoever made the branch chose it, so it is not asked for.
 */
async function namedByCi(env: Env): Promise<readonly Candidate[]> {
  const branch = env.GITHUB_BASE_REF || env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME || null;
  const commit = (await commitOfEvent(env)) ?? (env.CI_MERGE_REQUEST_TARGET_BRANCH_SHA || null);
  const byCommit = commit !== null && COMMIT.test(commit) ? [{ ref: commit, name: branch ?? commit.slice(0, 12) }] : [];
  const names = branch !== null ? [branch] : byCommit.length > 0 ? [] : DEFAULTS;
  const there = names.map((name) => ({ ref: `refs/remotes/origin/${name}`, name: `origin/${name}` }));
  const here = names.filter((name) => name !== 'HEAD').map((name) => ({ ref: `refs/heads/${name}`, name }));
  return [...byCommit, ...there, ...here];
}

/** The base's commit in the file that GitHub hands to a job; null for a job of no pull request. */
async function commitOfEvent({ GITHUB_EVENT_PATH: file }: Env): Promise<string | null> {
  if (!file) return null;
  const event = parsedJson<{ readonly pull_request?: { readonly base?: { readonly sha?: unknown } } }>(
    await readFile(file, 'utf8').catch(() => ''),
  );
  const sha = event?.pull_request?.base?.sha;
  return typeof sha === 'string' ? sha : null;
}

/** A file of a commit, or a folder above one. */
export interface TreeEntry {
  /** From the top, with slashes. */
  readonly path: string;
  /** Git's hash of its content; null for a folder. */
  readonly blob: string | null;
  readonly kind: 'file' | 'link' | 'folder' | 'module';
}

/** The version control that the working tree is in, as far as a lock needs it. It is only read. */
export interface Repository {
  /** Absolute path of the working tree's top folder. @throws CutoverError GIT_FAILED */
  top(): Promise<string>;
  /** Whether it is a submodule of another working tree. */
  isSubmodule(): Promise<boolean>;
  /** Commit of a whole ref (`refs/remotes/origin/main`) or of 40 hex digits, or null where there is none. */
  commit(ref: string): Promise<string | null>;
  /** The commit at which HEAD left a commit; null where the history here is too short to tell. */
  forkPoint(commit: string): Promise<string | null>;
  /** Text of a file at a commit; null where it isn't there. @param path relative to the top, with slashes */
  show(commit: string, path: string): Promise<string | null>;
  /** Paths that differ between a commit and the working tree, from the top; untracked files are not among them. */
  changed(commit: string): Promise<readonly string[]>;
  /** Every file of a commit. */
  tree(commit: string): Promise<readonly TreeEntry[]>;
  /** A blob's content as text. */
  text(blob: string): Promise<string>;
  /** Writes a blob's bytes to a file; of what Git LFS keeps, the content. @throws CutoverError BASE_UNREADABLE */
  extract(blob: string, file: string): Promise<void>;
  /** Tracked files in a folder, from the top; none where the folder is outside the working tree. */
  tracked(folder: string): Promise<readonly string[]>;
}
