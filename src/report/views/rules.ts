import type { Rule } from '../../model/policy.ts';
import type { Outcome, RuleResult, Verdict } from '../../model/verdict.ts';
import { decimal, percent, plain, signed } from '../number.ts';

const SEVERITY: Readonly<Record<RuleResult['outcome'], number>> = { fail: 0, inconclusive: 1, pass: 2, skipped: 3 };

/** Rules in order of reading: those that decide first, the worst outcome first, else as the verdict has them. */
export function orderedRules(rules: readonly RuleResult[]): readonly RuleResult[] {
  const rank = (result: RuleResult): number => (result.decides ? 0 : 10) + SEVERITY[result.outcome];
  return rules
    .map((result, i) => ({ result, i }))
    .sort((a, b) => rank(a.result) - rank(b.result) || a.i - b.i)
    .map(({ result }) => result);
}

/** What a result looks like wherever it is drawn: an outcome, or `unsure` for a slice that passes although harm is not excluded. */
export type Look = RuleResult['outcome'] | 'unsure';

/** A slice in which harm is only not shown is no green. */
export function lookOf({ state, outcome }: RuleResult): Look {
  return state === 'not-shown-safe' ? 'unsure' : outcome;
}

/** Rules split for reading; each group keeps the order of reading. */
export interface RuleGroups {
  /** Overall rules, and slice rules that decide and didn't pass. */
  readonly main: readonly RuleResult[];
  readonly passedSlices: readonly RuleResult[];
  /** Slices too small to decide, or of a rule that only warns. */
  readonly informingSlices: readonly RuleResult[];
}

export function ruleGroups(verdict: Verdict): RuleGroups {
  const ordered = orderedRules(verdict.rules);
  const passedSlice = (result: RuleResult): boolean => result.slice !== null && result.decides && result.outcome === 'pass';
  const informing = (result: RuleResult): boolean => result.slice !== null && !result.decides;
  return {
    main: ordered.filter((result) => !passedSlice(result) && !informing(result)),
    passedSlices: ordered.filter(passedSlice),
    informingSlices: ordered.filter(informing),
  };
}

/** Rules that made the verdict what it is: for a pass those that decide overall, else those that decide and have its outcome. */
export function decidingRules(verdict: Verdict): readonly RuleResult[] {
  const deciding = orderedRules(verdict.rules).filter((result) => result.decides);
  const wanted: readonly (Outcome | 'skipped')[] = verdict.outcome === 'pass' ? ['pass'] : ['fail', 'inconclusive'];
  return deciding.filter((result) => wanted.includes(result.outcome) && (verdict.outcome !== 'pass' || result.slice === null));
}

/** The headline without a leading outcome, which stands beside it in every format: `Fail: x` is `x`. */
export function headlineWords({ headline, outcome }: Verdict): string {
  const start = `${outcome}: `;
  return headline.toLowerCase().startsWith(start) && headline.length > start.length ? headline.slice(start.length) : headline;
}

/** Each caution in a line, as it stands among the verdict's reasons too. */
export function cautionLines({ cautions }: Pick<Verdict, 'cautions'>): readonly string[] {
  return (cautions ?? []).map(({ title, text }) => `${title}: ${text}`);
}

/** What to do, once each: first for rules that decide, then for the others. */
export function nextSteps(verdict: Verdict): readonly string[] {
  const steps = orderedRules(verdict.rules)
    .filter((result) => result.outcome !== 'skipped' && (result.decides || result.slice === null || result.waiver !== undefined))
    .map((result) => result.next);
  return [...new Set(steps.filter((step) => step !== ''))];
}

/** What a rule asks for, without its metric: `no worse than 0.02`. */
export function ruleWords(rule: Rule): string {
  const on = rule.on === 'exact' ? ', on exact neighbours' : '';
  if (rule.kind === 'nonInferior') return `non-inferior within ${plain(rule.margin)}${on}`;
  if (rule.kind === 'noHarm') return `no harm beyond ${plain(rule.margin)}${on}`;
  const bound = rule.bound === 'estimate' ? '' : ` by its ${rule.bound} bound`;
  return `${rule.kind === 'atLeast' ? 'at least' : 'at most'} ${plain(rule.limit)}${bound}${on}`;
}

/** Why a rule doesn't decide; null when it does. */
export function whyInforms(result: RuleResult): string | null {
  if (result.decides) return null;
  if (result.waiver !== undefined) return `waived until ${result.waiver.expires}`;
  if (result.outcome === 'skipped') return 'no value';
  return result.rule.severity === 'warn' ? 'warns only' : 'informs only';
}

/** Losses that would have been seen. A slice fails beyond its margin only, so two losses count there: that one, and any at all. */
function detectableWords({ rule, power, difference, outcome }: RuleResult): readonly string[] {
  if (power === null) return [];
  const { detectable, passIfEqual, needsToSettle } = power;
  const beyond =
    rule.kind === 'noHarm' && outcome === 'pass' ? ' at all; the larger one above is what it takes to go beyond the margin' : '';
  const words = [
    `Would tell a true loss of ${decimal(detectable)} from no loss${beyond} (80\u00a0% power).`,
    `Passes ${percent(passIfEqual)} of the time if truly equal.`,
  ];
  if (needsToSettle === null) return words;
  const seen = difference === null ? 'difference seen here' : `${signed(difference)} seen here`;
  return [
    ...words,
    `About ${plain(needsToSettle)} needs would settle it if the true difference is the ${seen}; more if it is nearer the margin.`,
  ];
}

/** What the query set could have shown, in sentences. */
export function powerWords(result: RuleResult): readonly string[] {
  const { interval } = result;
  const words = [...detectableWords(result)];
  if (interval?.method === 'percentile') words.push('Percentile interval: BCa is not defined here.');
  if (interval?.method === 'degenerate') {
    const share = interval.couldDiffer === undefined ? '' : ` Up to ${percent(interval.couldDiffer)} of needs could still differ.`;
    words.push(`All differences are equal.${share}`);
  }
  return words;
}
