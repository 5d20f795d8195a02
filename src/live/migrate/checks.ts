import type { Fingerprint } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import { plural } from '../../core/words.ts';
import { isOver, type Layout, type Standing } from '../ledger/states.ts';
import type { StoreAccess } from '../store-access.ts';

/** How one version's rows compare with the corpus of now. */
export interface Completeness {
  readonly rows: number;
  readonly documents: number;
  /** Ids that the version lacks, and those whose text has changed since; ascending. */
  readonly missing: readonly string[];
  readonly stale: readonly string[];
  /** Rows by tag in the whole store. */
  readonly counts: ReadonlyMap<string | null, number>;
}

/** Counted from the store, never from what somebody claimed. */
export async function completenessOf({ store, corpus }: StoreAccess, tag: Fingerprint): Promise<Completeness> {
  const index = await corpus();
  const found = new Map<string, string | null>();
  for await (const { ids, textHashes } of store.read({ tag, vectors: false }))
    ids.forEach((id, row) => {
      found.set(id, textHashes[row] ?? null);
    });
  const missing: string[] = [];
  const stale: string[] = [];
  for (const id of index.ids()) {
    const hash = found.get(id);
    if (hash === undefined) missing.push(id);
    else if (hash !== index.hashOf(id)) stale.push(id);
  }
  return { rows: found.size, documents: index.size, missing: missing.sort(), stale: stale.sort(), counts: await store.counts() };
}

/** The migration that is under way. @throws CutoverError MIGRATION_REFUSED without one */
export function openMigration(
  step: string,
  { migration }: Standing,
  layout: Layout,
  next = 'Begin one with `cutover migrate start`.',
): NonNullable<Standing['migration']> {
  if (migration === null || isOver(migration.state, layout)) throw refused(step, 'no migration is under way', next);
  return migration;
}

/** A refusal: what was asked for, why not, what to do instead. */
export function refused(step: string, reason: string, next: string, details: readonly string[] = []): CutoverError {
  return new CutoverError('MIGRATION_REFUSED', { step, reason, next: next.replace(/\.$/, '') }, { details });
}

/** `3 documents (d1, d2, d3)`, a few of many. */
export function some(ids: readonly string[], noun: string, count = ids.length): string {
  const shown = ids.slice(0, 5).join(', ');
  return `${plural(count, noun)} (${shown}${count > 5 ? ', …' : ''})`;
}
