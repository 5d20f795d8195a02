import { plural } from '../core/words.ts';
import type { Evaluation } from '../model/evaluation.ts';
import type { Looks } from '../model/verdict.ts';

/**
 * The part of the error that a look may use after needs were added: the whole at the first, then a quarter, an eighth and so on. All looks
 * together have at most one and a half times the error of the first (Bonferroni), whatever decides when to stop.
 * @param earlier looks at fewer needs before this one
 * @example spentAt(0.05, 1) // 0.0125
 */
export function spentAt(alpha: number, earlier: number): number {
  return earlier === 0 ? alpha : alpha / 2 ** (earlier + 1);
}

/** Looks at these two versions with fewer needs than now; null where this is the first. */
export function looksOf({ dataset: { judging }, versions }: Pick<Evaluation, 'dataset' | 'versions'>, confidence: number): Looks | null {
  const looks = (judging?.looks ?? []).filter(
    ({ of }) =>
      of === null || versions === null || (versions.old.fingerprint.startsWith(of.old) && versions.new.fingerprint.startsWith(of.new)),
  );
  if (looks.length === 0) return null;
  return { needs: looks.map(({ needs }) => needs), confidence: 1 - spentAt(1 - confidence, looks.length) };
}

/** `98.75 %` */
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}

/** What looking before costs. */
export function looksWords(looks: Looks | null, confidence: number): string[] {
  if (looks === null) return [];
  const { needs } = looks;
  return [
    `Needs were added after ${plural(needs.length, 'look')} at ${needs.join(', ')} needs. Whoever adds until it passes will pass some day, so bounds are at ${percent(looks.confidence)} instead of ${percent(confidence)}.`,
  ];
}
