import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { whatStaysBehind } from '../../../src/live/migrate/columns/complete.ts';
import type { TableInUse } from '../../../src/live/migrate/columns/start.ts';
import { NEW, OLD } from '../stores/contract.ts';

/** A table of which each pass brings a row up to date that nobody holds, as in what a store says of it. */
function table(lacking: string[], heldFor: number) {
  let passes = 0;
  const store: TableInUse = {
    sides: async () => ({ current: OLD, next: NEW }),
    progress: async () => ({
      wanted: 9,
      lacking: { current: 0, next: lacking.length },
      examples: lacking,
      withoutText: 0,
      empty: 0,
      nextOnly: 0,
    }),
    pending: async () => lacking.map((id) => ({ key: [id], id, text: id, textHash: sha256(id), vector: null, isWritten: false })),
  };
  const pass = async () => {
    passes++;
    if (passes > heldFor) lacking.length = 0;
    return { written: 0, proved: 0, missed: lacking.length, strange: [], isWhole: true };
  };
  return { store, filler: { pass }, passes: () => passes };
}

describe('what stays behind on a table that is written to', () => {
  it('is no row that a transaction held during a pass', async () => {
    const { store, filler, passes } = table(['a'], 2);
    expect([await whatStaysBehind({ store }, filler, NEW), passes()]).toEqual([[], 3]);
  });

  it('is a row that no pass brings up to date', async () => {
    const { store, filler, passes } = table(['b', 'a'], 99);
    expect([await whatStaysBehind({ store }, filler, NEW), passes()]).toEqual([
      ['2 documents (a, b) have no vector of that version and of their text of now'],
      5,
    ]);
  });
});
