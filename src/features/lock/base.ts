import { relative, sep } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import type { Lock } from '../../model/lock.ts';
import { parseLock } from '../../project/lock-file.ts';
import type { Repository } from '../../project/repository.ts';

/** The lock where this branch was made. */
export interface BaseLock {
  readonly ref: string;
  readonly commit: string;
  /** Path of the lock from the repository's top, with slashes. */
  readonly path: string;
  readonly lock: Lock | null;
}

/** What CI systems call the branch that a change goes to. */
const VARIABLES = ['GITHUB_BASE_REF', 'CI_MERGE_REQUEST_TARGET_BRANCH_NAME'] as const;
const DEFAULTS = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];

/**
 * The refs to try, in order: the one given, the one that CI names, or the default branch. A bare branch name is looked for
 * at the remote first: a local branch of that name may be behind.
 */
export function baseRefs(given: string | null, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const named = given ?? VARIABLES.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  if (named === undefined) return DEFAULTS;
  return given === null ? [`origin/${named}`, named] : [named, `origin/${named}`];
}

/**
 * Reads the lock at the commit where HEAD left the base; where the history is too short to tell, at the base itself.
 * @param file absolute path of the lock in the working tree
 * @throws CutoverError LOCK_BASE_UNKNOWN, GIT_FAILED, and what is wrong with the lock there
 */
export async function baseLock(repository: Repository, refs: readonly string[], file: string): Promise<BaseLock> {
  const path = relative(await repository.top(), file)
    .split(sep)
    .join('/');
  for (const ref of refs) {
    const tip = await repository.commit(ref);
    if (tip === null) continue;
    const commit = (await repository.forkPoint(tip)) ?? tip;
    const text = await repository.show(commit, path);
    return { ref, commit, path, lock: text === null ? null : parseLock(text, `${path} at ${ref} (${commit.slice(0, 12)})`) };
  }
  throw new CutoverError('LOCK_BASE_UNKNOWN', { tried: refs.join(', ') });
}
