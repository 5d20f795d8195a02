import type { Sha256 } from '../core/brand.ts';
import type { Side } from './version.ts';

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

/** What the user gets: the vectors' results fused with those found by words. */
export interface Pipeline {
  /** Results that the user gets. */
  readonly limit: number;
  readonly lexical: LexicalSource;
  readonly fusion: FusionSpec;
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
  /** Measure → its mean on what words alone find, the same under both versions; null where no query has a value. */
  readonly wordsAlone: Readonly<Record<string, number | null>>;
}
