import type { Sweep } from '../../model/sweep.ts';
import { count, decimal } from '../number.ts';

/** The candidates that don't pass, by what came out: `2 fail, 1 is inconclusive, 1 could not be evaluated`. */
function others({ results, failures }: Sweep): string {
  const of = (outcome: string): number => results.filter((result) => result.outcome === outcome).length;
  const [fail, open] = [of('fail'), of('inconclusive')];
  return [
    ...(fail === 0 ? [] : [`${count(fail)} ${fail === 1 ? 'fails' : 'fail'}`]),
    ...(open === 0 ? [] : [`${count(open)} ${open === 1 ? 'is' : 'are'} inconclusive`]),
    ...(failures.length === 0 ? [] : [`${count(failures.length)} could not be evaluated`]),
  ].join(', ');
}

/** What a sweep without a candidate that passes is called: what nobody could decide is no refusal. */
export function noneWords({ results, failures }: Sweep): string {
  if (results.length === 0) return failures.length === 0 ? 'No candidate' : 'No candidate could be evaluated';
  if (results.every(({ outcome }) => outcome === 'inconclusive')) return 'No candidate is decided yet';
  return results.every(({ outcome }) => outcome === 'fail') ? 'No candidate passes' : 'No candidate passes so far';
}

/** What a sweep comes to, in one or two sentences. */
export function sweepWords(sweep: Sweep): string {
  const { results, cheapest, measure, failures } = sweep;
  const passing = results.filter(({ outcome }) => outcome === 'pass').length;
  const all = results.length + failures.length;
  const chosen = results.find(({ name }) => name === cheapest);
  const rest = others(sweep);
  const candidates = `${count(all)} ${all === 1 ? 'candidate' : 'candidates'}`;
  if (chosen === undefined) return `${noneWords(sweep)}. Of ${candidates}, ${rest === '' ? 'none was run' : rest}.`;
  const quality = chosen.quality === null || measure === null ? '' : ` with ${measure.name} of ${decimal(chosen.quality)}`;
  const { bytes, visited } = chosen.cost;
  const cost = `at ${count(bytes)} bytes a document with ${count(visited)} documents looked at for a query`;
  const which = passing === 1 ? 'It is' : 'The cheapest of them is';
  return `${passing} of ${candidates} ${passing === 1 ? 'passes' : 'pass'}${rest === '' ? '' : `; ${rest}`}. ${which} ${chosen.name}${quality}, ${cost}.`;
}
