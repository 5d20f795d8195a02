import { CutoverError } from '../../core/errors.ts';
import { plural } from '../../core/words.ts';
import { isOver, type Standing } from '../ledger/states.ts';

/** The migration that is under way. @throws CutoverError MIGRATION_REFUSED without one */
export function openMigration(
  step: string,
  { migration }: Standing,
  next = 'Begin one with `cutover migrate start`.',
): NonNullable<Standing['migration']> {
  if (migration === null || isOver(migration.state)) throw refused(step, 'no migration is under way', next);
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
