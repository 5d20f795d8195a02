import { sampleWithout, seededRandom } from '../../core/random.ts';
import type { CostMetric } from '../../measure/metric-kinds.ts';
import type { Cost } from '../../model/studies.ts';
import { SIDES, type Side } from '../../model/version.ts';
import type { StudyContext } from '../study.ts';

/** How timed costs are taken; ADR 41 has the simulation that chose it. */
export const DESIGN = { blocks: 13, texts: 20, documents: 6, tries: 3 } as const;

/** One piece of work of each version. @returns what it took, in the unit of one sample */
export type Work<Item> = { readonly [S in Side]: (item: Item) => Promise<number> };

interface Timed<Item> {
  readonly name: string;
  readonly metric: CostMetric;
  readonly unit: string;
  /** What is worked on; each block draws its own. */
  readonly items: readonly Item[];
  readonly work: Work<Item>;
  readonly texts?: number;
  readonly tries?: number;
}

/**
 * Times both versions in blocks: each item a few times under each version, the two in random order each time, so that whatever the
 * machine does meanwhile hits both alike. Of the tries the fastest counts: what others take of the machine only ever adds.
 */
export async function inTurn<Item>(
  { config, console, signal }: Pick<StudyContext, 'config' | 'console' | 'signal'>,
  { name, metric, unit, items, work, texts = DESIGN.texts, tries = DESIGN.tries }: Timed<Item>,
): Promise<Cost> {
  const random = seededRandom(config.seed, `costs order ${name}`);
  // The first of all pays for what is loaded once.
  for (const side of SIDES) for (const item of items.slice(0, 1)) await work[side](item);
  const values: { readonly [S in Side]: number[] } = { old: [], new: [] };
  for (let block = 0; block < DESIGN.blocks; block++) {
    console.progress({ task: `timing ${name}`, done: block, total: DESIGN.blocks, unit: 'blocks' });
    const drawn = sampleWithout(seededRandom(config.seed, `costs ${name} ${block}`), items.length, texts).flatMap((i) => items[i] ?? []);
    const fastest: { readonly [S in Side]: number[] } = { old: [], new: [] };
    for (const item of drawn) {
      const taken: { readonly [S in Side]: number[] } = { old: [], new: [] };
      for (let one = 0; one < tries; one++) {
        signal.throwIfAborted();
        for (const side of random.next() < 0.5 ? SIDES : SIDES.toReversed()) taken[side].push(await work[side](item));
      }
      for (const side of SIDES) fastest[side].push(Math.min(...taken[side]));
    }
    for (const side of SIDES) values[side].push(metric.compute(fastest[side]));
  }
  return { unit, ...values };
}
