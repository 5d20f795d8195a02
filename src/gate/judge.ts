import { isNotApplicable } from '../core/absence.ts';
import type { Sha256 } from '../core/brand.ts';
import { plural } from '../core/words.ts';
import type { Evaluation } from '../model/evaluation.ts';
import type { Policy } from '../model/policy.ts';
import type { Assay, Outcome, RuleResult, Verdict } from '../model/verdict.ts';
import { assaysOf, assayWords, isInsensitive } from './assay.ts';
import { cautionsOf, cautionTitles, cautionWords } from './cautions.ts';
import { type GateInput, gateInput } from './gate-input.ts';
import { headlineOf, outcomeOf, whyInconclusive } from './headline.ts';
import type { Comparison } from './item.ts';
import { leadOf } from './lead.ts';
import { looksOf, looksWords } from './looks.ts';
import { measureBounds } from './measure-bounds.ts';
import { reachOfRules, reachWords } from './reach.ts';
import { ruleResults } from './rule-results.ts';
import { sliceTables } from './slice-tables.ts';
import { applyWaivers } from './waivers.ts';
import { judgeWays } from './ways.ts';
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
function reasonsOf(outcome: Outcome, results: readonly RuleResult[]): string[] {
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

/** What is in a verdict beside the decision. */
export interface VerdictContext {
  /** ISO date the verdict holds for. */
  readonly asOf: string;
  /** SHA-256 of evaluation.json's bytes. */
  readonly evaluationHash: Sha256;
  /** SHA-256 of the policy's canonical JSON. */
  readonly policyHash: Sha256;
  readonly cutoverVersion: string;
}

/** Of the rules over all needs that decide, each at the least level at which it could be tested. */
function triedOf(gate: GateInput, compared: readonly Comparison[]): Assay[] {
  const deciding = compared.filter(({ decides }) => decides);
  const level = (1 - gate.policy.confidence) / new Set(deciding.map(({ rule }) => rule)).size;
  return deciding.filter(({ slice }) => slice === null).flatMap((item) => assaysOf(gate, item, level));
}

function exitCodeOf(outcome: Outcome, policy: Policy): 0 | 1 | 3 {
  if (outcome === 'pass') return 0;
  if (outcome === 'fail') return 1;
  return policy.inconclusive === 'block' ? 3 : 0;
}

function irreproducibility({ search }: Evaluation): string[] {
  if (search?.reproducible !== false) return [];
  const before = search.old?.engine;
  const which =
    before === undefined ? ', of which no two builds are alike' : ` (old version: ${before}), not all of which builds alike twice`;
  return [
    `The served neighbours come from ${search.engine}${which}: built again, a rule close to its limit may go the other way. \`search.engine: hnsw\` gives the same bytes each time.`,
  ];
}

/** What was taken from the judgements themselves about what they leave out. */
function silenceWords({ dataset: { silence } }: Evaluation): string[] {
  if (silence === undefined || silence.stated || silence.means !== 'complete') return [];
  return [
    `A document that is not listed for a query counts as not relevant, because ${silence.reason}. Write \`judgements: complete\` into the data set to state it, or \`judgements: pooled\` if others may be relevant too.`,
  ];
}

/** Documents that a reader may take for the right one, and that count as not relevant. */
function nearDuplicateWords({ nearDuplicates: found }: Evaluation): string[] {
  if (found === undefined || Math.max(found.old, found.new) === 0) return [];
  return [
    `A document that reads nearly as the right one outranks it within the first results for ${found.new} of ${found.queries} queries with one right document under the new version, and for ${found.old} under the old one. It counts as not relevant; judge it where either would do.`,
  ];
}

/** What a verdict without judgements can't say. */
const UNKNOWN_QUALITY =
  'Without a judgement nobody can say which version finds the better documents: the rules only see how much lists and scores change, and whether the index finds what a full scan finds. `cutover judge next` collects judgements.';

/**
 * Decides whether the new version may replace the old one. Pure: the same evaluation and policy give the same verdict,
 * and a rule's numbers don't depend on which other rules are beside it, Holm's correction apart.
 *
 * Bounds are one-sided at `policy.confidence`: Gaffke's with an unseen need (`pAtMost`).
 * @throws RangeError when the evaluation's columns don't fit its queries.
 * @example
 * const { outcome, exitCode, headline } = judge(evaluation, policy, { asOf: '2025-01-31', evaluationHash, policyHash, cutoverVersion: '1.0.0' });
 */
export function judge(evaluation: Evaluation, policy: Policy, context: VerdictContext): Verdict {
  const gate = gateInput(evaluation, policy);
  const looks = looksOf(evaluation, policy.confidence);
  const { results, compared } = ruleResults(gate);
  const assays = triedOf(gate, compared);
  const measures = measureBounds(gate);
  const { rules, waivers } = applyWaivers(results, policy, context.asOf);
  const insensitive = outcomeOf(rules) === 'pass' && isInsensitive(assays);
  const outcome = insensitive ? 'inconclusive' : outcomeOf(rules);
  const why = insensitive ? 'insensitive' : whyInconclusive(outcome, rules);
  const ways = judgeWays(gate, outcome);
  const reach = reachOfRules(gate);
  const cautions = cautionsOf(evaluation);
  const isMeasured = !isNotApplicable(evaluation.quality);
  return {
    kind: 'cutover.verdict',
    schemaVersion: 1,
    cutoverVersion: context.cutoverVersion,
    asOf: context.asOf,
    evaluation: context.evaluationHash,
    policyHash: context.policyHash,
    policy,
    lead: leadOf(evaluation, policy),
    ...(measures.length > 0 ? { measures } : {}),
    slices: sliceTables(evaluation, policy),
    ...(isMeasured ? {} : { unknownQuality: UNKNOWN_QUALITY }),
    outcome,
    exitCode: exitCodeOf(outcome, policy),
    why,
    headline: headlineOf(policy, outcome, why, rules, isMeasured) + cautionTitles(cautions),
    reasons: [
      ...reasonsOf(outcome, rules),
      ...waivers.map(({ text }) => text),
      ...looksWords(looks, policy.confidence),
      ...reach.map((one) => reachWords(one, policy, measures)),
      ...assayWords(assays, rules),
      ...cautions.map(cautionWords),
      ...silenceWords(evaluation),
      ...nearDuplicateWords(evaluation),
      ...irreproducibility(evaluation),
      ...(isMeasured ? [] : [UNKNOWN_QUALITY]),
    ],
    rules,
    ...(waivers.length > 0 ? { waivers } : {}),
    ...(looks === null ? {} : { looks }),
    ...(assays.length > 0 ? { assay: assays } : {}),
    ...(ways === null ? {} : { ways }),
    ...(reach.length > 0 ? { reach } : {}),
    ...(cautions.length > 0 ? { cautions } : {}),
  };
}
