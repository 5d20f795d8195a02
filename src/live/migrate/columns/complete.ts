import { setTimeout as wait } from 'node:timers/promises';
import type { Fingerprint } from '../../../core/brand.ts';
import { byCodeUnits } from '../../../core/order.ts';
import type { Filler } from './filler.ts';
import { lackingWords, type TableInUse, whatLacks } from './start.ts';

/** Rows that lack something and are looked at one by one. */
const LOOKED_AT = 1_000;
/** Passes over them, and the milliseconds between: a row that a transaction holds is missed. */
const PASSES = 5;
const HELD = 50;

/**
 * Rows that stop a step on a table that is written to, in words; empty where none does. On a busy table a handful of rows
 * always lacks: those that changed since the last pass. Only a row that lacks before some passes and still after each of them, with the
 * same text, is one that no pass can bring up to date.
 */
export async function whatStaysBehind(
  { store }: { readonly store: TableInUse },
  filler: Pick<Filler, 'pass'>,
  tag: Fingerprint,
): Promise<readonly string[]> {
  const { reasons, fillable } = await whatLacks({ store }, tag);
  if (reasons.length === 0 || fillable === null) return reasons;
  const { sides, place } = fillable;
  const lacking = () => store.pending({ place, tag, deep: true }, null, LOOKED_AT);
  const marked = ({ id, textHash }: { readonly id: string; readonly textHash: string }) => `${id} ${textHash}`;
  let stuck = await lacking();
  for (let passes = 0; passes < PASSES && stuck.length > 0; passes++) {
    if (passes > 0) await wait(HELD);
    await filler.pass(place, sides, true, { deep: true });
    const found = await lacking();
    if (found.length === LOOKED_AT) return reasons;
    const after = new Set(found.map(marked));
    stuck = stuck.filter((row) => after.has(marked(row)));
  }
  if (stuck.length === 0) return [];
  const ids = stuck.map(({ id }) => id).sort(byCodeUnits);
  return [lackingWords(ids, ids.length)];
}
