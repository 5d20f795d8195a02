import { plural } from '../core/words.ts';
import type { Policy } from '../model/policy.ts';
import type { Inconclusive, Outcome, RuleResult } from '../model/verdict.ts';
import { countedWords } from './advice.ts';
import { bounds } from './comparison-words.ts';
import { number, signed, subject } from './words.ts';

/** Any fail beats any inconclusive. Where nothing could decide although something should have, nothing passed. */
export function outcomeOf(results: readonly RuleResult[]): Outcome {
  const deciding = results.filter((result) => result.decides);
  if (deciding.some((result) => result.outcome === 'fail')) return 'fail';
  if (deciding.some((result) => result.outcome === 'inconclusive')) return 'inconclusive';
  return deciding.length > 0 ? 'pass' : 'inconclusive';
}

/** One failed or open rule in a clause. */
function clause(result: RuleResult): string {
  const name = subject(result);
  const { rule, difference, interval } = result;
  if (rule.kind !== 'nonInferior' && rule.kind !== 'noHarm') {
    if (result.new === null) return `${name} has no value`;
    if (rule.kind === 'atMostTimes') return `${name}: ${result.found}, the limit is ${rule.times} times`;
    return countedWords(rule, result.new) ?? `${name}: ${result.reason.replace(/\.$/, '')}`;
  }
  if (difference === null) return `${name} ${result.missing ? 'has no value' : 'cannot be judged by this rule'}`;
  const within = interval === null ? '' : ` ${bounds(interval, signed)}`;
  const limit = `the limit is ${signed((result.direction === 'lower' ? 1 : -1) * rule.margin)}`;
  // What was counted may look like a pass or a fail: what is open says why it is neither.
  const { lower, upper } = (result.why === 'unjudged' ? result.open?.bounds : undefined) ?? {};
  if (lower !== undefined && upper !== undefined)
    return `${name} is between ${signed(lower)} and ${signed(upper)} with the unjudged, ${limit}`;
  return `${name} ${signed(difference)}${within}, ${limit}`;
}

function listed(results: readonly RuleResult[], [one, many]: readonly [string, string]): string {
  const [first] = results;
  const others = results.length - 1;
  return `${first ? clause(first) : ''}${others > 0 ? `; ${plural(others, 'other check')} ${others === 1 ? one : many}` : ''}`;
}

/** Without judgements a pass says less than it seems to, and says so itself. */
const UNMEASURED = 'without judgements, quality was not measured';

const are = (count: number): string => (count === 1 ? 'is' : 'are');

/** What a pass doesn't say: slices in which a loss beyond the margin is not shown, but not excluded either, and those that decide nothing. */
function unsureWords(results: readonly RuleResult[]): string {
  const slices = results.filter(({ rule, interval }) => rule.kind === 'noHarm' && rule.severity === 'fail' && interval !== null);
  const deciding = slices.filter(({ decides }) => decides);
  const unsure = deciding.filter(({ state }) => state === 'not-shown-safe').length;
  const small = slices.filter(({ decides, waiver }) => !decides && waiver === undefined).length;
  const words = [
    ...(unsure === 0 ? [] : [`${unsure} of ${plural(deciding.length, 'slice')} ${are(unsure)} not shown safe`]),
    ...(small === 0 ? [] : [`${unsure === 0 ? plural(small, 'slice') : `${small} more`} ${are(small)} too small to decide`]),
  ];
  return words.length === 0 ? '' : `; ${words.join(', ')}`;
}

/** From here on both versions do nearly all that can be done, and a set shows little. */
const SATURATED = 0.97;

/** Measures that are near their ceiling on both sides. */
function saturationWords(results: readonly RuleResult[]): string {
  const [first] = results.filter(
    ({ rule, slice, old, new: fresh }) => rule.kind === 'nonInferior' && slice === null && Math.min(old ?? 0, fresh ?? 0) >= SATURATED,
  );
  if (first === undefined) return '';
  return ` ${subject(first)} is near its ceiling under both versions (${number(first.old ?? 0)} and ${number(first.new ?? 0)}), so these queries can show little.`;
}

/** What somebody lets pass, by name where it is one thing, and how long. */
function waivedWords([first, ...others]: readonly RuleResult[], until: string): string {
  if (first === undefined) return '';
  return others.length === 0 ? `${subject(first)} waived until ${until}` : `${others.length + 1} waived, the first until ${until}`;
}

function holding(policy: Policy, results: readonly RuleResult[], measured: boolean): string {
  const of = (rule: Policy['rules'][number]): RuleResult[] => results.filter((result) => result.rule === rule);
  const waived = results.filter(({ state }) => state === 'waived');
  const [until = ''] = waived.flatMap(({ waiver }) => waiver?.expires ?? []).sort();
  const excused = policy.rules.filter((rule) => waived.some((result) => result.rule === rule));
  const deciding = policy.rules.filter((rule) => rule.severity === 'fail' && !excused.includes(rule));
  const skipped = deciding.filter((rule) => !of(rule).some((result) => result.decides)).length;
  const warned = policy.rules.filter((rule) => rule.severity === 'warn' && !excused.includes(rule));
  const warnings = warned.filter((rule) => of(rule).some((r) => r.outcome === 'fail' || r.outcome === 'inconclusive')).length;
  const notes = [
    waivedWords(waived, until),
    skipped > 0 ? `${skipped} decided nothing` : '',
    warnings > 0 ? `${plural(warnings, 'warning')}` : '',
  ].filter((note) => note !== '');
  const rules = policy.rules.length;
  const holds = rules - excused.length - skipped - warnings;
  const held =
    holds === rules && rules > 1 ? `all ${rules} rules hold` : `${holds} of ${plural(rules, 'rule')} ${rules === 1 ? 'holds' : 'hold'}`;
  return `${held}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}${measured ? unsureWords(results) : `; ${UNMEASURED}`}.`;
}

const WHY: Readonly<Record<Inconclusive, string>> = {
  'few-needs': 'too few needs to tell',
  unjudged: 'unjudged documents decide',
  'cannot-fail': 'it could not have failed',
  'busy-machine': 'times vary too much on this machine to tell',
  insensitive: 'these queries notice no harm: even lists of other queries would not have failed',
  'nothing-decided': 'no rule of the policy could decide anything',
};

/** Why a verdict is inconclusive: what most needs doing comes first. */
export function whyInconclusive(outcome: Outcome, results: readonly RuleResult[]): Inconclusive | null {
  if (outcome !== 'inconclusive') return null;
  const reasons = results.filter((result) => result.decides && result.outcome === 'inconclusive').map(({ why }) => why ?? null);
  return (['cannot-fail', 'unjudged', 'few-needs', 'busy-machine'] as const).find((why) => reasons.includes(why)) ?? 'nothing-decided';
}

function inconclusiveWords(results: readonly RuleResult[], why: Inconclusive): string {
  const open = results.filter((result) => result.decides && result.outcome === 'inconclusive');
  const first = open.filter((result) => result.why === why);
  const clauses = listed([...first, ...open.filter((result) => result.why !== why)], ['is open', 'are open']);
  return open.length === 0 ? `${WHY[why]}.` : `${WHY[why]}; ${clauses}.`;
}

/** What fails, and what could not be decided beside it: the loss that matters may be there. */
function failWords(results: readonly RuleResult[]): string {
  const of = (wanted: Outcome) => results.filter(({ decides, outcome }) => decides && outcome === wanted);
  const open = of('inconclusive');
  return `${listed(of('fail'), ['fails', 'fail'])}${open.length > 0 ? `; not decided: ${listed(open, ['is open', 'are open'])}` : ''}`;
}

function passWords(policy: Policy, results: readonly RuleResult[], measured: boolean): string {
  const waived = results.filter(({ state }) => state === 'waived').length;
  const pass = waived === 0 ? 'Pass' : `Pass with ${plural(waived, 'waiver')}`;
  return `${pass}: ${holding(policy, results, measured)}`;
}

/**
 * One sentence for the top of every report.
 * @param why it is inconclusive; null where it isn't
 * @param measured false where the data set has no judgements, so that no rule could be about quality
 */
export function headlineOf(
  policy: Policy,
  outcome: Outcome,
  why: Inconclusive | null,
  results: readonly RuleResult[],
  measured: boolean,
): string {
  if (outcome === 'fail') return `Fail: ${failWords(results)}.`;
  const words =
    outcome === 'pass' ? passWords(policy, results, measured) : `Inconclusive: ${inconclusiveWords(results, why ?? 'nothing-decided')}`;
  return words + saturationWords(results);
}
