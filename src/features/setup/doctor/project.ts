import { basename } from 'node:path';
import { CutoverError } from '../../../core/errors.ts';
import { openLiveStore } from '../../../live/stores/registry.ts';
import type { Config } from '../../../model/config.ts';
import type { StoreSpec } from '../../../model/store.ts';
import { type ResolvedVersion, SIDES, type Side } from '../../../model/version.ts';
import { lockFile, readLock } from '../../../project/lock-file.ts';
import type { Repository } from '../../../project/repository.ts';
import { openVersion, type StageOptions } from '../../../project/workspace.ts';
import { type DoctorCheck, finding, findingOf, ok } from './check.ts';

/** A version that was found, and what there is to say of it. */
export interface VersionFinding {
  readonly check: DoctorCheck;
  /** null where it wasn't found. */
  readonly version: ResolvedVersion | null;
}

/** Finds and hashes both versions; nothing is downloaded. */
export async function versionFindings(config: Config, options: StageOptions): Promise<VersionFinding[]> {
  const found: VersionFinding[] = [];
  for (const side of SIDES) found.push(await versionFinding(config, side, options));
  return found;
}

async function versionFinding(config: Config, side: Side, options: StageOptions): Promise<VersionFinding> {
  const title = `${side} version`;
  try {
    const offline = { ...config, models: { ...config.models, allowNetwork: false } };
    const embedder = await openVersion(offline, config[side], { ...options, dry: true });
    await embedder.close();
    return { check: settingsCheck(embedder.version, side, title), version: embedder.version };
  } catch (error) {
    return { check: missingCheck(error, config, side, title), version: null };
  }
}

/** Settings that contradict what the model's folder publishes embed without an error, and badly. */
function settingsCheck({ id, fingerprint, warnings }: ResolvedVersion, side: Side, title: string): DoctorCheck {
  const found = `${id}, fingerprint ${fingerprint.slice(0, 12)}`;
  if (warnings.length === 0) return ok(side, title, found);
  const next = 'Correct the version file, or keep it if production does the same.';
  return { ...finding('warn', side, title, found, next), details: warnings };
}

function missingCheck(error: unknown, config: Config, side: Side, title: string): DoctorCheck {
  const bad = findingOf(error, side, title);
  const downloads = error instanceof CutoverError && error.code === 'MODEL_MISSING' && config.models.allowNetwork;
  if (!downloads) return bad;
  const next = '`cutover run` downloads it; for CI, fetch it once and set CUTOVER_MODEL_CACHE.';
  return { ...finding('warn', side, title, `${config[side].model} is not on this machine yet`, next) };
}

/** Whether each store can be reached and counted. */
export async function storeChecks(config: Config, options: StageOptions): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  for (const store of config.stores) checks.push(await storeCheck(store, options));
  return checks;
}

async function storeCheck(spec: StoreSpec, { env }: StageOptions): Promise<DoctorCheck> {
  const [id, title] = [`store ${spec.name}`, `store ${spec.name}`];
  try {
    const store = await openLiveStore(spec, { env });
    try {
      const counts = await store.counts();
      const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const untagged = counts.get(null) ?? 0;
      if (untagged === 0) return ok(id, title, `${store.title}: ${rows} rows`);
      const next = `\`cutover tag plan ${spec.name}\` shows how they get one.`;
      return finding('warn', id, title, `${store.title}: ${untagged} of ${rows} rows without a tag`, next);
    } finally {
      await store.close();
    }
  } catch (error) {
    return findingOf(error, id, title);
  }
}

/** A check of pull requests compares the lock on the base branch with the working tree. */
export async function lockCheck(configFile: string, repository: Repository): Promise<DoctorCheck> {
  const [id, title] = ['lock', 'lock'];
  try {
    await repository.top();
  } catch (error) {
    const { found } = findingOf(error, id, title);
    return finding('warn', id, title, found, '`cutover run` works without git; `run --changed` and the check of pull requests need it.');
  }
  const file = lockFile(configFile);
  try {
    const lock = await readLock(file);
    if (lock !== null) return ok(id, title, `${basename(file)} pins the live version`);
    const next = '`cutover lock --init` pins the version that is live now; commit the file.';
    return finding('warn', id, title, `no ${basename(file)} yet`, next);
  } catch (error) {
    return findingOf(error, id, title);
  }
}
