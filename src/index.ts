/** The public API: what the command line does, as functions, and the parts that work without it. */

export type { JsonSchema } from './config/json-schema.ts';
export { configJsonSchema, policyJsonSchema, versionJsonSchema } from './config/json-schema.ts';
export type { ConfigOptions, ConfigRegistry } from './config/load.ts';
export { loadConfig } from './config/load.ts';
export { DEFAULT_POLICY, loadPolicy, type UsualOn } from './config/policy.ts';
export type { ConfigSource } from './config/schemas/config.ts';
export type { PolicySource } from './config/schemas/policy.ts';
export type { LoadOptions } from './config/version.ts';
export { loadVersion } from './config/version.ts';
export type * from './core/brand.ts';
export type * from './core/console.ts';
export type { ErrorValues } from './core/errors.ts';
export { CutoverError, ERRORS, type ErrorCode } from './core/errors.ts';
export { sha256, sha256Json } from './core/hash.ts';
export { documentText } from './dataset/corpus.ts';
export type { DatasetCounts, SealFacts } from './dataset/hashes.ts';
export { sealFacts } from './dataset/hashes.ts';
export type { DatasetOptions } from './dataset/load.ts';
export { loadDataset } from './dataset/load.ts';
export { readQrels } from './dataset/qrels.ts';
export type { Entry, LoadedVectors, StoreOptions, TextFacts, VectorStore } from './embed/cache/vector-store.ts';
export { openVectorStore } from './embed/cache/vector-store.ts';
export type * from './embed/embedder.ts';
export { EMBEDDERS, openEmbedder } from './embed/registry.ts';
export type { OpenBridge } from './features/bridge/open.ts';
export { carryDocument, carryQuery, openBridge } from './features/bridge/open.ts';
export type { CompareOptions, CompareResult, Comparison } from './features/compare/compare.ts';
export { compareRuns } from './features/compare/compare.ts';
export type { Difference, DiffOptions } from './features/compare/diff.ts';
export { diffFiles } from './features/compare/diff.ts';
export type { SharedVectors } from './features/compare/diff-input.ts';

export type { PairedValues, SideValues } from './features/compare/values.ts';
export type { VerdictContext } from './gate/judge.ts';
export { judge } from './gate/judge.ts';
export { ledgerHeads } from './live/ledger/heads.ts';
export type * from './live/stores/adapter.ts';
export type * from './live/stores/column-store.ts';
export { liveTag, searchLive } from './live/stores/guarded-search.ts';
export type * from './live/stores/live-store.ts';
export { openLiveStore } from './live/stores/registry.ts';
export type { MeasuredConsumer } from './measure/consumers/consumer-result.ts';
export { consumerResult } from './measure/consumers/consumer-result.ts';
export type { PairSample } from './measure/consumers/threshold.ts';
export type { NamedMetric } from './measure/measure-name.ts';
export { judgedOnly, parseMeasure, parseMetric } from './measure/measure-name.ts';
export type * from './measure/metric-kinds.ts';
export { churnColumns, indexColumns, neighbourColumns } from './measure/neighbour-columns.ts';
export type { QualityColumns, QueryCounts } from './measure/quality-columns.ts';
export { qualityColumns } from './measure/quality-columns.ts';
export type { MetricRegistry } from './measure/registry.ts';
export { REGISTRY } from './measure/registry.ts';
export { scoreShift } from './measure/score-shift.ts';
export type { Bridge, BridgeMethod, Layer } from './measure/spaces/bridge.ts';
export type { Space } from './measure/spaces/space.ts';
export { spaceOf } from './measure/spaces/space.ts';
export type { BootstrapSample } from './measure/stats/bootstrap.ts';
export { bootstrap } from './measure/stats/bootstrap.ts';
export type { EffectSize } from './measure/stats/effect-size.ts';
export { effectSize } from './measure/stats/effect-size.ts';
export type { SmallSampleCorrection } from './measure/stats/interval.ts';
export { lowerBound, pNotWorse, pWorse, twoSidedInterval, upperBound } from './measure/stats/interval.ts';
export { benjaminiHochberg, holm } from './measure/stats/multiple.ts';
export type { NeedColumn, NeedIndex, Weight } from './measure/stats/needs.ts';
export { clusterStandardError, columnByNeed, indexNeeds, pairedDifferences } from './measure/stats/needs.ts';
export type { PermutationTest } from './measure/stats/permutation.ts';
export { signFlipTest } from './measure/stats/permutation.ts';
export type { PowerInput } from './measure/stats/power.ts';
export { needsToSettle } from './measure/stats/power.ts';
export { quantile } from './measure/stats/quantile.ts';
export type { ResamplingOptions } from './measure/stats/resampling.ts';
export type * from './model/bridge.ts';
export type * from './model/config.ts';
export type * from './model/dataset.ts';
export type * from './model/evaluation.ts';
export type * from './model/ledger.ts';
export type * from './model/metric.ts';
export type * from './model/pipeline.ts';
export type * from './model/policy.ts';
export type * from './model/review.ts';
export type * from './model/scores.ts';
export type * from './model/search.ts';
export type * from './model/store.ts';
export type * from './model/studies.ts';
export type * from './model/sweep.ts';
export type * from './model/vectors.ts';
export type * from './model/verdict.ts';
export type * from './model/version.ts';
export type { StageOptions } from './project/workspace.ts';
export type { Head } from './proof/chain.ts';
export type { Format } from './report/format.ts';
export { FORMATS } from './report/formats/registry.ts';
export type { CertificateOptions, LedgerHeads } from './run/certificate.ts';
export type { GateResult } from './run/gate.ts';
export {
  type Evaluated,
  type EvaluateOptions,
  evaluate,
  gate,
  parsePolicy,
  type ReportFormat,
  renderReport,
} from './run/library.ts';
export { runAll } from './run/run.ts';
export type * from './search/databases/serving.ts';
export type { SearchEngine, SearchIndex, SearchOptions } from './search/engine.ts';
export type { StreamedSearch } from './search/exact/streamed.ts';
export { exactOverBlocks } from './search/exact/streamed.ts';
export type { ScoreKind } from './search/ranked-run.ts';
export { SEARCH_ENGINES } from './search/registry.ts';
export { toRun } from './search/run-table.ts';
export type { TieOrder } from './search/trec-run.ts';
export { readTrecRun } from './search/trec-run.ts';
export type * from './studies/study.ts';
