import type { Fingerprint, Sha256 } from './brand.ts';
import type { Consumer } from './config.ts';
import type { DatasetHashes } from './dataset.ts';
import type { MetricMeta } from './metric.ts';
import type { On } from './policy.ts';
import type { SearchParams } from './search.ts';
import type { Side } from './version.ts';

/** Why a number is absent. Absence is never NaN. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** One value a query, in the order of `queries.ids`; null where the metric isn't defined for that query. */
export interface Column {
  /** Mean over the queries that have a value; null when none has. */
  readonly mean: number | null;
  /** How many queries have a value. */
  readonly n: number;
  readonly perQuery: readonly (number | null)[];
}

/** One column a side. */
export interface SidedColumn {
  readonly old: Column;
  readonly new: Column;
}

/** By neighbours the metric was measured on. `exact` is missing where only runs were compared. */
export type ByOn<T> = { readonly [K in On]?: T };

export interface QueryTable {
  /** Ascending. */
  readonly ids: readonly string[];
  readonly needs: readonly string[];
  /** Slice field → value a query. */
  readonly slices: Readonly<Record<string, readonly string[]>>;
  /** Whether the query has any judgement; others are left out of quality and kept for overlap. */
  readonly judged: readonly boolean[];
  readonly texts: readonly string[];
}

export interface VersionRecord {
  readonly id: string;
  readonly fingerprint: Fingerprint;
  readonly verifiable: boolean;
  readonly decides: Readonly<Record<string, unknown>>;
  readonly names: Readonly<Record<string, string>>;
  readonly dimension: number;
  readonly warnings: readonly string[];
  readonly truncated: { readonly documents: number; readonly queries: number };
  /** Mean tokens a text; null where the embedder can't know. */
  readonly meanTokens: { readonly documents: number | null; readonly queries: number | null };
}

/** Quantiles of one sample of scores. */
export interface ScoreSummary {
  readonly n: number;
  readonly mean: number;
  readonly min: number;
  readonly p05: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
  readonly max: number;
}

/** How one kind of score moved from old to new. No p-values: pairs of one query are dependent. */
export interface ScoreShift {
  /** `top-1`, `rank-10`, `relevant`, `other`. */
  readonly id: string;
  readonly title: string;
  readonly old: ScoreSummary;
  readonly new: ScoreSummary;
  /** Shift metric id → value: ks, wasserstein, psi. */
  readonly distances: Readonly<Record<string, number>>;
  readonly histogram: {
    /** Bin edges, one more than bins, the same for both sides. */
    readonly edges: readonly number[];
    /** Share of the sample in each bin. */
    readonly old: readonly number[];
    readonly new: readonly number[];
  };
}

/** What a threshold does to the pairs it is applied to. */
export interface ThresholdEffect {
  readonly threshold: number;
  /** Share of pairs that pass. */
  readonly passRate: number;
  /** Share of passing pairs that are relevant; null without labels or when none passes. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Share of passing pairs that are judged at all; null without labels. */
  readonly judgedShare: number | null;
}

export interface ConsumerResult {
  readonly consumer: Consumer;
  /** Pairs seen under each version. */
  readonly pairs: { readonly old: number; readonly new: number };
  /** Old threshold under the old version. */
  readonly before: ThresholdEffect;
  /** Old threshold left in place under the new version. */
  readonly unchanged: ThresholdEffect;
  /** The value that keeps what the consumer wants kept; null when no value does, with the reason. */
  readonly translated: ThresholdEffect | null;
  readonly whyUntranslated: string | null;
  /** The accepted value under the new version; null while nothing is accepted. */
  readonly accepted: ThresholdEffect | null;
  /** Whether the accepted value keeps the quantity within the tolerance. */
  readonly withinTolerance: boolean;
  /** Pairs that both versions see and that the old value decides otherwise under the new version. */
  readonly flips: {
    readonly common: number;
    /** Passed before, cut now. */
    readonly lost: number;
    /** Cut before, pass now. */
    readonly gained: number;
  };
}

/** Quality and neighbours of the queries of one slice. */
export interface SliceResult {
  readonly field: string;
  readonly value: string;
  readonly queries: number;
  readonly needs: number;
  /** Measure → means over the slice's queries with a value. */
  readonly quality: Readonly<Record<string, ByOn<{ readonly old: number | null; readonly new: number | null }>>>;
  readonly neighbours: Readonly<Record<string, ByOn<number | null>>>;
}

/** One query's result lists as served, for reading. */
export interface ShownLists {
  /** Index into `documents.ids`, best first. */
  readonly old: readonly number[];
  readonly new: readonly number[];
  readonly oldScores: readonly number[];
  readonly newScores: readonly number[];
}

/** Texts a reader needs; excerpts, never the whole corpus. */
export interface ShownDocuments {
  readonly ids: readonly string[];
  readonly titles: readonly string[];
  /** Empty string for documents that are listed without their text. */
  readonly excerpts: readonly string[];
}

export interface Evaluation {
  readonly kind: 'cutover.evaluation';
  readonly schemaVersion: 1;
  readonly cutoverVersion: string;
  readonly seed: number;
  readonly dataset: {
    readonly name: string;
    readonly licence: string | null;
    readonly hashes: DatasetHashes;
    readonly documents: number;
    readonly queries: number;
    readonly needs: number;
    readonly judgedQueries: number;
    readonly judgements: number;
    readonly warnings: readonly string[];
  };
  readonly versions: { readonly [S in Side]: VersionRecord } | null;
  readonly search: (SearchParams & { readonly engine: string; readonly kUsed: number }) | null;
  /** Metadata of every metric used below, by id. */
  readonly metrics: Readonly<Record<string, MetricMeta>>;
  readonly queries: QueryTable;
  /** Measure name → columns; queries without judgement are null. Each measure stands here also as `(judged_only=True)`. */
  readonly quality: Readonly<Record<string, ByOn<SidedColumn>>> | NotApplicable;
  /** `overlap@10`, `jaccard@10`, `rbo@50`, `topChange` → one column. */
  readonly neighbours: Readonly<Record<string, ByOn<Column>>>;
  /** `annRecall@10` → served against exact, per version. */
  readonly index: Readonly<Record<string, SidedColumn>>;
  readonly scores: readonly ScoreShift[];
  readonly consumers: readonly ConsumerResult[];
  readonly slices: readonly SliceResult[];
  /** Single numbers a policy may name: `untranslatedConsumers`, … */
  readonly values: Readonly<Record<string, number | NotApplicable>>;
  /** Grades of shown documents by query index → document index → grade. */
  readonly shown: {
    readonly depth: number;
    readonly documents: ShownDocuments;
    /** One a query, in the order of `queries.ids`. */
    readonly lists: readonly ShownLists[];
    /** One a query: document index → grade, for judged documents that are listed or relevant. */
    readonly grades: readonly Readonly<Record<string, number>>[];
  };
}

/** Hash of an artifact by name; what a manifest compares. */
export type InputHashes = Readonly<Record<string, Sha256 | string | number>>;

/** Written beside each stage's output. */
export interface Manifest {
  readonly kind: 'cutover.manifest';
  readonly schemaVersion: 1;
  readonly stage: string;
  readonly madeFrom: InputHashes;
  /** Output file (relative) → SHA-256 of its bytes. */
  readonly files: Readonly<Record<string, Sha256>>;
}

/** Clock and machine facts; nowhere else. Cached stages keep their entry. */
export interface Timings {
  readonly kind: 'cutover.timings';
  readonly schemaVersion: 1;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly platform: string;
    readonly node: string;
  };
  /** `embed.old.documents` → seconds, items, … */
  readonly entries: Readonly<Record<string, { readonly seconds: number; readonly items: number; readonly unit: string }>>;
}
