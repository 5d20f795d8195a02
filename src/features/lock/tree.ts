import type { Sha256 } from '../../core/brand.ts';
import { sha256Json } from '../../core/hash.ts';
import type { LiveVersion } from '../../model/lock.ts';
import { type ResolvedVersion, SIDES, type Side } from '../../model/version.ts';
import type { Versions } from '../../project/workspace.ts';

/** What the working tree says now: both versions, hashed, and the policy. */
export interface Tree {
  readonly old: LiveVersion;
  readonly new: LiveVersion;
  readonly policy: Sha256;
}

/** Hashes what a configuration names; no data set is read and no model loaded. */
export function treeOf({ config, embedders }: Versions): Tree {
  return { old: pinned(embedders.old.version), new: pinned(embedders.new.version), policy: sha256Json(config.policy) };
}

/** A version as a lock keeps it. Where its files were found differs from machine to machine and is left out. */
function pinned({ id, fingerprint, names, verifiable, decides }: ResolvedVersion): LiveVersion {
  const { place: _, ...kept } = names;
  return { id, fingerprint, names: kept, verifiable, decides };
}

/** The side that holds a fingerprint; the new one where both do. */
export function sideWith(tree: Tree, fingerprint: string): Side | null {
  return [...SIDES].reverse().find((side) => tree[side].fingerprint === fingerprint) ?? null;
}

/**
 * Where a version has the fingerprint of the live one and is made differently: vectors under a tag that is the fingerprint of weights
 * are those weights' by their own word only.
 */
export function madeDifferently(live: LiveVersion, found: LiveVersion): string[] {
  return differences({ ...live, names: {} }, { ...found, names: {} }).map((line) => `${found.id}, which is live: ${line}`);
}

/**
 * Fields that differ between two versions, as `weights.model: 93b3c104db83 → 6c9c6101a956`.
 * Values are shown as JSON, hashes in their short form.
 */
export function differences(before: LiveVersion, after: LiveVersion): string[] {
  const [a, b] = [flat({ ...before.names, ...before.decides }), flat({ ...after.names, ...after.decides })];
  const keys = [...new Set([...a.keys(), ...b.keys()])].sort();
  return keys.filter((key) => a.get(key) !== b.get(key)).map((key) => `${key}: ${a.get(key) ?? 'not set'} → ${b.get(key) ?? 'not set'}`);
}

function flat(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    for (const [key, inner] of Object.entries(value)) flat(inner, path === '' ? key : `${path}.${key}`, into);
  else into.set(path, typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value.slice(0, 12) : JSON.stringify(value));
  return into;
}
