import type { Policy, Waiver } from '../model/policy.ts';
import type { RuleResult, WaiverResult } from '../model/verdict.ts';
import { ruleIds } from './expectation.ts';
import type { Judged } from './item.ts';

/**
 * Results with the waivers in force: what is waived is shown as it came out and decides nothing. An expired waiver counts
 * as absent. The last day it holds is the day it names.
 * @param asOf ISO date the verdict holds for
 */
export function applyWaivers(
  results: readonly Judged[],
  { rules, waivers }: Policy,
  asOf: string,
): { readonly rules: RuleResult[]; readonly waivers: WaiverResult[] } {
  const ids = ruleIds(rules);
  const idOf = (result: Judged) => ids[rules.indexOf(result.rule)] ?? '';
  const inForce = waivers.filter(({ expires }) => expires >= asOf);
  const waived = results.map((result) => {
    const waiver = inForce.find((each) => covers(each, result, idOf(result)));
    return waiver === undefined || !isOpen(result) ? result : { ...result, decides: false, waiver, state: 'waived' as const };
  });
  return { rules: waived, waivers: waivers.map((waiver) => ({ waiver, ...becameOf(waiver, results, idOf, asOf) })) };
}

function covers({ rule, slice }: Waiver, result: Judged, id: string): boolean {
  return rule === id && (slice === null || (slice.field === result.slice?.field && slice.value === result.slice.value));
}

/** Whether a result blocks the cutover. */
function isOpen({ decides, outcome }: Judged): boolean {
  return decides && (outcome === 'fail' || outcome === 'inconclusive');
}

function becameOf(
  waiver: Waiver,
  results: readonly Judged[],
  idOf: (result: Judged) => string,
  asOf: string,
): Pick<WaiverResult, 'state' | 'text'> {
  const { rule, slice, owner, reason, expires } = waiver;
  const what = slice === null ? rule : `${rule} · ${slice.field}=${slice.value}`;
  const covered = results.filter((result) => covers(waiver, result, idOf(result)));
  if (covered.length === 0)
    return { state: 'unknown', text: `Waiver of ${what}: the policy has no such rule or slice, so it does nothing. Correct or remove it.` };
  if (expires < asOf) return { state: 'expired', text: `Waiver of ${what} by ${owner} expired on ${expires}; the rule decides again.` };
  if (!covered.some(isOpen))
    return { state: 'not-needed', text: `Waiver of ${what} by ${owner}, until ${expires}: not needed, the rule holds without it.` };
  return { state: 'in-force', text: `Waived until ${expires} by ${owner}: ${what}, because “${reason.replace(/\.$/, '')}”.` };
}
