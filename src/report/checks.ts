import type { Rule } from '../model/policy.ts';
import type { RuleResult, State, Verdict } from '../model/verdict.ts';

import { onWords } from './measures.ts';
import { count, decimal, estimate, percent, plain, signed } from './number.ts';

/** Checks of one kind, in order of reading. */
export interface CheckGroup {
  readonly id: 'failed' | 'inconclusive' | 'waived' | 'warnings' | 'not-shown-safe' | 'passed' | 'passed-slices' | 'small' | 'skipped';
  readonly title: string;
  /** What the title doesn't say; empty where it says all. */
  readonly note: string;
  readonly state: State;
  readonly results: readonly RuleResult[];
}

const open = ({ outcome }: RuleResult): boolean => outcome === 'fail' || outcome === 'inconclusive';
const size = ({ rule, interval, new: fresh }: RuleResult): number => ('margin' in rule ? (interval?.lower ?? 0) : (fresh ?? 0));

/** Which group a check belongs to: what decides by its state, then what only warns, then slices that are too small to decide. */
function groupOf(result: RuleResult): CheckGroup['id'] {
  const { decides, slice, outcome } = result;
  const { state } = result;
  if (state === 'waived') return 'waived';
  if (state === 'skipped') return 'skipped';
  if (decides && state === 'fail') return 'failed';
  if (decides && state === 'inconclusive') return 'inconclusive';
  if (!decides && slice !== null && result.rule.severity === 'fail') return 'small';
  if (!decides && open(result)) return 'warnings';
  if (state === 'not-shown-safe') return 'not-shown-safe';
  return slice === null || outcome !== 'pass' ? 'passed' : 'passed-slices';
}

const GROUPS: readonly Omit<CheckGroup, 'results'>[] = [
  { id: 'failed', title: 'Failed', note: '', state: 'fail' },
  { id: 'inconclusive', title: 'Inconclusive', note: '', state: 'inconclusive' },
  { id: 'waived', title: 'Waived', note: 'These did not pass. Until the date named, the policy lets the merge go ahead.', state: 'waived' },
  { id: 'warnings', title: 'Warnings', note: 'These did not pass and do not decide.', state: 'inconclusive' },
  {
    id: 'not-shown-safe',
    title: 'Not shown safe',
    note: 'A loss beyond the limit is neither shown nor ruled out. These slices do not block.',
    state: 'not-shown-safe',
  },
  { id: 'passed', title: 'Passed', note: '', state: 'pass' },
  { id: 'passed-slices', title: 'Slices shown safe', note: '', state: 'pass' },
  { id: 'small', title: 'Slices too small to decide', note: 'For information: a few queries move their mean a lot.', state: 'skipped' },
  { id: 'skipped', title: 'Skipped', note: 'They have no value, and the policy lets them be skipped.', state: 'skipped' },
];

/** Whether a group's checks ask for something: they did not pass, or somebody let them. */
export function asks({ id }: Pick<CheckGroup, 'id'>): boolean {
  return id === 'failed' || id === 'inconclusive' || id === 'waived' || id === 'warnings';
}

/** Every check of a verdict in its group; groups without a check are left out. Slices that may have lost most come first. */
export function checkGroups({ rules }: Pick<Verdict, 'rules'>): readonly CheckGroup[] {
  return GROUPS.flatMap((group) => {
    const mine = rules.filter((result) => groupOf(result) === group.id);
    const slices = mine.filter(({ slice }) => slice !== null).sort((a, b) => size(a) - size(b));
    const results = [...mine.filter(({ slice }) => slice === null), ...slices];
    return results.length === 0 ? [] : [{ ...group, results }];
  });
}

/** `Pass`, `Pass with 1 waiver`, `Fail`, `Inconclusive`: the verdict in a word, the same everywhere. */
export function verdictWords({ outcome, rules }: Pick<Verdict, 'outcome' | 'rules'>): string {
  const waived = rules.filter(({ state }) => state === 'waived').length;
  if (outcome !== 'pass') return outcome === 'fail' ? 'Fail' : 'Inconclusive';
  return waived === 0 ? 'Pass' : `Pass with ${waived} ${waived === 1 ? 'waiver' : 'waivers'}`;
}

/** What the state of a verdict is drawn as: a pass that somebody let pass is no plain one. */
export function verdictState({ outcome, rules }: Pick<Verdict, 'outcome' | 'rules'>): State {
  return outcome === 'pass' && rules.some(({ state }) => state === 'waived') ? 'waived' : outcome;
}

/** Whether it may be merged, in a few words. */
export function mergeWords({ outcome, exitCode }: Pick<Verdict, 'outcome' | 'exitCode'>): string {
  if (outcome === 'pass') return 'May be merged';
  if (outcome === 'fail') return 'Do not merge';
  return exitCode === 0 ? 'Not decided; the policy lets it be merged' : 'Do not merge yet';
}

/** The headline without a leading outcome, which is beside it in every format: `Fail: x` is `x`. */
export function headlineWords({ headline }: Pick<Verdict, 'headline'>): string {
  const words = headline.replace(/^(?:pass(?: with \d+ waivers?)?|fail|inconclusive): (?=.)/i, '');
  // A plain word begins the sentence; a measure's name is written as it is.
  return words.replace(/^[a-z]+(?= )/, (word) => word[0]?.toUpperCase() + word.slice(1));
}

/** Each caution in a line, as it is among the verdict's reasons too. */
export function cautionLines({ cautions }: Pick<Verdict, 'cautions'>): readonly string[] {
  return (cautions ?? []).map(({ title, text }) => `${title}: ${text}`);
}

/** A number of a rule as its kind writes it: differences have a sign, whole limits no digits. */
export function writerOf({ rule, new: fresh }: RuleResult): (value: number) => string {
  if (!('limit' in rule)) return 'margin' in rule ? signed : decimal;
  return (value) => (Number.isInteger(value) && Number.isInteger(rule.limit) && (fresh ?? 0) % 1 === 0 ? plain(value) : decimal(value));
}

/** `+0.017 [+0.007, +0.029]`: what was found. */
export function foundWords(result: RuleResult): string {
  const { rule, difference, new: fresh, interval } = result;
  if (result.ratio !== undefined) return `${estimate(result.ratio, interval, decimal)} times`;
  const value = 'margin' in rule ? difference : fresh;
  return value === null ? result.found : estimate(value, interval, writerOf(result));
}

/** `limit −0.020`. */
export function limitWords({ rule }: RuleResult): string {
  if ('margin' in rule) return `limit ${signed(-rule.margin)}`;
  if (rule.kind === 'atMostTimes') return `at most ${plain(rule.times)} times`;
  return `${rule.kind === 'atLeast' ? 'at least' : 'at most'} ${plain(rule.limit)}${rule.bound === 'estimate' ? '' : `, by its ${rule.bound} bound`}`;
}

/** `as served` is not said: it is the usual. */
export function onClause(rule: Rule): string {
  return { pipeline: ', pipeline', served: '', exact: ', exact' }[rule.on];
}

/** Why a rule doesn't decide; null when it does. */
export function whyInforms(result: RuleResult): string | null {
  if (result.decides) return null;
  if (result.waiver !== undefined) return `waived until ${result.waiver.expires} by ${result.waiver.owner}`;
  if (result.outcome === 'skipped') return 'no value';
  return result.rule.severity === 'warn' ? 'warns only' : 'too small to decide';
}

/** What the query set could have shown, in sentences. */
export function powerWords({ rule, power, difference, outcome }: RuleResult): readonly string[] {
  const words: string[] = [];
  if (power !== null) {
    const beyond = rule.kind === 'noHarm' && outcome === 'pass' ? ' beyond the limit' : '';
    if (power.detectable !== null)
      words.push(`These queries can detect a loss of ${decimal(power.detectable)} or more${beyond} (80\u00a0% power).`);
    words.push(`Two equal versions would pass ${percent(power.passIfEqual)} of the time.`);
    if (power.needsToSettle !== null)
      words.push(
        `About ${count(power.needsToSettle)} needs would settle it if the true difference is the ${signed(difference)} found; more if it is nearer the limit.`,
      );
  }
  return words;
}

/** What a rule asks for, without its metric: `non-inferior within 0.02`. */
export function ruleWords(rule: Rule): string {
  const on = rule.on === 'served' ? '' : `, ${onWords(rule.on)}`;
  if (rule.kind === 'nonInferior') return `non-inferior within ${plain(rule.margin)}${on}`;
  if (rule.kind === 'noHarm') return `no harm beyond ${plain(rule.margin)}${on}`;
  if (rule.kind === 'atMostTimes') return `at most ${plain(rule.times)} times the old version's`;
  const bound = rule.bound === 'estimate' ? '' : ` by its ${rule.bound} bound`;
  return `${rule.kind === 'atLeast' ? 'at least' : 'at most'} ${plain(rule.limit)}${bound}${on}`;
}
