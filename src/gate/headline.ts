import type { Policy } from '../model/policy.ts';
import type { Outcome, RuleResult } from '../model/verdict.ts';
import { number, plural, signed, subject } from './words.ts';

/** Any fail beats any inconclusive. Where nothing could decide although something should have, nothing passed. */
export function outcomeOf(policy: Policy, results: readonly RuleResult[]): Outcome {
  const deciding = results.filter((result) => result.decides);
  if (deciding.some((result) => result.outcome === 'fail')) return 'fail';
  if (deciding.some((result) => result.outcome === 'inconclusive')) return 'inconclusive';
  const onlyWarns = policy.rules.length > 0 && policy.rules.every((rule) => rule.severity === 'warn');
  return deciding.length > 0 || onlyWarns ? 'pass' : 'inconclusive';
}

/** One failed or open rule in a clause. */
function clause(result: RuleResult): string {
  const name = subject(result);
  const { rule, difference, interval } = result;
  if (rule.kind !== 'nonInferior' && rule.kind !== 'noHarm')
    return result.new === null ? `${name} has no value` : `${name}: ${result.reason.replace(/\.$/, '')}`;
  if (difference === null) return `${name} ${result.missing ? 'has no value' : 'cannot be judged by this rule'}`;
  const between =
    interval === null || interval.method === 'degenerate' ? '' : ` (between ${signed(interval.lower)} and ${signed(interval.upper)})`;
  const change = `${name} changes by ${signed(difference)}${between}`;
  const allowed = `${number(rule.margin)} is allowed`;
  return result.outcome === 'fail' ? `${change}, where a loss of ${allowed}` : `${change}; a loss of ${allowed}`;
}

function listed(results: readonly RuleResult[], verb: string): string {
  const [first] = results;
  const others = results.length - 1;
  return `${first ? clause(first) : ''}${others > 0 ? `; ${others} more ${verb}` : ''}`;
}

/** Without judgements a pass says less than it seems to, and says so itself. */
const UNMEASURED = 'quality was not measured, for want of judgements';

/** What a pass doesn't say: slices in which a loss beyond the margin is not shown, but not excluded either. */
function unsureWords(results: readonly RuleResult[]): string {
  const bounded = results.filter(({ rule, interval }) => rule.kind === 'noHarm' && interval !== null);
  const unsure = bounded.filter(({ state }) => state === 'not-shown-safe');
  return unsure.length === 0
    ? ''
    : `, though in ${unsure.length} of ${plural(bounded.length, 'slice')} a loss beyond what is allowed cannot be excluded`;
}

function holding(policy: Policy, results: readonly RuleResult[], measured: boolean): string {
  const of = (rule: Policy['rules'][number]): RuleResult[] => results.filter((result) => result.rule === rule);
  const skipped = policy.rules.filter((rule) => rule.severity === 'fail' && !of(rule).some((result) => result.decides)).length;
  const warned = policy.rules.filter((rule) => rule.severity === 'warn');
  const warnings = warned.filter((rule) => of(rule).some((r) => r.outcome === 'fail' || r.outcome === 'inconclusive')).length;
  const waived = results.filter((result) => result.waiver !== undefined).length;
  const notes = [
    waived > 0 ? `${plural(waived, 'result')} waived` : '',
    skipped > 0 ? `${skipped} decided nothing` : '',
    warnings > 0 ? `${plural(warnings, 'warning')}` : '',
  ].filter((note) => note !== '');
  const rules = policy.rules.length;
  const held = `${rules - skipped - warnings} of ${plural(rules, 'rule')} ${rules === 1 ? 'holds' : 'hold'}`;
  if (notes.length > 0) return `${held} (${notes.join(', ')})${measured ? '' : `; ${UNMEASURED}`}.`;
  return `${held}; ${measured ? `nothing in this evaluation speaks against the cutover${unsureWords(results)}` : UNMEASURED}.`;
}

/**
 * One sentence for the top of every report.
 * @param measured false where the data set has no judgements, so that no rule could be about quality
 */
export function headlineOf(policy: Policy, outcome: Outcome, results: readonly RuleResult[], measured: boolean): string {
  const deciding = results.filter((result) => result.decides);
  if (outcome === 'pass') return `Pass: ${holding(policy, results, measured)}`;
  const decisive = deciding.filter((result) => result.outcome === outcome);
  if (outcome === 'fail') return `Fail: ${listed(decisive, 'fail')}.`;
  if (decisive.length === 0) return 'Inconclusive: no rule of the policy could decide anything.';
  return `Inconclusive: ${listed(decisive, 'are open')}.`;
}

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
 * passed rules stand only where the verdict is a pass.
 */
export function reasonsOf(outcome: Outcome, results: readonly RuleResult[]): string[] {
  const shown = results.filter((r) => r.outcome !== 'pass' || (outcome === 'pass' && r.decides && r.slice === null));
  const sorted = shown.map((result, i) => ({ result, i })).sort((a, b) => rank(a.result) - rank(b.result) || a.i - b.i);
  const slices = results.filter((r) => r.slice !== null && r.decides);
  const harmless = slices.filter((r) => r.outcome === 'pass').length;
  const summary =
    outcome === 'pass' && slices.length > 0
      ? [`${harmless} of ${plural(slices.length, 'slice')} show no harm beyond what is allowed.`]
      : [];
  return [...sorted.filter(({ result }) => result.decides).map(({ result }) => sentence(result)), ...summary].concat(
    sorted.filter(({ result }) => !result.decides).map(({ result }) => sentence(result)),
  );
}
