import { studentQuantile } from '../measure/stats/distributions.ts';
import { clusterStandardError, columnMean, type NeedColumn, pairedDifferences } from '../measure/stats/needs.ts';
import type { SidedColumn } from '../model/evaluation.ts';
import { columnsOf } from '../model/lookup.ts';
import type { Policy } from '../model/policy.ts';
import type { MeasureBounds, UserReach } from '../model/verdict.ts';
import { gathered } from './comparison-columns.ts';
import type { GateInput } from './gate-input.ts';
import { ruledMeasures } from './lead.ts';
import { canonicalName } from './measure.ts';
import { number, signed } from './words.ts';

/** One value a need for what reaches the user and for what the vectors do. */
interface Paired {
  readonly pipeline: NeedColumn;
  readonly vectors: NeedColumn;
}

/** The same with y − ρ · x by need. */
function combined({ pipeline, vectors }: Paired, rho: number): NeedColumn {
  return { ...pipeline, sums: pipeline.sums.map((sum, i) => sum - rho * (vectors.sums[i] ?? 0)) };
}

/**
 * Bounds of the ratio of two means of the same needs: all ρ for which the mean of y − ρx can't be told from 0.
 * Source: Fieller 1954, doi:10.1111/j.2517-6161.1954.tb00159.x.
 * @returns null where the mean of x can't be told from 0 itself: then no ratio is bounded
 */
export function ratioBounds(pair: Paired, confidence: number): { readonly lower: number; readonly upper: number } | null {
  const needs = pair.vectors.needs.length;
  if (needs < 2) return null;
  const t = studentQuantile(confidence, needs - 1);
  const [x, y] = [columnMean(pair.vectors), columnMean(pair.pipeline)];
  const [vx, vy] = [clusterStandardError(pair.vectors) ** 2, clusterStandardError(pair.pipeline) ** 2];
  // Var(y − x) = vx + vy − 2 cov.
  const covariance = (vx + vy - clusterStandardError(combined(pair, 1)) ** 2) / 2;
  const square = x * x - t * t * vx;
  if (!(square > 0)) return null;
  const linear = x * y - t * t * covariance;
  const constant = y * y - t * t * vy;
  const spread = Math.sqrt(Math.max(0, linear * linear - square * constant));
  return { lower: (linear - spread) / square, upper: (linear + spread) / square };
}

function reachOf(gate: GateInput, measure: string, vectors: SidedColumn, pipeline: SidedColumn): UserReach | null {
  const of = ({ old, new: fresh }: SidedColumn) => pairedDifferences(old.perQuery, fresh.perQuery);
  const pair = { vectors: gathered(gate, 'judged', of(vectors)), pipeline: gathered(gate, 'judged', of(pipeline)) };
  const needs = pair.vectors.needs.length;
  if (needs === 0 || pair.pipeline.needs.length !== needs) return null;
  const { confidence } = gate.policy;
  const means = { vectors: columnMean(pair.vectors), pipeline: columnMean(pair.pipeline) };
  const bounds = ratioBounds(pair, confidence);
  const share = bounds === null ? null : means.pipeline / means.vectors;
  return { measure, needs, ...means, share, interval: bounds === null ? null : { ...bounds, confidence, method: 'fieller' } };
}

/** How much of the vectors' difference is left in what the pipeline returns, by each measure of it that a rule names. */
export function reachOfRules(gate: GateInput): UserReach[] {
  const { evaluation, policy } = gate;
  if (evaluation.pipeline === undefined) return [];
  return ruledMeasures(evaluation, policy).flatMap(({ measure, on }) => {
    const [vectors, pipeline] = [columnsOf(evaluation, { measure, on: 'served' }), columnsOf(evaluation, { measure, on: 'pipeline' })];
    if (on !== 'pipeline' || vectors === null || pipeline === null) return [];
    return reachOf(gate, measure, vectors, pipeline) ?? [];
  });
}

/** What the vectors' own difference would make of the rule; nothing where no rule of that kind asks. */
function aloneWords({ measure }: UserReach, { rules }: Policy, measures: readonly MeasureBounds[]): string {
  const rule = rules.find((one) => one.kind === 'nonInferior' && one.on === 'pipeline' && canonicalName(one.metric) === measure);
  const found = measures.find((one) => one.measure === measure && one.on === 'served')?.interval;
  if (rule?.kind !== 'nonInferior' || found === undefined) return '';
  const holds =
    found.lower > -rule.margin
      ? 'would pass this rule'
      : found.upper < -rule.margin
        ? 'would fail this rule'
        : 'would leave this rule open';
  return ` The vectors by themselves ${holds}.`;
}

/** One sentence or two for the reasons of a verdict. */
export function reachWords(reach: UserReach, policy: Policy, measures: readonly MeasureBounds[]): string {
  const { measure, vectors, pipeline, share, interval } = reach;
  const alone = aloneWords(reach, policy, measures);
  const figures = `${measure}: the vectors alone ${signed(vectors)}, what the user gets ${signed(pipeline)}`;
  if (share === null || interval === null)
    return `${figures}. The vectors' own difference can't be told from none, so no share of it is given.${alone}`;
  return `${figures}: ${number(share)} [${number(interval.lower)}, ${number(interval.upper)}] of the difference reaches the user.${alone}`;
}
