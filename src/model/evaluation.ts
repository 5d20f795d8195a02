import type { NotApplicable } from '../core/absence.ts';
import type { Fingerprint } from '../core/brand.ts';
import type { DatasetHashes, DatasetSample, Judging, Silence, WeakGrades } from './dataset.ts';
import type { MetricMeta } from './metric.ts';
import type { PipelineRecord } from './pipeline.ts';
import type { On } from './policy.ts';
import type { ConsumerResult, OpenColumns, RerankerResult, ScoreShift, ScoreSummary, Separation } from './scores.ts';
import type { SearchParams, ServedBy } from './search.ts';
import type { Studies } from './studies.ts';
import type { Canaries, Side } from './version.ts';

export type { NotApplicable } from '../core/absence.ts';

/** One value a query, in the order of `queries.ids`; null where the metric isn't defined for that query. */
export interface Column {
  /** Mean over needs of the means of their queries that have a value (over queries where `queries.weight` says so); null when none has. */
  readonly mean: number | null;
  /** How many queries have a value. */
  readonly n: number;
  readonly perQuery: readonly (number | null)[];
}

/** One column a side. */
export interface SidedColumn {
  readonly old: Column;
  readonly new: Column;
  /** What unjudged documents could make of a quality measure; missing where all that counts is judged, or silence means not relevant. */
  readonly open?: OpenColumns;
  /**
   * New − old a query where every query has the new version's list of another need: a harm that nobody could miss. Missing for what
   * isn't quality.
   */
  readonly exchanged?: readonly (number | null)[];
}

/** By what the metric was measured on. `exact` is missing where only runs were compared, `pipeline` where none is configured. */
export type ByOn<T> = { readonly [K in On]?: T };

/** Queries as columns of equal length: place i of each list is of query i. */
export interface QueryTable {
  /** Ascending. */
  readonly ids: readonly string[];
  readonly needs: readonly string[];
  /** What counts once in every mean; missing: each need, whatever the number of its queries. */
  readonly weight?: 'queries';
  /** Slice field → value a query. */
  readonly slices: Readonly<Record<string, readonly string[]>>;
  /** Fields found by looking at queries and corpus rather than declared, likewise. They inform: no rule takes them. */
  readonly automatic: Readonly<Record<string, readonly string[]>>;
  /** Whether the query has any judgement; others are left out of quality and kept for overlap. */
  readonly judged: readonly boolean[];
  readonly texts: readonly string[];
}

/** A version as an evaluation records it. */
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
  /** Instruction sets that made its vectors; missing where none decides them. */
  readonly processors?: readonly string[];
  /** Its answers to the canary texts; missing where no instruction set decides them. */
  readonly canaries?: Canaries;
}

/** How the first result's scores moved in a slice. */
export interface SliceScores {
  readonly old: ScoreSummary;
  readonly new: ScoreSummary;
  readonly distances: Readonly<Record<string, number>>;
}

/** Quality and neighbours of the queries of one slice. */
export interface SliceResult {
  readonly field: string;
  readonly value: string;
  /** Found rather than declared: informs, never decides. */
  readonly automatic: boolean;
  readonly queries: number;
  readonly needs: number;
  /** Scores of first results; null where no query of the slice has a result under both versions. */
  readonly topScores: SliceScores | null;
  /** Measure → means over the slice's queries with a value. */
  readonly quality: Readonly<Record<string, ByOn<{ readonly old: number | null; readonly new: number | null }>>>;
  readonly neighbours: Readonly<Record<string, ByOn<number | null>>>;
}

/** Shape of the two spaces, over the same seeded sample of documents. It informs; no rule decides on it. */
export interface Geometry {
  /** Documents sampled. */
  readonly documents: number;
  /** cka, rsa, procrustes: metric id → one value that relates the two spaces; null where it isn't defined. */
  readonly between: Readonly<Record<string, number | null>>;
  /** effectiveRank, anisotropy, hubness, meanNorm: metric id → one value a version. */
  readonly within: Readonly<Record<string, { readonly [S in Side]: number | null }>>;
  /** True where dimensions differ, so that Procrustes compared the smaller space padded with zeros. */
  readonly padded: boolean;
}

/** How much of each document's neighbourhood among the documents survives: low throughout means that the whole graph changed. */
export interface NeighbourGraph {
  /** Neighbours a document. */
  readonly k: number;
  /** Jaccard similarity of a document's neighbours under both versions, over all documents looked at. */
  readonly jaccard: ScoreSummary;
  /** Means by topic cluster of the documents; lowest first. */
  readonly clusters: readonly { readonly name: string; readonly documents: number; readonly mean: number }[];
}

/** The corpus as a picture a version: the same documents on the plane that shows most of each space. It informs; no rule decides on it. */
export interface CorpusMap {
  readonly method: 'pca';
  /** A seeded sample of up to 5,000 documents. */
  readonly ids: readonly string[];
  readonly titles: readonly string[];
  /** Topic names; empty for a corpus too small for any. */
  readonly topics: readonly string[];
  /** Index into `topics` a document; −1 without one. */
  readonly topicOf: readonly number[];
  /** x and y a document, −1 to 1. The new picture is turned so that it lies as near to the old one as it can. */
  readonly points: { readonly [S in Side]: readonly (readonly [number, number])[] };
  /** Share of the variance that the plane shows. */
  readonly explained: { readonly [S in Side]: number };
  /** Up to five nearest documents each, as indexes into `ids`, best first. */
  readonly nearest: { readonly [S in Side]: readonly (readonly number[])[] };
}

/** One query's result lists as the user gets them, for reading. */
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

/** Queries with a single relevant document, and for how many of them one that reads nearly the same outranks it, by version. */
export interface NearDuplicates {
  readonly queries: number;
  readonly old: number;
  readonly new: number;
}

/** `evaluation.json`: everything measured, and nothing decided. Scores are cosines or inner products, means are over queries. */
export interface Evaluation {
  readonly kind: 'cutover.evaluation';
  readonly schemaVersion: 1;
  readonly cutoverVersion: string;
  /** Only where texts, ids and names were replaced for readers outside; the numbers are those of the whole one. */
  readonly redacted?: true;
  readonly seed: number;
  readonly dataset: {
    readonly name: string;
    readonly licence: string | null;
    readonly hashes: DatasetHashes;
    readonly documents: number;
    /** Judged documents where `documents` are their chunks; missing where documents are not chunked. */
    readonly parents?: number;
    readonly queries: number;
    readonly needs: number;
    readonly judgedQueries: number;
    readonly judgements: number;
    /** What it means that a document is not listed for a query; missing without judgements. */
    readonly silence?: Silence;
    readonly warnings: readonly string[];
    /** Queries with a filter, and those of them whose filter matches no document; missing where no query has one. */
    readonly filtered?: { readonly queries: number; readonly empty: number };
    /** Missing where no judgements were imported. */
    readonly judging?: Judging;
    /** Missing where the data set was not drawn from a larger one. */
    readonly sample?: DatasetSample;
    /** Missing where people gave the grades. */
    readonly weakGrades?: WeakGrades;
  };
  readonly versions: { readonly [S in Side]: VersionRecord } | null;
  readonly search:
    | (SearchParams & {
        readonly engine: string;
        readonly kUsed: number;
        /** Present where another build of the index may serve other neighbours. */
        readonly reproducible?: false;
        /** What the database said of itself, of each version that one serves; missing where none does. */
        readonly servedBy?: { readonly [S in Side]?: ServedBy };
      })
    | null;
  /** Missing where none is configured. */
  readonly pipeline?: PipelineRecord;
  /** Metadata of every metric used below, by id. */
  readonly metrics: Readonly<Record<string, MetricMeta>>;
  readonly queries: QueryTable;
  /** Measure name → columns; queries without judgement are null. Each measure is here also as `(judged_only=True)`. */
  readonly quality: Readonly<Record<string, ByOn<SidedColumn>>> | NotApplicable;
  /** `overlap@10`, `jaccard@10`, `rbo@50`, `topChange` → one column. */
  readonly neighbours: Readonly<Record<string, ByOn<Column>>>;
  /** `annRecall@10` → served against exact, per version. */
  readonly index: Readonly<Record<string, SidedColumn>>;
  readonly scores: readonly ScoreShift[];
  /** Empty without judgements. */
  readonly separation: readonly Separation[];
  /** Score of the first result less that of the second, over queries; null where a version has none. */
  readonly margin: { readonly [S in Side]: ScoreSummary } | null;
  readonly consumers: readonly ConsumerResult[];
  readonly rerankers: readonly RerankerResult[];
  /** Declared ones first, then by field and value. Which lost most is up to what is asked: verdict.json ranks them. */
  readonly slices: readonly SliceResult[];
  readonly geometry: Geometry | NotApplicable;
  readonly graph: NeighbourGraph | NotApplicable;
  /** Missing where no vectors were compared. */
  readonly map?: CorpusMap | NotApplicable;
  /** Single numbers a policy may name: `untranslatedConsumers`, … */
  readonly values: Readonly<Record<string, number | NotApplicable>>;
  /** Documents of the corpus that cost is projected for; missing where the configuration names none. */
  readonly projection?: { readonly documents: number };
  /** Missing where no study ran. */
  readonly studies?: Studies;
  /** Missing where a document that is not listed may be relevant all the same, and unless nearly every query has a single relevant one. */
  readonly nearDuplicates?: NearDuplicates;
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

/** What an index costs on this machine. */
export interface IndexCost {
  /** Bytes of the index file: vectors and links. */
  readonly bytes: number | null;
  /** Seconds to build it; those of the run that built it. */
  readonly buildSeconds: number | null;
  /** Milliseconds of one query at the configured efSearch, one at a time on one thread; the engine alone. */
  readonly p50: number;
  readonly p95: number;
  /** Queries asked. */
  readonly queries: number;
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
  /** The index as served; missing where none was built. */
  readonly index?: { readonly [S in Side]?: IndexCost };
}
