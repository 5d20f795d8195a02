import { binomialCdf } from '../../../measure/stats/distributions.ts';
import type { DataFacts } from './answers.ts';

/** Depth of a policy's measures, where production shows as many results. */
export const USUAL_DEPTH = 10;
/** Share of the first results that models which suit the data keep at the least. */
const KEPT = 0.2;
/** How often lists that have nothing to do with each other may share as much as is asked for. */
const BY_CHANCE = 0.001;

/**
 * How much of the first results has to stay, at a depth where chance keeps little. Lists of k of n documents that have nothing to do
 * with each other share k/n, and over all queries the shared results are no more spread than a binomial of as many draws. The depth
 * is a twentieth of the documents at most. Three times what chance gives is asked for, and what chance reaches once in a thousand runs.
 * @example overlapRule({ documents: 43, queries: 30, empty: 0 }, 10) // overlap@2 of 0.2, where chance gives 0.05
 */
export function overlapRule({ documents, queries }: DataFacts, limit: number): { readonly depth: number; readonly atLeast: number } {
  const most = Math.min(USUAL_DEPTH, limit);
  if (documents === null || documents === 0 || queries === 0) return { depth: most, atLeast: KEPT };
  const depth = Math.max(1, Math.min(most, Math.floor(documents / 20)));
  const chance = Math.min(1, depth / documents);
  const wanted = Math.max(KEPT, 3 * chance, rarely(queries * depth, chance));
  return { depth, atLeast: Math.min(0.9, Math.ceil(100 * wanted) / 100) };
}

/** The least share of draws that a binomial of this chance reaches no oftener than {@link BY_CHANCE}. */
function rarely(draws: number, chance: number): number {
  let hits = Math.floor(draws * chance);
  while (hits < draws && 1 - binomialCdf(hits - 1, draws, chance) > BY_CHANCE) hits++;
  return hits / draws;
}
