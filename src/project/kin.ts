import type { Fingerprint } from '../core/brand.ts';
import { fingerprintOf } from '../core/hash.ts';
import { vectorFolder } from '../embed/cache/cache.ts';
import { openVectorStore, type VectorStore } from '../embed/cache/vector-store.ts';
import type { EmbeddedText, KeptDimensions } from '../embed/embedder.ts';
import { processorOf } from '../embed/processor.ts';
import type { VectorRow } from '../model/vectors.ts';
import type { ResolvedVersion, Role } from '../model/version.ts';
import type { Workspace } from './workspace.ts';

/**
 * What decides the raw vectors of one role: everything of a version but the dimensions it keeps and the prefix of the other role.
 * Versions that share it differ only in how a raw vector is cut, so that one run of the model serves them all.
 * @returns null where the version does not say what it keeps
 */
export function rawVectors({ decides }: Pick<ResolvedVersion, 'decides'>, role: Role): Fingerprint | null {
  const { dimensions, prefixes, ...rest } = decides;
  if (dimensions === undefined) return null;
  return fingerprintOf({ ...rest, role, prefix: (prefixes as Record<Role, string> | undefined)?.[role] ?? null });
}

/** The stores of other versions that take their vectors of a role from one run of a model. */
export interface Kin {
  readonly names: readonly string[];
  /** What each of them keeps; undefined where there are none. */
  readonly cuts: readonly KeptDimensions[] | undefined;
  /** Keeps the cuts of a text, each under the tag of the version it belongs to. @throws CutoverError of the store */
  keep(row: Omit<VectorRow, 'vector'>, cuts: EmbeddedText['cuts']): Promise<void>;
  flush(): Promise<void>;
}

/** Those of `alongside` whose raw vectors are this version's. */
export async function openKin(workspace: Workspace, version: ResolvedVersion, role: Role): Promise<Kin> {
  const { alongside = [], config, clock, cacheTrust } = workspace;
  const raw = rawVectors(version, role);
  const kin = new Map<string, ResolvedVersion>();
  for (const other of alongside) {
    const own = other.cacheKey === version.cacheKey || kin.has(other.cacheKey);
    if (raw !== null && !own && rawVectors(other, role) === raw) kin.set(other.cacheKey, other);
  }
  const versions = [...kin.values()];
  const stores: VectorStore[] = [];
  for (const { cacheKey, fingerprint } of versions)
    stores.push(await openVectorStore(vectorFolder(config.cache, cacheKey), fingerprint, { clock, processor: processorOf(version) }));
  return {
    names: versions.map(({ id }) => id),
    cuts: versions.length === 0 ? undefined : versions.map(({ decides }) => decides.dimensions as KeptDimensions),
    keep: async (row, cuts = []) => {
      for (const [i, store] of stores.entries()) {
        const vector = cuts[i] ?? null;
        // What does not fit is left out: that version embeds the text itself, and says what is wrong with it.
        if (vector !== null && vector.length === (store.dimension ?? vector.length)) {
          await store.append({ ...row, tag: store.tag, vector });
          cacheTrust.note(store.folder, role, row.textHash);
        }
      }
    },
    flush: async () => {
      for (const store of stores) await store.flush();
    },
  };
}
