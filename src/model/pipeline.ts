import type { Fingerprint, Sha256 } from '../core/brand.ts';
import type { Dtype, Side } from './version.ts';

/** Documents found by their words: with an index of our own, or as a run file says. */
export type LexicalSource = {
  /** Results that it hands on. */
  readonly depth: number;
} & (
  | { readonly source: 'bm25'; readonly k1: number; readonly b: number; readonly stopWords: readonly string[] }
  | { readonly source: 'run' /** Absolute. */; readonly file: string }
);

/** How the lists of vectors and words become one. `vectors`: weight of the vectors, 0 to 1, words the rest; `tuned` by half of the needs. */
export type FusionSpec =
  | { readonly method: 'rrf'; readonly k: number }
  | { readonly method: 'weighted'; readonly vectors: number | 'tuned' }
  | { readonly method: 'dbsf' };

/** A local model that reads query and document together. */
export interface CrossEncoderSpec {
  readonly source: 'model';
  readonly model: string;
  readonly revision: string;
  readonly dtype: Dtype;
  /** Tokens of both texts, special ones counted; null for what the model takes, 512 at most. */
  readonly maxTokens: number | null;
}

/** A service that answers `POST <url>/rerank`. */
export interface RerankServiceSpec {
  readonly source: 'service';
  readonly url: string;
  /** null where the service has one only. */
  readonly model: string | null;
  /** Environment variable that holds its key; null where it wants none. */
  readonly keyFrom: string | null;
}

/** What orders the first of the fused list again, by query and text: a local model, a service, or scores in a run file. */
export type RerankSpec = {
  /** Results that it gets. */
  readonly depth: number;
} & (CrossEncoderSpec | RerankServiceSpec | { readonly source: 'run' /** Absolute. */; readonly file: string });

/** What the user gets: the vectors' results fused with those found by words, and ordered again where a re-ranker is named. */
export interface Pipeline {
  /** Results that the user gets. */
  readonly limit: number;
  readonly lexical: LexicalSource;
  readonly fusion: FusionSpec;
  /** Missing without a re-ranker. */
  readonly rerank?: RerankSpec;
}

/** Weights of the vectors that were tuned, each judged on the needs of the other half. */
export interface TunedWeights {
  /** What was tuned on. */
  readonly measure: string;
  /** Weight tuned on one half of the needs, weight tuned on the other. */
  readonly vectors: { readonly [S in Side]: readonly [number, number] };
}

/** The pipeline as it ran. */
export interface PipelineRecord {
  readonly limit: number;
  /** Results of the vectors that it takes. */
  readonly vectors: number;
  readonly lexical: {
    readonly depth: number;
    /** Queries for which it found something. */
    readonly queries: number;
  } & (
    | { readonly source: 'bm25'; readonly k1: number; readonly b: number; readonly stopWords: readonly string[] }
    | { readonly source: 'run' /** Name of the file. */; readonly file: string; readonly sha256: Sha256 }
  );
  readonly fusion: FusionSpec;
  readonly tuned?: TunedWeights;
  /** Missing without a re-ranker. */
  readonly rerank?: {
    readonly source: RerankSpec['source'];
    readonly depth: number;
    /** Model, address or file name. */
    readonly name: string;
    /** Of a local model. */
    readonly fingerprint?: Fingerprint;
    /** Of every score that it gave: what a service answers can't be known otherwise. */
    readonly scores: Sha256;
    /** Pairs of query and document scored. */
    readonly pairs: number;
  };
  /** Measure → its mean on what words alone find, the same under both versions; null where no query has a value. */
  readonly wordsAlone: Readonly<Record<string, number | null>>;
}
