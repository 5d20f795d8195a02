import type { Fingerprint } from '../../../core/brand.ts';
import { byCodeUnits } from '../../../core/order.ts';
import type { Filler } from './filler.ts';
import { lackingWords, type Work, whatLacks } from './start.ts';

/** Rows that lack something and are looked at one by one. */
const LOOKED_AT = 1_000;

/**
 * Rows that stop a step on a table that is written to, in words; empty where none does. On a busy table a handful of rows
 * always lacks: those that changed since the last pass. Only a row that lacks before a pass and still after it, with the same text, is
 * one that the pass can't bring up to date.
 */
export async function whatStaysBehind({ store }: Pick<Work, 'store'>, filler: Filler, tag: Fingerprint): Promise<readonly string[]> {
  const { reasons, fillable } = await whatLacks({ store }, tag);
  if (reasons.length === 0 || fillable === null) return reasons;
  const { sides, place } = fillable;
  const lacking = () => store.pending({ place, tag, deep: true }, null, LOOKED_AT);
  const before = await lacking();
  if (before.length === LOOKED_AT) return reasons;
  await filler.pass(place, sides, true, { deep: true });
  const after = new Set((await lacking()).map(({ id, textHash }) => `${id} ${textHash}`));
  const stuck = before.filter(({ id, textHash }) => after.has(`${id} ${textHash}`));
  if (stuck.length === 0) return [];
  const ids = stuck.map(({ id }) => id).sort(byCodeUnits);
  return [lackingWords(ids, ids.length)];
}
