import type { Sha256 } from './brand.ts';

export interface Document {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface Query {
  readonly id: string;
  readonly text: string;
  /** Paraphrases of one need share it; the query's own id where the data set names none. Resampling goes by need. */
  readonly need: string;
  /** Slice field → value, e.g. `style → typo`. */
  readonly slices: Readonly<Record<string, string>>;
}

/** query id → document id → grade (integer; 1 or more is relevant, negative counts as 0 gain). */
export type Qrels = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** A data set read, validated and hashed. Documents and queries ascend by id (code units). */
export interface Dataset {
  readonly name: string;
  readonly folder: string;
  readonly licence: string | null;
  readonly documents: readonly Document[];
  readonly queries: readonly Query[];
  /** null when the data set has no judgements at all: quality is then not applicable. */
  readonly qrels: Qrels | null;
  readonly hashes: DatasetHashes;
  /** Slice fields that every query has a value for. */
  readonly sliceFields: readonly string[];
  /** What is odd but not wrong: queries without judgement, negative grades, documents without text. */
  readonly warnings: readonly string[];
}

/** SHA-256 of canonical content, not of file bytes: order of lines and white space of the JSON don't matter. */
export interface DatasetHashes {
  readonly corpus: Sha256;
  readonly queries: Sha256;
  readonly qrels: Sha256 | null;
}
