import { seededRandom } from '../core/random.ts';
import { normalCdf, normalQuantile } from '../measure/stats/distributions.ts';
import { clusterStandardError, columnMean, type NeedColumn, needMeans, spreadError } from '../measure/stats/needs.ts';
import { type Holds, redrawing } from '../measure/stats/redrawing.ts';
import type { Power } from '../model/verdict.ts';
import { isNearlyNotWorse, isNearlyWorse } from './bounds.ts';
import type { Decision } from './decision.ts';
import type { Comparison } from './item.ts';

/** Draws of needs; fewer where there are many, whose draws differ less. */
const DRAWS = { most: 150, least: 40, needs: 30_000 };
const OFTEN = 0.8;
/** What is aimed at is a little more: a sample whose losses happen to be small states too small a loss. Calibrated by benchmarks/verdict. */
const MORE = 0.02;
/** Relative error of the spread above which aiming higher overshoots: what is rare in a sample says nothing about itself. */
const UNSURE = 0.25;
/** Where fewer needs lose than this, a loss may be of a kind that the sample doesn't show: a need that loses what an average one has. */
const LOSERS = 8;
/** How many needs that one stands for where none lost. */
const UNSEEN = 0.4;

type Drawn = Pick<Comparison, 'improvement' | 'room' | 'rule' | 'needs'>;

/** Needs that were drawn again, as the bounds take them. */
function drawnFrom({ sums, counts }: NeedColumn, picks: Int32Array, unseen: number, moved: number): NeedColumn {
  const usual = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const drawn = { needs: picks, sums: new Float64Array(picks.length), counts: new Float64Array(picks.length) };
  for (let i = 0; i < picks.length; i++) {
    const count = counts[picks[i] as number] ?? usual;
    drawn.counts[i] = count;
    drawn.sums[i] = (sums[picks[i] as number] ?? unseen * usual) - moved * count;
  }
  return drawn;
}

/** How often, where 80 % is meant: the less the sample knows about its spread, the more. */
function aimedAt(counted: NeedColumn, level: number): number {
  const usual = normalQuantile(OFTEN);
  const unsure = Math.min(UNSURE, spreadError(counted));
  return normalCdf(usual * Math.hypot(1, (normalQuantile(1 - level) + usual) * unsure)) + MORE;
}

/** Values about a mean of 0 where no other weights of the needs would give it, because all gained or all lost. */
function movedToNone(seen: Float64Array, mean: number): number {
  return seen.some((value) => value <= 0) && seen.some((value) => value >= 0) ? 0 : mean;
}

/** Where no other weights of the needs have such a loss, all of them lose alike. */
function smallestShift(isNoticed: (loss: number) => boolean, most: number): number | null {
  let [low, high] = [0, most];
  for (let step = 0; step < 8; step++) {
    const middle = (low + high) / 2;
    if (isNoticed(middle)) high = middle;
    else low = middle;
  }
  return high < most ? high : null;
}

/** From so many needs on a mean is as good as normal, its standard error is known, and draws would take seconds. */
const MANY = 2_000;

/** The same from the standard error. */
function normalPower({ improvement, room, rule, needs }: Drawn, level: number, alpha: number): Omit<Power, 'needsToSettle'> {
  const { counted, least, most } = improvement;
  const error = Math.max(clusterStandardError(counted), Number.MIN_VALUE);
  const [passing, failing] = [normalQuantile(1 - alpha), normalQuantile(1 - level)];
  const open = { below: columnMean(counted) - columnMean(least), above: columnMean(most) - columnMean(counted) };
  // Where hardly a need moves, one that loses 1 is excluded only up to this share.
  const unseen = Math.max(room.loss / needs, 1 - alpha ** (1 / needs) - passing * error);
  const notFound = rule.margin + open.above + room.gain / needs;
  return {
    passIfEqual:
      rule.kind === 'noHarm' ? normalCdf(notFound / error + failing) : normalCdf((rule.margin - open.below - unseen) / error - passing),
    detectable: (failing + normalQuantile(OFTEN)) * error + open.above + room.gain / needs,
  };
}

/**
 * What the set could have shown: needs are drawn again, and each draw is judged as the gate judges. The population that they are drawn
 * from is as like the sample as one with the given mean can be (`redrawing`).
 * @param level at which a fail is tested
 * @param alpha at which a pass is
 */
export function simulatedPower(
  { improvement, room, rule, needs }: Drawn,
  { level }: Pick<Decision, 'level'>,
  seed: number,
  alpha: number,
): Omit<Power, 'needsToSettle'> {
  if (needs > MANY) return normalPower({ improvement, room, rule, needs }, level, alpha);
  const { counted, least, most } = improvement;
  const seen = needMeans(counted);
  const moved = movedToNone(seen, columnMean(counted));
  const values = seen.map((value) => value - moved);
  const losers = values.filter((value) => value < -1e-12).length;
  const draws = Math.min(DRAWS.most, Math.max(DRAWS.least, Math.round(DRAWS.needs / needs)));
  // By nothing that a redacted report names otherwise: slices of one rule are drawn alike.
  const name = `power ${rule.kind} ${rule.metric}`;
  const population = (weight: number) =>
    redrawing({ values, counts: counted.counts, unseen: { value: -room.loss, weight }, draws, random: seededRandom(seed, name) });
  const from = (column: NeedColumn, picks: Int32Array) => drawnFrom(column, picks, moved - room.loss, moved);
  const isSlice = rule.kind === 'noHarm';
  const passes: Holds = isSlice
    ? (picks) => !isNearlyWorse(from(most, picks), room, rule.margin, level)
    : (picks) => isNearlyNotWorse(from(least, picks), room, rule.margin, alpha);
  const start = isSlice ? rule.margin : 0;
  const notices: Holds = (picks) => isNearlyWorse(from(most, picks), room, start, level);
  const guess = start + 2.5 * clusterStandardError(counted) + room.gain / needs;
  const often = aimedAt(counted, level);
  const alike = (loss: number): Holds => {
    return (picks) => isNearlyWorse(drawnFrom(most, picks, moved - room.loss, moved + loss), room, start, level);
  };
  const loss =
    population(Math.max(0, UNSEEN * (1 - losers / LOSERS))).smallestLoss(notices, often, guess) ??
    smallestShift((shift) => (population(0).share(0, alike(shift)) ?? 0) >= often, room.loss);
  return {
    passIfEqual: population(0).corrected(0, passes) ?? Number(passes(Int32Array.from(values.keys()))),
    detectable: loss === null ? null : loss - start,
  };
}
