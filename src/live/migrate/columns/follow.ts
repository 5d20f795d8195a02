import { setTimeout as wait } from 'node:timers/promises';
import { CutoverError } from '../../../core/errors.ts';
import { plural } from '../../../core/words.ts';
import { readLines } from '../../../proof/chain.ts';
import { wasSwitched } from '../../ledger/states.ts';
import { refused } from '../checks.ts';
import { Filler } from './filler.ts';
import type { Work } from './start.ts';

/** What `follow` did until it was stopped. */
export interface Followed {
  readonly written: number;
  readonly proved: number;
  /** Rows left as the application wrote them, whose vector is not of the live version. */
  readonly strange: readonly string[];
}

/** Milliseconds between two looks at a table in which nothing lacks. A look reads the tags, so that it takes longer on a large one. */
const POLL = 1_000;
/** Milliseconds before rows that others hold are tried again. */
const HELD = 100;
/** Passes of `--once` over rows that others hold or change meanwhile. */
const TRIES = 5;
/** How many times as long as a look takes it waits for the next one, at least. */
const IDLE = 10;

/** Keeps the rows that writers change up to date under both versions, before the switch and after it, until it is stopped. */
export async function follow({ access, store, options, pace }: Omit<Work, 'book'>, once: boolean): Promise<Followed> {
  const filler = new Filler(access, store, options, pace);
  const total = { written: 0, proved: 0 };
  const strange = new Set<string>();
  for (let passes = 1; ; passes++) {
    const began = options.clock();
    const sides = await store.sides();
    if (sides === null) throw refused('Follow', 'the store has no tags', 'Run `cutover tag apply` first');
    const isSwitched = wasSwitched(await readLines(store.ledger));
    // Rows that were written, and rows that others held or changed meanwhile, or that are of columns which have changed places.
    const pending = { found: 0, left: 0 };
    for (const place of ['next', 'current'] as const) {
      const pass = await filler.pass(place, sides, place === 'next' || isSwitched, { deep: passes === 1 }).catch((error: unknown) => {
        if (error instanceof CutoverError && error.code === 'INTERRUPTED') return null;
        throw error;
      });
      if (pass === null) return { ...total, strange: [...strange] };
      total.written += pass.written;
      total.proved += pass.proved;
      pending.found += pass.written + pass.missed;
      pending.left += pass.missed + (pass.isWhole ? 0 : 1);
      for (const id of pass.strange) strange.add(id);
      if (pass.written > 0)
        options.console.info(`${place === 'current' ? 'live      ' : 'beside    '} ${plural(pass.written, 'row')} brought up to date`);
    }
    // On a busy table something always lacks, and some rows change between reading and writing them, whenever that is.
    if (options.signal.aborted || (once && (pending.left === 0 || passes >= TRIES))) return { ...total, strange: [...strange] };
    const least = pending.left > 0 ? HELD : pending.found === 0 ? POLL : 0;
    const pause = pending.found === 0 ? Math.max(least, IDLE * (options.clock() - began)) : least;
    if (pause > 0) await wait(pause, undefined, { signal: options.signal }).catch(() => undefined);
  }
}
