import { sampleWithout, seededRandom } from '../core/random.ts';
import { columnMean, type NeedColumn } from '../measure/stats/needs.ts';
import type { Assay, AssayStep, RuleResult } from '../model/verdict.ts';
import { pWorse } from './bounds.ts';
import { gathered } from './comparison-columns.ts';
import type { GateInput } from './gate-input.ts';
import type { Comparison } from './item.ts';
import { findSource } from './source.ts';
import { number, subject } from './words.ts';

/** Shares of needs whose lists are exchanged. */
const SHARES = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1];
/** How often the step at which it turns is halved. */
const REFINED = 3;
/** A loss is noticed where it fails so often. */
const OFTEN = 0.8;
/** Draws of needs a share; fewer where there are many needs, whose draws differ less. */
const DRAWS = { most: 25, least: 5, needs: 20_000 };

/** The needs of a column, some of them with the values of another column of the same needs. */
function replaced(column: NeedColumn, by: NeedColumn, chosen: readonly number[]): NeedColumn {
  const sums = column.sums.slice();
  for (const i of chosen) sums[i] = by.sums[i] ?? 0;
  return { ...column, sums };
}

/** Unjudged documents count as not relevant: a version of such lists would not pass, whatever judging made of it. */
function exchangedColumn(gate: GateInput, { rule, sign, improvement }: Comparison): NeedColumn | null {
  const source = findSource(gate.evaluation, rule);
  if (source.kind !== 'paired' || source.exchanged === undefined || sign !== 1) return null;
  const column = gathered(gate, 'judged', source.exchanged);
  return column.needs.length === improvement.counted.needs.length ? column : null;
}

function stepOf({ evaluation: { seed } }: GateInput, item: Comparison, exchanged: NeedColumn, level: number, share: number): AssayStep {
  const { improvement, needs } = item;
  const random = seededRandom(seed, `assay ${item.id} ${share}`);
  const count = Math.max(1, Math.round(share * needs));
  const draws = share === 1 ? 1 : Math.min(DRAWS.most, Math.max(DRAWS.least, Math.round(DRAWS.needs / needs)));
  let [loss, fails] = [0, 0];
  for (let draw = 0; draw < draws; draw++) {
    const chosen = sampleWithout(random, needs, count);
    const counted = replaced(improvement.counted, exchanged, chosen);
    loss -= columnMean(counted) / draws;
    fails += Number(pWorse({ ...item, improvement: { counted, least: counted, most: counted, pairs: null } }, level) < level) / draws;
  }
  return { share, loss, fails };
}

/** The first step from which on the loss is noticed often enough, and the one before. */
function turnOf(steps: readonly AssayStep[]): readonly [before: AssayStep | undefined, found: AssayStep | undefined] {
  const at = steps.findIndex((_, i) => steps.slice(i).every(({ fails }) => fails >= OFTEN));
  return [steps[at - 1], steps[at]];
}

/** Steps at the usual shares, and between those where it turns. */
function stepsOf(at: (share: number) => AssayStep): AssayStep[] {
  const steps = SHARES.map(at);
  for (let more = 0; more < REFINED; more++) {
    const [before, found] = turnOf(steps);
    if (found === undefined) break;
    steps.push(at(((before?.share ?? 0) + found.share) / 2));
    steps.sort((a, b) => a.share - b.share);
  }
  return steps;
}

/** Between the last step that is noticed too rarely and the first that is noticed often enough. */
function smallestOf(steps: readonly AssayStep[]): number | null {
  const [before, found] = turnOf(steps);
  if (found === undefined) return null;
  if (before === undefined || found.fails === before.fails) return found.loss;
  return before.loss + ((found.loss - before.loss) * (OFTEN - before.fails)) / (found.fails - before.fails);
}

/**
 * Assay sensitivity of one rule: whether this set, policy and corpus could have noticed harm.
 * Source: ICH E10 2000, Choice of Control Group in Clinical Trials, 1.5 (assay sensitivity).
 * @param level at which a fail of the rule is tested
 * @returns null where the evaluation has no exchanged lists
 */
export function assayOf(gate: GateInput, item: Comparison, level: number): Assay | null {
  const exchanged = exchangedColumn(gate, item);
  if (exchanged === null) return null;
  const steps = stepsOf((share) => stepOf(gate, item, exchanged, level, share));
  return { rule: item.id, steps, smallest: smallestOf(steps) };
}

/** Whether there is a rule that harm would not have failed, and none that it would have. */
export function isInsensitive(assays: readonly Assay[]): boolean {
  return assays.length > 0 && assays.every(({ steps }) => (steps.at(-1)?.fails ?? 0) < OFTEN);
}

/** What each rule would have noticed, a sentence each. */
export function assayWords(assays: readonly Assay[], results: readonly Pick<RuleResult, 'id' | 'rule' | 'slice'>[]): string[] {
  return assays.flatMap(({ rule, smallest, steps }) => {
    const of = results.find(({ id }) => id === rule);
    const name = of === undefined ? rule : subject(of);
    return smallest === null
      ? [`${name} would not have noticed lists of other queries, a loss of ${number(steps.at(-1)?.loss ?? 0)}.`]
      : [`${name} would have failed a loss of ${number(smallest)} in 8 of 10 cases: tried by exchanging lists between needs.`];
  });
}
