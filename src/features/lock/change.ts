import { realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { openLiveStore } from '../../live/stores/registry.ts';
import type { Config } from '../../model/config.ts';
import type { LedgerEntry } from '../../model/ledger.ts';
import type { Change, ChangeRecord, Lock } from '../../model/lock.ts';
import type { JudgedByBase } from '../../model/verdict.ts';
import { SIDES, type Side } from '../../model/version.ts';
import { withBaseTree } from '../../project/base-tree.ts';
import { lockFile, parseLock, readLock } from '../../project/lock-file.ts';
import { BASE_FOLDER, OUTPUT_NAMES, refuseInputs, takeReportFolder } from '../../project/report-folder.ts';
import type { Repository } from '../../project/repository.ts';
import { type Base, baseOf } from '../../project/repository.ts';
import { loadProject, outputOf, type StageOptions, withVersions } from '../../project/workspace.ts';
import { readLedger } from '../../proof/chain.ts';
import { CHANGE_FORMATS } from '../../report/pages/change.ts';
import { readCacheWords } from '../../run/cache-check.ts';
import type { GateResult } from '../../run/gate.ts';
import { readEvaluation } from '../../run/measure.ts';
import { machineNotes } from '../../run/processors.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { deleteOwned } from '../../system/owned-folder.ts';
import { type BaseProject, judgedByBase, openBase } from './base-project.ts';
import { check, conclude, decide, isSettled, type Locks } from './decision.ts';
import { requireOwnPlace } from './place.ts';
import { judgeSince } from './since.ts';
import { madeDifferently, type Tree, treeOf } from './tree.ts';

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

/** Every stage on these options; `certifies` where the result may become a certificate. */
export type Evaluate = (options: StageOptions, certifies: boolean) => Promise<GateResult>;

/** A change, decided; nothing evaluated yet. */
interface Decided {
  readonly base: Base;
  /** null where the base has no lock: then nothing of it is asked. */
  readonly project: BaseProject | null;
  /** Path of the lock from the repository's top, with slashes. */
  readonly path: string;
  readonly locks: Locks;
  readonly tree: Tree;
  readonly change: Change;
  readonly config: Config;
}

const PASSED: ReadonlySet<Change['state']> = new Set(['unchanged', 'locked', 'judge-changed']);

/**
 * Compares the lock of the base branch with the working tree, evaluates where a version changed, by what judges it here and, where
 * that differs, by what judges it on the base, and holds the lock of the working tree against what came out. Begins in an empty
 * report folder. Writes change.json and what reviewers and CI read of it.
 * @throws CutoverError LOCK_MISSING, LOCK_BASE_MISSING, LOCK_CONFLICT, LOCK_NEWER, LOCK_EDITED, LOCK_BASE_UNKNOWN, LOCK_ELSEWHERE,
 *   BASE_UNREADABLE, BASE_MOVED, OUTPUT_TRACKED, OUTPUT_FOREIGN, OUTPUT_HOLDS_INPUTS, GIT_FAILED
 */
export async function runChanged(given: ChangeOptions, evaluate: Evaluate): Promise<ChangeResult> {
  const options = { ...given, configFile: await realpath(given.configFile).catch(() => given.configFile) };
  await beginEmpty(options);
  return withDecided(options, { needsBase: true }, async (decided) => {
    const { change, project, config, locks } = decided;
    if (change.state !== 'evaluate') return finish(decided, change, null);
    await requireJudgeOfNow(decided, options);
    for (const line of [change.headline, ...change.facts]) options.console.info(`changed   ${line}`);
    const differences = project?.differences ?? [];
    const judged = project === null || differences.length === 0 ? null : await evaluateAsBase(decided, project, options, evaluate);
    const result = await evaluate(judged === null ? options : { ...options, judgedByBase: judged }, true);
    const { evaluation } = await readEvaluation(config.output);
    const evaluated = { verdict: result.verdict, dataset: evaluation.dataset.hashes };
    const concluded = conclude(locks, decided.tree, evaluated, differences);
    return finish(
      decided,
      { ...concluded, facts: [...concluded.facts, ...(project?.untracked.notes ?? []), ...machineNotes(evaluation, locks.base)] },
      result,
    );
  });
}

/** A bump is judged by the base as it is: where that judges differently by now, the branch has to be brought up to date. */
async function requireJudgeOfNow({ base, project }: Decided, options: ChangeOptions): Promise<void> {
  const exchanged = project?.untracked.exchanged ?? [];
  if (exchanged.length > 0) {
    const reason = 'git does not track what it names, and the change may have exchanged it';
    throw new CutoverError('BASE_UNREADABLE', { what: 'its judge', reason }, { details: exchanged });
  }
  const since = project === null ? [] : await judgeSince(options.repository, base, project, options);
  if (since.length > 0) throw new CutoverError('BASE_MOVED', { base: base.ref }, { details: since });
}

/** What was there before this run is no answer of it, and nothing of it is believed: it may have come with the change. */
async function beginEmpty(options: ChangeOptions): Promise<void> {
  const config = await loadProject(options).catch(async (error: unknown) => {
    const written = await outputOf(options);
    // What says which files are ours may have come with the change.
    if (written !== null && (await trackedBelow(written, options)) === null) await deleteOwned(written, OUTPUT_NAMES);
    throw error;
  });
  const { output, cache } = config;
  await refuseInputs(config);
  for (const folder of [output, cache]) {
    const file = await trackedBelow(folder, options);
    if (file !== null) throw new CutoverError('OUTPUT_TRACKED', { folder, file });
  }
  await deleteOwned(output);
  // Where it has no record of names, manifests alone would make it ours, with what they say of its files.
  await deleteOwned(output, OUTPUT_NAMES);
  await takeReportFolder(config);
}

/** A file of a folder that the repository tracks, by the name that the folder goes by and by what a link leads to; null where there is none. */
async function trackedBelow(folder: string, { repository }: ChangeOptions): Promise<string | null> {
  for (const path of new Set([folder, await realpath(folder).catch(() => folder)])) {
    const [file] = await repository.tracked(path);
    if (file !== undefined) return file;
  }
  return null;
}

/** The verdict that the base's policy, data set, consumers and search settings give, against the base's live version. */
async function evaluateAsBase(
  { base, config, locks, tree }: Decided,
  project: BaseProject,
  options: ChangeOptions,
  evaluate: Evaluate,
): Promise<JudgedByBase> {
  options.console.info(`changed   judged first by what judges on ${base.ref}`);
  const output = join(config.output, BASE_FOLDER);
  const live = locks.base?.live.fingerprint ?? '';
  const { verdict } = await evaluate(await judgedByBase(project, config, options, output, live), false);
  await requireVersions(output, { old: live, new: tree.new.fingerprint }, project.reranker);
  const { outcome, exitCode, headline } = verdict;
  return { ref: base.ref, commit: base.commit, differences: project.differences, outcome, exitCode, headline };
}

/** Names of models and files are looked up where the change says: what they led to has to be the versions meant. */
async function requireVersions(output: string, expected: Readonly<Record<Side, string>>, reranker: string | null): Promise<void> {
  const { versions, pipeline } = (await readEvaluation(output)).evaluation;
  const demand = (what: string, found: string, wanted: string) => {
    if (found === wanted) return;
    const reason = `it came out as ${found.slice(0, 12)}, and ${wanted.slice(0, 12)} was to be judged`;
    throw new CutoverError('BASE_UNREADABLE', { what, reason });
  };
  for (const side of SIDES) demand(`its ${side} version`, versions?.[side].fingerprint ?? '', expected[side]);
  if (reranker !== null) demand('its re-ranker', pipeline?.rerank?.fingerprint ?? '', reranker);
}

/**
 * Whether the lock goes with the working tree, without an evaluation; writes nothing.
 * @param stores also hold the ledgers of the configured stores against the lock
 * @throws CutoverError as {@link runChanged}, and with `stores` as {@link checkLedgers}
 */
export async function checkLock(options: ChangeOptions, stores: boolean): Promise<{ readonly change: Change; readonly exitCode: number }> {
  return withDecided(options, { needsBase: false }, async ({ locks, tree, change, config }) => {
    const ledgers = stores && locks.working !== null ? await checkLedgers(config, locks.working, options) : null;
    const checked = ledgers ?? check(locks.working, tree, change);
    return { change: checked, exitCode: PASSED.has(checked.state) ? 0 : 1 };
  });
}

/**
 * The comparison alone: reads two locks and two configurations and hashes two versions; no model is loaded.
 * @param needsBase whether a base without a lock is refused; else nothing but the working tree can be asked
 */
async function withDecided<T>(
  options: ChangeOptions,
  { needsBase }: { readonly needsBase: boolean },
  use: (decided: Decided) => Promise<T>,
): Promise<T> {
  const { repository, configFile } = options;
  const file = lockFile(configFile);
  const working = await readLock(file);
  const base = await baseOf(repository, options.base, options.env);
  const top = await realpath(await repository.top());
  await requireOwnPlace(repository, base, top, options);
  const path = relative(top, file).split(sep).join('/');
  const text = await repository.show(base.commit, path);
  const lock = text === null ? null : parseLock(text, `${path} at ${base.ref} (${base.commit.slice(0, 12)})`);
  if (working === null && lock === null) throw new CutoverError('LOCK_MISSING', { file });
  if (lock === null && needsBase) throw new CutoverError('LOCK_BASE_MISSING', { file: path, base: base.ref });
  const locks = { base: lock, working };
  return withBaseTree(repository, base.commit, (laid) =>
    withVersions(options, async (versions) => {
      const tree = treeOf(versions);
      const live = SIDES.filter((side) => versions.embedders[side].version.fingerprint === lock?.live.fingerprint);
      const head = {
        head: versions.config,
        live,
        fingerprint: lock?.live.fingerprint ?? '',
        isPinned: lock?.policy === tree.policy,
        isBump: lock !== null && !isSettled(lock, tree),
        made: lock === null ? [] : live.flatMap((side) => madeDifferently(lock.live, tree[side])),
      };
      const project = lock === null ? null : await openBase(laid, top, head, options);
      const decided = decide(locks, tree, project?.differences ?? []);
      const change = { ...decided, facts: [...decided.facts, ...(project?.untracked.notes ?? [])] };
      return { base, project, path, locks, tree, change, config: versions.config };
    }).then(use),
  );
}

async function finish(
  { base, path, locks, config: { output } }: Decided,
  change: Change,
  result: GateResult | null,
): Promise<ChangeResult> {
  const failed = result?.verdict.exitCode || 1;
  const cache = result === null ? [] : await readCacheWords(output);
  const record: ChangeRecord = {
    kind: 'cutover.change',
    schemaVersion: 1,
    ...change,
    ...(cache.length === 0 ? {} : { cache }),
    base: { ref: base.ref, commit: locks.base === null ? null : base.commit },
    lock: path,
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
