import type { NeighbourMetric, QualityMetric, ShiftMetric } from '../model/metric.ts';
import type {
  ChurnMetric,
  CostMetric,
  GeometryMetric,
  IndexMetric,
  MarginMetric,
  SeparationMetric,
  SummaryMetric,
} from './metric-kinds.ts';
import { rankChurn } from './metrics/churn/rankChurn.ts';
import { bytesPerDocument } from './metrics/cost/bytesPerDocument.ts';
import { coldLoadMs } from './metrics/cost/coldLoadMs.ts';
import { costPerMillion } from './metrics/cost/costPerMillion.ts';
import { modelBytes } from './metrics/cost/modelBytes.ts';
import { queryMs } from './metrics/cost/queryMs.ts';
import { anisotropy } from './metrics/geometry/anisotropy.ts';
import { cka } from './metrics/geometry/cka.ts';
import { effectiveRank } from './metrics/geometry/effectiveRank.ts';
import { hubness } from './metrics/geometry/hubness.ts';
import { knnJaccard } from './metrics/geometry/knnJaccard.ts';
import { meanNorm } from './metrics/geometry/meanNorm.ts';
import { procrustes } from './metrics/geometry/procrustes.ts';
import { rsa } from './metrics/geometry/rsa.ts';
import { annRecall } from './metrics/index/annRecall.ts';
import { topMargin } from './metrics/margin/topMargin.ts';
import { apCorrelation } from './metrics/neighbour/apCorrelation.ts';
import { jaccard } from './metrics/neighbour/jaccard.ts';
import { kendall } from './metrics/neighbour/kendall.ts';
import { overlap } from './metrics/neighbour/overlap.ts';
import { rbo } from './metrics/neighbour/rbo.ts';
import { topChange } from './metrics/neighbour/topChange.ts';
import { AP } from './metrics/quality/AP.ts';
import { Bpref } from './metrics/quality/Bpref.ts';
import { Judged } from './metrics/quality/Judged.ts';
import { nDCG } from './metrics/quality/nDCG.ts';
import { P } from './metrics/quality/P.ts';
import { R } from './metrics/quality/R.ts';
import { RBP } from './metrics/quality/RBP.ts';
import { Rprec } from './metrics/quality/Rprec.ts';
import { RR } from './metrics/quality/RR.ts';
import { Success } from './metrics/quality/Success.ts';
import { auc } from './metrics/separation/auc.ts';
import { ks } from './metrics/shift/ks.ts';
import { psi } from './metrics/shift/psi.ts';
import { wasserstein } from './metrics/shift/wasserstein.ts';
import { overlapLossOverNoise } from './metrics/summary/overlapLossOverNoise.ts';
import { untranslatedConsumers } from './metrics/summary/untranslatedConsumers.ts';

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
  readonly cost: readonly CostMetric[];
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
  cost: [queryMs, coldLoadMs, bytesPerDocument, modelBytes, costPerMillion],
};
