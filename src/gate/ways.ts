import { isNotApplicable } from '../core/absence.ts';
import { columnOf } from '../measure/columns.ts';
import type { NonInferiorRule } from '../model/policy.ts';
import type { Way, WayKind, Ways } from '../model/studies.ts';
import type { JudgedWay, Outcome, WayResult, WaysVerdict } from '../model/verdict.ts';
import { isNotWorse, isWorse, lowerBound, upperBound } from './bounds.ts';
import { compareColumns } from './comparison-columns.ts';
import { cannotFail } from './decision.ts';
import { ruleIds } from './expectation.ts';
import type { GateInput, PairedSource } from './gate-input.ts';
import type { Comparison } from './item.ts';
import { canonicalName } from './measure.ts';
import { number } from './words.ts';

interface Asked {
  readonly id: string;
  readonly rule: NonInferiorRule;
  readonly measure: string;
}

/** The rules that decide on quality and were measured for the ways. */
function askedOf({ policy: { rules } }: GateInput, { measures }: Ways): Asked[] {
  const ids = ruleIds(rules);
  return rules.flatMap((rule, i) => {
    const measure = canonicalName(rule.metric);
    if (rule.kind !== 'nonInferior' || rule.severity !== 'fail' || !measures.includes(measure)) return [];
    return [{ id: ids[i] ?? rule.metric, rule, measure }];
  });
}

function sourceOf(gate: GateInput, stay: Way, way: Way, measure: string): PairedSource {
  const column = (values: Way['values']) => columnOf(values[measure] ?? [], gate.evaluation.queries);
  const open = way.open?.[measure];
  const sides = { old: column(stay.values), new: column(way.values) };
  return { kind: 'paired', isQuality: true, ...sides, ...(open === undefined ? {} : { open }) };
}

function outcomeOf(item: Comparison, level: number): Outcome {
  if (isWorse(item, level)) return 'fail';
  return !cannotFail(item) && isNotWorse(item, level) ? 'pass' : 'inconclusive';
}

function resultOf(gate: GateInput, { id, rule, measure }: Asked, stay: Way, way: Way, level: number): WayResult[] {
  const columns = compareColumns(gate, rule, sourceOf(gate, stay, way, measure));
  if (columns === null) return [];
  const item: Comparison = { ...columns, rule, id, slice: null, decides: true };
  const { least, most } = item.improvement;
  const confidence = 1 - level;
  const ends = [item.sign * lowerBound(least, item.room, confidence), item.sign * upperBound(most, item.room, confidence)];
  const [lower, upper] = [Math.min(...ends), Math.max(...ends)];
  const interval = { lower, upper, confidence, method: 'gaffke' } as const;
  return [{ rule: id, measure, value: item.new, difference: item.new - item.old, interval, outcome: outcomeOf(item, level) }];
}

function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.includes('fail') ? 'fail' : outcomes.includes('inconclusive') ? 'inconclusive' : 'pass';
}

/** What comes before the figures; those of the first rule follow. */
const ADVICE: { readonly [Kind in WayKind]: (way: Way) => string } = {
  stay: () => 'Stay with the old version',
  'queries-first': () => 'Switch the queries first: embed queries with the new version and keep the old vectors of the documents for now',
  bridge: ({ setting, method }) =>
    `Serve over a bridge (${method}, fitted on ${setting} pairs of vectors) while the documents are embedded again`,
  rescore: ({ setting, toEmbed }) =>
    `Let the old index find ${setting} candidates and the new version order them: ${toEmbed} documents need a new vector`,
  'in-place': () => 'Embed the documents again in place, with every query under both versions and routed by tag',
  beside: () => 'Build the new vectors beside the old ones and switch once: no cheaper way passes',
};

function summaryOf(ways: readonly Way[], judged: readonly JudgedWay[], cheapest: string | null, outcome: Outcome): string {
  if (cheapest === null)
    return outcome === 'pass'
      ? 'No way to the new version passes on exact neighbours, where ways are measured.'
      : `No way to the new version is advised: it ${outcome === 'fail' ? 'fails' : 'is not shown to pass'} itself.`;
  const way = ways.find(({ id }) => id === cheapest) as Way;
  const [first] = judged.find(({ id }) => id === cheapest)?.results ?? [];
  const [whole] = judged.find(({ id }) => id === 'beside')?.results ?? [];
  if (first === undefined || whole === undefined) return `${ADVICE[way.kind](way)}.`;
  const old = first.value - first.difference;
  const found = way.kind === 'beside' ? [] : [`${number(first.value)} this way`];
  const moment = way.kind === 'in-place' && way.setting !== null ? ` at its worst (${Math.round(100 * way.setting)} % done)` : '';
  const figures = [
    `${number(old)} today`,
    ...found.map((words) => words + moment),
    `${number(whole.value)} when the documents are embedded again, too`,
  ];
  return `${ADVICE[way.kind](way)}. ${first.measure} on exact neighbours: ${figures.join(', ')}.`;
}

/** Fewest new vectors first, then the least storage; of equals one index that is switched once rather than two searches a query. */
function byCost(a: Way, b: Way): number {
  return a.toEmbed - b.toEmbed || a.vectors - b.vectors || Number(b.kind === 'beside') - Number(a.kind === 'beside');
}

/** Ways of a kind are tested one after the other. */
function familyOf({ kind, method }: Way): string {
  return method === null ? kind : `${kind} ${method}`;
}

/** Half of the error rate for the way that costs nothing, the rest shared evenly by kind of way. */
function levelsOf(ways: readonly Way[], alpha: number): (way: Way) => number {
  const families = new Set(ways.map(familyOf));
  const isFree = families.delete('queries-first');
  families.delete('beside');
  return ({ kind }) => {
    if (kind === 'beside') return alpha;
    if (!isFree || families.size === 0) return alpha / Math.max(1, families.size);
    return alpha / 2 / (kind === 'queries-first' ? 1 : families.size);
  };
}

/** A bridge of fewer pairs, or a rescoring of fewer candidates, passes only where that of more does. */
function inSequence(ways: readonly Way[], outcomes: readonly Outcome[]): Outcome[] {
  return ways.map((way, i) => {
    const own = outcomes[i] ?? 'inconclusive';
    const isHeld = (other: Way, j: number) =>
      familyOf(other) === familyOf(way) && (other.setting ?? 0) > (way.setting ?? 0) && outcomes[j] !== 'pass';
    return own === 'pass' && ways.some(isHeld) ? 'inconclusive' : own;
  });
}

/**
 * Judges every way by the policy's nonInferior rules. A way is picked among several, so they share the error rate: half of it for the new
 * queries over the old index, which cost nothing, the rest by kind of way, and within a kind one after the other from the dearest down.
 * `beside` is the new version itself: it keeps the policy's confidence, and no way is advised unless it and the verdict pass. So an advised way
 * that loses the margin comes up no more often than one rule passes wrongly.
 * Source: weighted Bonferroni and fixed sequences, Bretz et al. 2009, doi:10.1002/sim.3495.
 * @param outcome of the verdict
 * @returns null where no ways were measured, or no rule asks for what was
 */
export function judgeWays(gate: GateInput, outcome: Outcome): WaysVerdict | null {
  const found = gate.evaluation.studies?.ways;
  if (found === undefined || isNotApplicable(found)) return null;
  const asked = askedOf(gate, found);
  const [stay, ...ways] = found.ways;
  if (stay === undefined || asked.length === 0) return null;
  const levelOf = levelsOf(ways, 1 - gate.policy.confidence);
  const results = ways.map((way) => asked.flatMap((one) => resultOf(gate, one, stay, way, levelOf(way))));
  const own = results.map((of) => (of.length === 0 ? 'inconclusive' : worst(of.map((result) => result.outcome))));
  const judged = inSequence(ways, own).map((found, i): JudgedWay => ({ id: ways[i]?.id ?? '', outcome: found, results: results[i] ?? [] }));
  const passed = ways.filter((_, i) => judged[i]?.outcome === 'pass').sort(byCost);
  const whole = passed.some(({ kind }) => kind === 'beside');
  const cheapest = outcome === 'pass' && whole ? (passed[0]?.id ?? null) : null;
  return { ways: judged, cheapest, summary: summaryOf(ways, judged, cheapest, outcome) };
}
