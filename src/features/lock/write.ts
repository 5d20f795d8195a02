import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { loadDataset } from '../../dataset/load.ts';
import { ledgerHeads } from '../../live/ledger/heads.ts';
import type { CertificatePredicate } from '../../model/certificate.ts';
import type { DatasetSource } from '../../model/dataset.ts';
import type { LiveVersion, Lock, LockedVersion } from '../../model/lock.ts';
import { SIDES } from '../../model/version.ts';
import { lockFile, parseLock, readLock, sealed, writeLock } from '../../project/lock-file.ts';
import type { Repository } from '../../project/repository.ts';
import { baseOf } from '../../project/repository.ts';
import { settingsHash } from '../../project/settings.ts';
import { type StageOptions, type Versions, withVersions } from '../../project/workspace.ts';
import { type ReadCertificate, readCertificate } from '../../proof/certificate.ts';
import { CERTIFICATE_FILE } from '../../run/certificate.ts';
import { requireVerdict, VERDICT_FILE } from '../../run/gate.ts';
import { readText } from '../../system/files.ts';
import { isNamesake, PINNED_AGAIN } from './decision.ts';
import { sideWith, type Tree, treeOf } from './tree.ts';

export interface LockOptions extends StageOptions {
  readonly repository: Repository;
  /** Pin the live version without an evaluation. */
  readonly init: boolean;
  /** Why a lock that is there already may be moved without one; null keeps its version. */
  readonly reason: string | null;
}

export interface LockResult {
  readonly file: string;
  readonly lock: Lock;
}

/**
 * Writes the lock: after a pass, that the new version is live, with the certificate that says so; with `init`, which
 * version is live now, without an evaluation and marked as such.
 * @throws CutoverError LOCK_REFUSED where the evaluation did not pass or is of another tree; ARTIFACT_MISSING, CERTIFICATE_INVALID
 */
export async function writeLockFile(options: LockOptions): Promise<LockResult> {
  const file = lockFile(options.configFile);
  const before = (await readLock(file)) ?? (options.init ? await lockOfBase(options, file) : null);
  const lock = await withVersions(options, (versions) =>
    options.init ? initialLock(versions, before, options) : passedLock(versions, before, options),
  );
  await writeLock(file, lock);
  return { file, lock };
}

/** A lock that was taken away is no reason to start over: what the base branch says is live stays live. */
async function lockOfBase({ repository, env, configFile }: LockOptions, file: string): Promise<Lock | null> {
  const base = await baseOf(repository, null, env).catch(() => null);
  if (base === null) return null;
  const path = relative(await realpath(await repository.top()), join(await realpath(dirname(configFile)), basename(file)));
  const text = await repository.show(base.commit, path.split(sep).join('/'));
  return text === null ? null : parseLock(text, `${path} at ${base.ref}`);
}

async function initialLock(versions: Versions, before: Lock | null, options: LockOptions): Promise<Lock> {
  const tree = treeOf(versions);
  const live = liveNow(tree, before, options.reason);
  const keeps = before !== null && before.live.fingerprint === live.fingerprint;
  return sealed({
    kind: 'cutover.lock',
    schemaVersion: 1,
    live,
    waiting: live.fingerprint === tree.new.fingerprint ? null : named(tree.new),
    policy: tree.policy,
    certificate: null,
    unevaluated: options.reason ?? (keeps ? PINNED_AGAIN : 'the version that was live at the start'),
    ledgers: { ...before?.ledgers, ...(await ledgerHeads(versions.config, options, 'the lock')) },
  });
}

/** The version that an initial lock pins: the one pinned before, else the old one. */
function liveNow(tree: Tree, before: Lock | null, reason: string | null): LiveVersion {
  if (before === null) return tree.old;
  const side = sideWith(tree, before.live.fingerprint);
  if (side !== null) return tree[side];
  if (reason === null)
    throw refused(
      `it pins ${before.live.id} (${before.live.fingerprint.slice(0, 12)}), which the configuration does not name any more`,
      'Only a passed evaluation moves a lock: `cutover run`, then `cutover lock`. Where none is possible, say why with --reason; the change will be seen, and `run --changed` refuses it',
    );
  return [tree.new, tree.old].find((version) => isNamesake(version, before.live)) ?? tree.old;
}

async function passedLock(versions: Versions, before: Lock | null, options: LockOptions): Promise<Lock> {
  const { config } = versions;
  const tree = treeOf(versions);
  const file = join(config.output, CERTIFICATE_FILE);
  const text = await readText(file).catch((error: unknown) => {
    const isMissing = error instanceof CutoverError && error.code === 'FILE_MISSING';
    throw isMissing ? new CutoverError('ARTIFACT_MISSING', { file, stage: 'gate' }) : error;
  });
  const read = readCertificate(text, file);
  const { predicate } = read.certificate;
  const reasons = [
    ...live(before, tree),
    ...(await evaluationFaults(config.output, predicate)),
    ...treeFaults(tree, predicate, options.asOf),
    ...(await dataFaults(config.dataset, predicate)),
    ...(predicate.settings?.sha256 === (await settingsHash(config, options))
      ? []
      : ['consumers, search settings, files of the pipeline or how the data set is read changed since the evaluation']),
  ];
  const [reason] = reasons;
  if (reason !== undefined) throw refused(reason, 'Run `cutover run` on what is there now; only a pass is locked', reasons.slice(1));
  return lockOf(tree, read, before);
}

function lockOf(tree: Tree, { certificate: { predicate }, hash }: ReadCertificate, before: Lock | null): Lock {
  const { old, dataset, issued, expires, ledgers, new: fresh } = predicate;
  const { processors, canaries } = fresh;
  return sealed({
    kind: 'cutover.lock',
    schemaVersion: 1,
    live: { ...tree.new, ...(processors === undefined ? {} : { processors }), ...(canaries === undefined ? {} : { canaries }) },
    waiting: null,
    policy: tree.policy,
    certificate: { sha256: hash, old: named(old), dataset, issued, expires },
    unevaluated: null,
    // A store that could not be reached keeps what was pinned of it.
    ledgers: { ...before?.ledgers, ...ledgers },
  });
}

function named({ id, fingerprint }: LockedVersion): LockedVersion {
  return { id, fingerprint };
}

/** A candidate is compared with what it replaces; a version that is live already may be evaluated again. */
function live(before: Lock | null, tree: Tree): string[] {
  if (before === null || sideWith(tree, before.live.fingerprint) !== null) return [];
  return [`the live version, ${before.live.id} (${before.live.fingerprint.slice(0, 12)}), is neither old nor new in the configuration`];
}

async function evaluationFaults(folder: string, { verdict }: CertificatePredicate): Promise<string[]> {
  if (verdict.outcome !== 'pass') return [`the evaluation came out as ${verdict.outcome}`];
  await requireVerdict(folder);
  const found = sha256(await readText(join(folder, VERDICT_FILE)));
  return found === verdict.sha256 ? [] : ['verdict.json is not the one that the certificate is of'];
}

function treeFaults(tree: Tree, { old, new: fresh, policy, waivers = [], issued, expires }: CertificatePredicate, asOf: string): string[] {
  const certified = { old, new: fresh };
  const versions = SIDES.filter((side) => certified[side].fingerprint !== tree[side].fingerprint).map(
    (side) =>
      `the ${side} version is ${tree[side].fingerprint.slice(0, 12)} now, ${certified[side].fingerprint.slice(0, 12)} was evaluated`,
  );
  return [
    ...versions,
    ...(policy.sha256 === tree.policy ? [] : ['the policy changed since the evaluation']),
    ...waivers.filter(({ expires: last }) => last < asOf).map(({ rule, expires: last }) => `the waiver of ${rule} held until ${last}`),
    ...(issued <= asOf && asOf <= expires ? [] : [`the certificate holds from ${issued} to ${expires}, and today is ${asOf}`]),
  ];
}

async function dataFaults(source: DatasetSource, { dataset }: CertificatePredicate): Promise<string[]> {
  const { hashes } = await loadDataset(source);
  return (['corpus', 'queries', 'qrels'] as const)
    .filter((key) => hashes[key] !== dataset.hashes[key])
    .map((key) => `the ${key} of the data set changed since the evaluation`);
}

function refused(reason: string, next: string, more: readonly string[] = []): CutoverError {
  return new CutoverError('LOCK_REFUSED', { reason, next }, { details: more });
}
