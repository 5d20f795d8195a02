import { isNotApplicable } from '../core/absence.ts';
import { type Random, seededRandom } from '../core/random.ts';
import { normalQuantile } from '../measure/stats/distributions.ts';
import { columnMean, type NeedColumn, pairedDifferences } from '../measure/stats/needs.ts';
import type { HarmKind } from '../model/studies.ts';
import type { Assay, AssayStep, RuleResult } from '../model/verdict.ts';
import { isNearlyWorse } from './bounds.ts';
import { gathered } from './comparison-columns.ts';
import type { GateInput } from './gate-input.ts';
import type { Comparison } from './item.ts';
import { canonicalName } from './measure.ts';
import { findSource } from './source.ts';
import { number, subject } from './words.ts';

/** Shares of needs whose lists are exchanged. */
const SHARES = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1];
/** How often the step at which it turns is halved. */
const REFINED = 3;
/** How much more often the one of two sizes that were searched for may fail than the other, where they tell enough as they are. */
const NEAR = 0.95;
/** A loss is noticed where it fails so often. */
const OFTEN = 0.8;
/** Draws of needs a step; fewer where there are many needs, whose draws differ less. */
const DRAWS = { most: 40, least: 5, needs: 20_000 };
/** Draws on both sides of where it turns, over those of other steps: what is stated rests on these two. */
const CLOSER = 10;
/** A share of draws above which nobody can tell it from all. */
const SURE = 0.999;

/** A harm that grows: the improvements of needs as measured, and at each size of the harm. */
interface Chain {
  readonly kind: Assay['kind'];
  readonly sizes: readonly number[];
  /** One more than sizes, the first as measured. */
  readonly columns: readonly NeedColumn[];
  /** Where it is tried, in places of the chain: 1.5 is half of the needs at the first size and half at the second. */
  readonly places: readonly number[];
}

/** Unjudged documents count as not relevant: a version of such lists would not pass, whatever judging made of it. */
function columnsOf(gate: GateInput, { improvement }: Comparison, harmed: readonly (readonly (number | null)[])[]): NeedColumn[] | null {
  const columns = harmed.map((values) => gathered(gate, 'judged', values));
  return columns.every(({ needs }) => needs.length === improvement.counted.needs.length) ? [improvement.counted, ...columns] : null;
}

function chainsOf(gate: GateInput, item: Comparison): Chain[] {
  const source = findSource(gate.evaluation, item.rule);
  if (source.kind !== 'paired' || item.sign !== 1) return [];
  const exchanged = source.exchanged === undefined ? null : columnsOf(gate, item, [source.exchanged]);
  const chains: Chain[] = exchanged === null ? [] : [{ kind: 'exchanged', sizes: [1], columns: exchanged, places: SHARES }];
  const found = gate.evaluation.studies?.harms;
  const measure = canonicalName(item.rule.metric);
  if (found === undefined || isNotApplicable(found) || !found.measures.includes(measure)) return chains;
  for (const kind of new Set(found.harms.map((harm) => harm.kind))) {
    const harms = found.harms.filter((harm) => harm.kind === kind);
    const columns = columnsOf(
      gate,
      item,
      harms.map(({ values }) => pairedDifferences(found.old[measure] ?? [], values[measure] ?? [])),
    );
    if (columns !== null) chains.push({ kind, sizes: harms.map(({ size }) => size), columns, places: harms.map((_, i) => i + 1) });
  }
  return chains;
}

/** A set of as many needs, drawn with replacement, a share of which has the next size of the harm. */
function drawn(random: Random, here: NeedColumn, next: NeedColumn, count: number): NeedColumn {
  const n = here.needs.length;
  const [sums, counts] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const of = random.below(n);
    sums[i] = (i < count ? next : here).sums[of] ?? 0;
    counts[i] = here.counts[of] ?? 1;
  }
  return { ...here, sums, counts };
}

function stepOf(
  { evaluation: { seed } }: GateInput,
  item: Comparison,
  { kind, sizes, columns }: Chain,
  level: number,
  at: number,
  closer: number,
): AssayStep {
  const first = Math.min(Math.floor(at), sizes.length - 1);
  const [here, next] = [columns[first], columns[first + 1]];
  if (here === undefined || next === undefined) throw new RangeError(`A harm has no place ${at}.`);
  const { needs } = item;
  const random = seededRandom(seed, `assay ${item.id} ${kind} ${at}`);
  const share = at - first;
  const draws = closer * Math.min(DRAWS.most, Math.max(DRAWS.least, Math.round(DRAWS.needs / needs)));
  const loss = 0 - ((1 - share) * columnMean(here) + share * columnMean(next));
  let fails = 0;
  for (let draw = 0; draw < draws; draw++) {
    const harmed = drawn(random, here, next, Math.max(1, Math.round(share * needs)));
    fails += Number(isNearlyWorse(harmed, item.room, item.rule.margin, level));
  }
  const before = sizes[first - 1] ?? 0;
  return { size: before + share * ((sizes[first] ?? 0) - before), loss, fails: fails / draws };
}

interface Placed extends AssayStep {
  readonly at: number;
}

/** The first step from which on the loss is noticed often enough, and the one before. */
function turnOf<Step extends AssayStep>(steps: readonly Step[]): readonly [before: Step | undefined, found: Step | undefined] {
  const at = steps.findIndex((_, i) => steps.slice(i).every(({ fails }) => fails >= OFTEN));
  return [steps[at - 1], steps[at]];
}

/** Steps at the usual places, and between those where it turns. */
function stepsOf({ places, sizes }: Chain, at: (place: number, closer: number) => AssayStep): AssayStep[] {
  const placed = (place: number, closer = 1): Placed => ({ ...at(place, closer), at: place });
  const steps = places.map((place) => placed(place));
  for (let more = 0; more < REFINED; more++) {
    const [before, found] = turnOf(steps);
    if (found === undefined || (sizes.length > 1 && areNear(before, found))) break;
    steps.push(placed(((before?.at ?? 0) + found.at) / 2));
    steps.sort((a, b) => a.at - b.at);
  }
  const turn = turnOf(steps);
  return steps.map((step) => (turn.includes(step) ? placed(step.at, CLOSER) : step)).map(({ at: _, ...step }) => step);
}

/** Whether nothing has to be tried between two sizes. */
function areNear(before: AssayStep | undefined, found: AssayStep): boolean {
  return before !== undefined && found.fails - before.fails < NEAR && found.loss < 2 * before.loss;
}

/** Between the last step that is noticed too rarely and the first that is noticed often enough. */
function smallestOf(steps: readonly AssayStep[]): number | null {
  const [before, found] = turnOf(steps);
  if (found === undefined) return null;
  if (before === undefined || found.fails === before.fails) return found.loss;
  // The share that fails runs with the loss as a normal distribution does.
  const [low, often, high] = [before.fails, OFTEN, found.fails].map((share) => normalQuantile(Math.min(SURE, Math.max(1 - SURE, share))));
  return before.loss + ((found.loss - before.loss) * ((often ?? 0) - (low ?? 0))) / ((high ?? 0) - (low ?? 0));
}

/**
 * Assay sensitivity of one rule: whether this set, policy and corpus could have noticed harm. Exchanged lists first.
 * Source: ICH E10 2000, Choice of Control Group in Clinical Trials, 1.5 (assay sensitivity).
 * @param level at which a fail of the rule is tested
 */
export function assaysOf(gate: GateInput, item: Comparison, level: number): Assay[] {
  return chainsOf(gate, item).map((chain) => {
    const steps = stepsOf(chain, (at, closer) => stepOf(gate, item, chain, level, at, closer));
    return { rule: item.id, kind: chain.kind, steps, smallest: smallestOf(steps) };
  });
}

/** Whether there is a rule that exchanged lists would not have failed, and none that they would have. */
export function isInsensitive(assays: readonly Assay[]): boolean {
  const exchanged = assays.filter(({ kind }) => kind === 'exchanged');
  return exchanged.length > 0 && exchanged.every(({ steps }) => (steps.at(-1)?.fails ?? 0) < OFTEN);
}

const TRIED: { readonly [Kind in HarmKind]: string } = {
  noise: 'noise on the vectors',
  dimensions: 'lost dimensions',
  shift: 'all queries moved alike',
};

/** `0.047 (noise on the vectors)`; what is never noticed goes by its largest loss. */
function otherWords({ kind, smallest, steps }: Assay): string {
  const name = kind === 'exchanged' ? '' : TRIED[kind];
  const most = Math.max(...steps.map(({ loss }) => loss));
  return smallest === null ? `never (${name}; at most ${number(most)} lost)` : `${number(smallest)} (${name})`;
}

/** What each rule would have noticed, a sentence each. */
export function assayWords(assays: readonly Assay[], results: readonly Pick<RuleResult, 'id' | 'rule' | 'slice'>[]): string[] {
  return assays.flatMap((assay) => {
    const { rule, kind, smallest, steps } = assay;
    if (kind !== 'exchanged') return [];
    const of = results.find(({ id }) => id === rule);
    const name = of === undefined ? rule : subject(of);
    if (smallest === null) return [`${name} would not have noticed lists of other queries, a loss of ${number(steps.at(-1)?.loss ?? 0)}.`];
    const others = assays.filter((other) => other.rule === rule && other.kind !== 'exchanged').map(otherWords);
    const more = others.length === 0 ? '' : ` Other harm: ${others.join(', ')}.`;
    return [`${name} would have failed a loss of ${number(smallest)} in 8 of 10 cases: tried by exchanging lists between needs.${more}`];
  });
}
