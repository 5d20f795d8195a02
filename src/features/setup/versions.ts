import { stat } from 'node:fs/promises';
import type { Config } from '../../model/config.ts';
import type { ResolvedVersion } from '../../model/version.ts';
import { namedVersion } from '../../project/named-version.ts';
import { loadProject, openVersion, type StageOptions, standaloneModels } from '../../project/workspace.ts';
import { type DecidingField, decidingFields, versionDifferences } from '../../report/version-words.ts';

/** A version and where it was read from. */
export interface ShownVersion {
  readonly version: ResolvedVersion;
  readonly file: string;
}

/** What decides a version's vectors, leaf by leaf of the record that its fingerprint was taken of. */
export function fieldsOf({ version }: ShownVersion): [field: string, value: string][] {
  return [...decidingFields(version.decides)];
}

/** What two versions have in common and what not. */
export interface VersionDiff {
  readonly old: ShownVersion;
  readonly new: ShownVersion;
  /** Fields of the fingerprint's record that differ, by dotted path. */
  readonly differing: readonly DecidingField[];
  readonly agreeing: readonly DecidingField[];
  /** Names beside the fingerprint that differ; they decide no vector. */
  readonly names: readonly DecidingField[];
  /** `nothing`: one version under two names; `vectors`: the same tag over other vector files; `everything`: another space. */
  readonly embedAgain: 'nothing' | 'vectors' | 'everything';
}

/**
 * Versions by name, found and hashed; no model is loaded.
 * @param names `old`, `new`, ids or version files; both versions of the configuration where there are none
 * @throws CutoverError VERSION_UNKNOWN, MODEL_MISSING and kin
 */
export async function showVersions(options: StageOptions, names: readonly string[]): Promise<ShownVersion[]> {
  const config = await projectUnless(names.length > 0 && names.every(isFile), options);
  const place = config ?? (await standaloneModels(options));
  const shown: ShownVersion[] = [];
  for (const name of names.length === 0 ? ['old', 'new'] : names) {
    const spec = await namedVersion(config, name, options);
    const embedder = await openVersion(place, spec, options);
    await embedder.close();
    shown.push({ version: embedder.version, file: spec.file });
  }
  return shown;
}

/** Compares the canonical records of two versions field by field. @throws as {@link showVersions} */
export async function diffVersions(options: StageOptions, a: string, b: string): Promise<VersionDiff> {
  const [before, after] = await showVersions(options, [a, b]);
  if (before === undefined || after === undefined) throw new TypeError('Two names gave fewer than two versions.');
  const { differing, agreeing } = versionDifferences({ old: before.version, new: after.version });
  const names = versionDifferences({ old: namesOf(before), new: namesOf(after) }).differing;
  return { old: before, new: after, differing, agreeing, names, embedAgain: embedAgain(before.version, after.version) };
}

function embedAgain(before: ResolvedVersion, after: ResolvedVersion): VersionDiff['embedAgain'] {
  if (before.fingerprint !== after.fingerprint) return 'everything';
  return before.cacheKey === after.cacheKey ? 'nothing' : 'vectors';
}

function namesOf({ version }: ShownVersion): { readonly decides: Readonly<Record<string, string>> } {
  return { decides: { id: version.id, ...version.names } };
}

function isFile(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** The configuration; null where it isn't there and isn't needed. */
async function projectUnless(optional: boolean, options: StageOptions): Promise<Config | null> {
  const there = (await stat(options.configFile).catch(() => null)) !== null;
  return optional && !there ? null : loadProject(options);
}
