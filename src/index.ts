/** The public API: what the command line does, as functions, and the parts that stand on their own. */

export { sha256, sha256Json } from './artifact/hash.ts';
export type { JsonSchema } from './config/json-schema.ts';
export { configJsonSchema, policyJsonSchema, versionJsonSchema } from './config/json-schema.ts';
export type { ConfigOptions, ConfigRegistry } from './config/load.ts';
export { loadConfig } from './config/load.ts';
export { DEFAULT_POLICY, loadPolicy } from './config/policy.ts';
export type { ConfigSource } from './config/schemas/config.ts';
export type { PolicySource } from './config/schemas/policy.ts';
export type { LoadOptions } from './config/version.ts';
export { loadVersion } from './config/version.ts';
export type * from './contract/brand.ts';
export type * from './contract/config.ts';
export type * from './contract/console.ts';
export type * from './contract/dataset.ts';
export type * from './contract/embedder.ts';
export type * from './contract/evaluation.ts';
export type * from './contract/ledger.ts';
export type * from './contract/live-store.ts';
export type * from './contract/metric.ts';
export type * from './contract/policy.ts';
export type * from './contract/search.ts';
export type * from './contract/serving.ts';
export type * from './contract/studies.ts';
export type * from './contract/study.ts';
export type * from './contract/sweep.ts';
export type * from './contract/vectors.ts';
export type * from './contract/verdict.ts';
export type * from './contract/version.ts';
export { documentText } from './dataset/corpus.ts';
export type { DatasetCounts, SealFacts } from './dataset/hashes.ts';
export { sealFacts } from './dataset/hashes.ts';
export type { DatasetOptions } from './dataset/load.ts';
export { loadDataset } from './dataset/load.ts';
export { readQrels } from './dataset/qrels.ts';
export { EMBEDDERS, openEmbedder } from './embedding/registry.ts';
export type { ErrorValues } from './errors.ts';
export { CutoverError, ERRORS, type ErrorCode } from './errors.ts';
export type { VerdictContext } from './gate/judge.ts';
export { judge } from './gate/judge.ts';
export type { MeasuredConsumer } from './metrics/consumer-result.ts';
export { consumerResult } from './metrics/consumer-result.ts';
export type { NamedMetric } from './metrics/measure-name.ts';
export { judgedOnly, parseMeasure, parseMetric } from './metrics/measure-name.ts';
export type * from './metrics/metric-kinds.ts';
export { churnColumns, indexColumns, neighbourColumns } from './metrics/neighbour-columns.ts';
export type { QualityColumns, QueryCounts } from './metrics/quality-columns.ts';
export { qualityColumns } from './metrics/quality-columns.ts';
export type { MetricRegistry } from './metrics/registry.ts';
export { REGISTRY } from './metrics/registry.ts';
export { scoreShift } from './metrics/score-shift.ts';
export type { Space } from './metrics/space.ts';
export { spaceOf } from './metrics/space.ts';
export type { PairSample } from './metrics/threshold.ts';
export type { CompareOptions, CompareResult, Comparison } from './operations/compare.ts';
export { compareRuns } from './operations/compare.ts';
export type { PairedValues, SideValues } from './operations/compare-values.ts';
export {
  type Evaluated,
  type EvaluateOptions,
  evaluate,
  gate,
  parsePolicy,
  type ReportFormat,
  renderReport,
} from './operations/library.ts';
export type { Format } from './report/format.ts';
export { FORMATS } from './report/formats/registry.ts';
export { SEARCH_ENGINES } from './search/registry.ts';
export { toRun } from './search/run-table.ts';
export type { StreamedSearch } from './search/streamed.ts';
export { exactOverBlocks } from './search/streamed.ts';
export { readTrecRun } from './search/trec-run.ts';
export type { CertificateOptions } from './stages/certificate.ts';
export type { GateResult } from './stages/gate.ts';
export { runAll } from './stages/run.ts';
export type { StageOptions } from './stages/workspace.ts';
export type { BootstrapSample } from './stats/bootstrap.ts';
export { bootstrap } from './stats/bootstrap.ts';
export type { EffectSize } from './stats/effect-size.ts';
export { effectSize } from './stats/effect-size.ts';
export type { SmallSampleCorrection } from './stats/interval.ts';
export { lowerBound, pNotWorse, pWorse, twoSidedInterval, upperBound } from './stats/interval.ts';
export { benjaminiHochberg, holm } from './stats/multiple.ts';
export type { NeedColumn, NeedIndex } from './stats/needs.ts';
export { clusterStandardError, columnByNeed, indexNeeds, pairedDifferences } from './stats/needs.ts';
export type { PermutationTest } from './stats/permutation.ts';
export { signFlipTest } from './stats/permutation.ts';
export type { PowerInput } from './stats/power.ts';
export { needsToSettle, passIfEqual, smallestDetectable } from './stats/power.ts';
export { quantile } from './stats/quantile.ts';
export type { ResamplingOptions } from './stats/resampling.ts';
export { liveTag, searchLive } from './store/guarded-search.ts';
export { openLiveStore } from './store/registry.ts';
export type { Entry, LoadedVectors, StoreOptions, TextFacts, VectorStore } from './store/vector-store.ts';
export { openVectorStore } from './store/vector-store.ts';
