import type { Sweep } from '../../contract/sweep.ts';
import { count, decimal } from '../number.ts';

/** What a sweep comes to, in one or two sentences. */
export function sweepWords({ results, cheapest, measure, failures }: Sweep): string {
  const passing = results.filter(({ outcome }) => outcome === 'pass').length;
  const rest = failures.length === 0 ? '' : ` ${failures.length} could not be evaluated.`;
  const chosen = results.find(({ name }) => name === cheapest);
  if (chosen === undefined) return `None of ${results.length} candidates passes.${rest}`;
  const quality = chosen.quality === null || measure === null ? '' : ` with ${measure.name} of ${decimal(chosen.quality)}`;
  const { bytes, visited } = chosen.cost;
  return `${passing} of ${results.length} candidates pass. The cheapest of them is ${chosen.name}${quality}, at ${count(bytes)} bytes a document with ${count(visited)} documents looked at for a query.${rest}`;
}
