import { rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { openLiveStore } from '../../live/stores/registry.ts';
import type { Config } from '../../model/config.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { Change, ChangeRecord, Lock } from '../../model/lock.ts';
import { lockFile, parseLock, readLock } from '../../project/lock-file.ts';
import type { Repository } from '../../project/repository.ts';
import { outputOf, type StageOptions, withVersions } from '../../project/workspace.ts';
import { readLedger } from '../../proof/chain.ts';
import { CHANGE_FORMATS } from '../../report/change/registry.ts';
import type { GateResult } from '../../run/gate.ts';
import { readEvaluation } from '../../run/measure.ts';
import { retract } from '../../run/retract.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { check, conclude, decide, type Locks } from './decision.ts';
import { type Tree, treeOf } from './tree.ts';

/** The lock where this branch was made. */
interface BaseLock {
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
function baseRefs(given: string | null, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const named = given ?? VARIABLES.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  if (named === undefined) return DEFAULTS;
  return given === null ? [`origin/${named}`, named] : [named, `origin/${named}`];
}

/**
 * Reads the lock at the commit where HEAD left the base; where the history is too short to tell, at the base itself.
 * @param file absolute path of the lock in the working tree
 * @throws CutoverError LOCK_BASE_UNKNOWN, GIT_FAILED, and what is wrong with the lock there
 */
async function baseLock(repository: Repository, refs: readonly string[], file: string): Promise<BaseLock> {
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

export interface ChangeOptions extends StageOptions {
  readonly repository: Repository;
  /** A ref to compare with; null asks the environment. */
  readonly base: string | null;
}

/** What `run --changed` did. */
export interface ChangeResult {
  readonly record: ChangeRecord;
  /** null where nothing had to be evaluated, or nothing could. */
  readonly result: GateResult | null;
  readonly files: readonly string[];
}

/** A change, decided; nothing evaluated yet. */
interface Decided {
  readonly base: BaseLock;
  readonly locks: Locks;
  readonly tree: Tree;
  readonly change: Change;
  readonly config: Config;
}

const PASSED: ReadonlySet<Change['state']> = new Set(['unchanged', 'locked']);

/**
 * Compares the lock of the base branch with the working tree, evaluates only where a version or the policy changed, and
 * holds the lock of the working tree against what came out. Writes change.json and what reviewers and CI read of it.
 * @param evaluate every stage, for a change that needs it
 * @throws CutoverError LOCK_MISSING, LOCK_CONFLICT, LOCK_NEWER, LOCK_EDITED, LOCK_BASE_UNKNOWN, GIT_FAILED
 */
export async function runChanged(options: ChangeOptions, evaluate: () => Promise<GateResult>): Promise<ChangeResult> {
  const decided = await decideChange(options, { writes: true });
  // An answer of an earlier run must not stand there while this one fails.
  for (const { fileName } of CHANGE_FORMATS) await rm(join(decided.config.output, fileName), { force: true });
  if (decided.change.state !== 'evaluate') return finish(decided, decided.change, null);
  for (const line of [decided.change.headline, ...decided.change.facts]) options.console.info(`changed   ${line}`);
  const result = await evaluate();
  const { evaluation } = await readEvaluation(decided.config.output);
  const evaluated = { verdict: result.verdict, dataset: evaluation.dataset.hashes };
  return finish(decided, conclude(decided.locks.working, decided.tree, evaluated), result);
}

/**
 * Whether the lock goes with the working tree, without an evaluation; writes nothing.
 * @param stores also hold the ledgers of the configured stores against the lock
 * @throws CutoverError as {@link runChanged}, and with `stores` as {@link checkLedgers}
 */
export async function checkLock(options: ChangeOptions, stores: boolean): Promise<{ readonly change: Change; readonly exitCode: number }> {
  const { locks, tree, change, config } = await decideChange(options, { writes: false });
  const ledgers = stores && locks.working !== null ? await checkLedgers(config, locks.working, options) : null;
  const checked = ledgers ?? check(locks.working, tree, change);
  return { change: checked, exitCode: PASSED.has(checked.state) ? 0 : 1 };
}

/**
 * The comparison alone: reads two locks and hashes two versions; no data set is read and no model loaded.
 * @param writes versions that can't be read take an earlier verdict with them: it was of other ones
 */
async function decideChange(options: ChangeOptions, { writes }: { readonly writes: boolean }): Promise<Decided> {
  const file = lockFile(options.configFile);
  const working = await readLock(file);
  const base = await baseLock(options.repository, baseRefs(options.base, options.env), file);
  if (working === null && base.lock === null) throw new CutoverError('LOCK_MISSING', { file });
  const locks = { base: base.lock, working };
  return withVersions(options, async (versions) => {
    const tree = treeOf(versions);
    return { base, locks, tree, change: decide(locks, tree), config: versions.config };
  }).catch(async (error: unknown) => {
    const output = writes ? await outputOf(options) : null;
    if (output !== null) await retract(output);
    throw error;
  });
}

async function finish({ base, config: { output } }: Decided, change: Change, result: GateResult | null): Promise<ChangeResult> {
  const failed = result?.verdict.exitCode || 1;
  const record: ChangeRecord = {
    kind: 'cutover.change',
    schemaVersion: 1,
    ...change,
    base: { ref: base.ref, commit: base.lock === null ? null : base.commit },
    lock: base.path,
    evaluated: result !== null,
    exitCode: PASSED.has(change.state) ? 0 : failed,
  };
  const files = CHANGE_FORMATS.map(({ fileName }) => join(output, fileName));
  for (const { fileName, render } of CHANGE_FORMATS) await writeFileAtomic(join(output, fileName), render(record));
  return { record, result, files };
}

/**
 * Holds each configured store's ledger against what the lock pins: it may have grown, but the pinned entry must be in its place.
 * @returns null where all hold; what a store serves is no fault, since a merge comes before its migration
 * @throws CutoverError LEDGER_EDITED, STORE_UNKNOWN for a pinned store that the configuration lacks, and what opening a store throws
 */
async function checkLedgers(config: Config, lock: Lock, { env }: Pick<StageOptions, 'env'>): Promise<Change | null> {
  const faults: string[] = [];
  for (const [name, pinned] of Object.entries(lock.ledgers)) {
    const entries = await entriesOf(config, name, env);
    if (pinned.seq > 0 && entries[pinned.seq - 1]?.hash !== pinned.head)
      faults.push(`${name}: entry ${pinned.seq} is not the one that the lock pins (${pinned.head.slice(0, 12)})`);
  }
  if (faults.length === 0) return null;
  return {
    state: 'ledger-rewritten',
    headline: 'A ledger was rewritten since the lock was written.',
    facts: faults,
    next: 'Restore the ledger from a backup. Until then nothing it says can be relied on.',
  };
}

async function entriesOf(config: Config, name: string, env: StageOptions['env']): Promise<readonly LedgerEntry[]> {
  const spec = config.stores.find((store) => store.name === name);
  if (spec === undefined)
    throw new CutoverError('STORE_UNKNOWN', { name, known: config.stores.map((store) => store.name).join(', ') || 'none' });
  const store = await openLiveStore(spec, { env });
  return readLedger(store.ledger, store.title).finally(() => store.close());
}
