import type { RuleResult, State } from '../model/verdict.ts';

/** What every format shows of a result. */
export function stateOf(result: Omit<RuleResult, 'state'>): State {
  if (result.waiver !== undefined) return 'waived';
  return isNotShownSafe(result) ? 'not-shown-safe' : result.outcome;
}

/** A slice passes too where harm is only not shown: its bound lies at or beyond the margin, or it has none. */
function isNotShownSafe({ rule, outcome, interval, direction }: Omit<RuleResult, 'state'>): boolean {
  if (rule.kind !== 'noHarm' || outcome !== 'pass') return false;
  if (interval === null) return true;
  return direction === 'lower' ? interval.upper >= rule.margin : interval.lower <= -rule.margin;
}
