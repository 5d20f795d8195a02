import { plural } from '../core/words.ts';
import type { Outcome, RuleResult } from '../model/verdict.ts';
import { subject } from './words.ts';

function rank(result: RuleResult): number {
  const order = { fail: 0, inconclusive: 1, pass: 2, skipped: 3 }[result.outcome];
  return result.decides ? order : 4 + order;
}

function sentence(result: RuleResult): string {
  const kind =
    result.decides || result.outcome === 'skipped'
      ? ''
      : result.waiver !== undefined
        ? 'Waived: '
        : result.rule.severity === 'warn'
          ? 'Warning: '
          : 'For information: ';
  return [`${kind}${subject(result)}: ${result.expected}; found ${result.found}.`, result.reason].filter((text) => text !== '').join(' ');
}

/**
 * Reasons in plain words: what decided first, then warnings and what was skipped. Slices that pass are summed up, and
 * passed rules are listed only where the verdict is a pass.
 */
export function reasonsOf(outcome: Outcome, results: readonly RuleResult[]): string[] {
  const shown = results.filter((r) => r.outcome !== 'pass' || (outcome === 'pass' && r.decides && r.slice === null));
  const sorted = shown.map((result, i) => ({ result, i })).sort((a, b) => rank(a.result) - rank(b.result) || a.i - b.i);
  const slices = results.filter((r) => r.slice !== null && r.decides);
  const harmless = slices.filter((r) => r.outcome === 'pass').length;
  const safe = slices.filter((r) => r.state === 'pass').length;
  const summary =
    outcome === 'pass' && slices.length > 0
      ? [`${harmless} of ${plural(slices.length, 'slice')} show no harm beyond what is allowed; in ${safe} of them it is excluded.`]
      : [];
  return [...sorted.filter(({ result }) => result.decides).map(({ result }) => sentence(result)), ...summary].concat(
    sorted.filter(({ result }) => !result.decides).map(({ result }) => sentence(result)),
  );
}
