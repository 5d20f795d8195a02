import type { NeighbourMetric, QualityMetric, ShiftMetric } from '../contract/metric.ts';
import { rankChurn } from './churn/rankChurn.ts';
import { anisotropy } from './geometry/anisotropy.ts';
import { cka } from './geometry/cka.ts';
import { effectiveRank } from './geometry/effectiveRank.ts';
import { hubness } from './geometry/hubness.ts';
import { knnJaccard } from './geometry/knnJaccard.ts';
import { meanNorm } from './geometry/meanNorm.ts';
import { procrustes } from './geometry/procrustes.ts';
import { rsa } from './geometry/rsa.ts';
import { annRecall } from './index/annRecall.ts';
import { topMargin } from './margin/topMargin.ts';
import type { ChurnMetric, GeometryMetric, IndexMetric, MarginMetric, SeparationMetric, SummaryMetric } from './metric-kinds.ts';
import { apCorrelation } from './neighbour/apCorrelation.ts';
import { jaccard } from './neighbour/jaccard.ts';
import { kendall } from './neighbour/kendall.ts';
import { overlap } from './neighbour/overlap.ts';
import { rbo } from './neighbour/rbo.ts';
import { topChange } from './neighbour/topChange.ts';
import { AP } from './quality/AP.ts';
import { Bpref } from './quality/Bpref.ts';
import { Judged } from './quality/Judged.ts';
import { nDCG } from './quality/nDCG.ts';
import { P } from './quality/P.ts';
import { R } from './quality/R.ts';
import { RBP } from './quality/RBP.ts';
import { Rprec } from './quality/Rprec.ts';
import { RR } from './quality/RR.ts';
import { Success } from './quality/Success.ts';
import { auc } from './separation/auc.ts';
import { ks } from './shift/ks.ts';
import { psi } from './shift/psi.ts';
import { wasserstein } from './shift/wasserstein.ts';
import { overlapLossOverNoise } from './summary/overlapLossOverNoise.ts';
import { untranslatedConsumers } from './summary/untranslatedConsumers.ts';

/** Metrics by kind; a kind's name is its folder's. */
export interface MetricRegistry {
  readonly quality: readonly QualityMetric[];
  readonly neighbour: readonly NeighbourMetric[];
  readonly churn: readonly ChurnMetric[];
  readonly shift: readonly ShiftMetric[];
  readonly separation: readonly SeparationMetric[];
  readonly margin: readonly MarginMetric[];
  readonly index: readonly IndexMetric[];
  readonly geometry: readonly GeometryMetric[];
  readonly summary: readonly SummaryMetric[];
}

/** The only list of metrics: accepted names, the report's tables and the reference pages derive from it. */
export const REGISTRY: MetricRegistry = {
  quality: [nDCG, R, P, RR, AP, Success, Bpref, Rprec, RBP, Judged],
  neighbour: [overlap, jaccard, rbo, kendall, apCorrelation, topChange],
  churn: [rankChurn],
  shift: [ks, wasserstein, psi],
  separation: [auc],
  margin: [topMargin],
  index: [annRecall],
  geometry: [cka, rsa, procrustes, knnJaccard, effectiveRank, anisotropy, hubness, meanNorm],
  summary: [untranslatedConsumers, overlapLossOverNoise],
};
