import type { Against } from '../../model/against.ts';
import { signed } from '../number.ts';

/** What the comparison says in one or two sentences, with numbers. */
export function plainWords({ ranked, measures, rules }: Against): string {
  const measure = measures.find(({ measure: name, on }) => name === ranked?.measure && on === ranked.on);
  const flipped = rules.filter((rule) => rule.other?.outcome !== rule.this?.outcome).length;
  const flips = flipped === 0 ? 'Every rule comes out the same.' : `${flipped} of ${rules.length} results of rules come out otherwise.`;
  const found = measure?.difference;
  if (measure === undefined || found == null || found.interval === null) return flips;
  const { lower, upper } = found.interval;
  const how = lower > 0 ? "higher than the other's" : upper < 0 ? "lower than the other's" : "not clearly different from the other's";
  const between = `${signed(found.mean)}, between ${signed(lower)} and ${signed(upper)} at ${100 * found.confidence} %`;
  return `${measure.measure} of this candidate is ${how}: ${between}. ${flips}`;
}
