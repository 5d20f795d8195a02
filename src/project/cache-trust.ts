import { randomInt } from 'node:crypto';
import type { Sha256 } from '../core/brand.ts';
import type { Random } from '../core/random.ts';
import type { ResolvedVersion, Role } from '../model/version.ts';
import { isCi } from './ci.ts';

/** What of the cache a run believes, and which vectors it made or compared itself. */
export interface CacheTrust {
  /** Whether what was in the cache before this process began is believed: vectors, indexes and what was made of them. */
  readonly believes: boolean;
  /** Compare every vector, where the cache is not believed: what is signed rests on no sample. */
  readonly everything: boolean;
  /** The operating system's, so that nobody can foresee which texts are embedded again. */
  readonly random: Pick<Random, 'below'>;
  /** Puts down that a vector is what its version makes of the text. @param store folder of the version's vectors */
  note(store: string, role: Role, textHash: Sha256): void;
  isKnown(store: string, role: Role, textHash: Sha256): boolean;
}

/**
 * A change check, and a run in CI that signs, does not believe a cache: branches and merge requests write it too. CI's own settings
 * say where only protected branches do, by CUTOVER_CACHE_SCOPE=protected; elsewhere a cache is of whoever runs the command.
 */
export function cacheTrustOf({
  env,
  changed = false,
  signs = false,
}: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly changed?: boolean;
  readonly signs?: boolean;
}): CacheTrust {
  const believes = env.CUTOVER_CACHE_SCOPE === 'protected' || !(changed || (signs && isCi(env)));
  const known = new Map<string, Set<Sha256>>();
  const of = (store: string, role: Role) => {
    const key = `${role} ${store}`;
    const there = known.get(key) ?? new Set<Sha256>();
    known.set(key, there);
    return there;
  };
  return {
    believes,
    everything: signs,
    random: { below: (n) => randomInt(n) },
    note: (store, role, textHash) => {
      of(store, role).add(textHash);
    },
    isKnown: (store, role, textHash) => of(store, role).has(textHash),
  };
}

/** Whether cached vectors of a version are compared with what makes them. Vectors of files always are: they cost a look into the file. */
export function isCompared({ believes }: CacheTrust, { decides }: Pick<ResolvedVersion, 'decides'>): boolean {
  return !believes || decides.embedder === 'precomputed';
}
