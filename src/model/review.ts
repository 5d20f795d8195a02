import type { Sha256 } from '../core/brand.ts';

/** What a reviewer says of a query: that its change is fine, that it is a regression, or that more of it should be judged. */
export type Mark = 'fine' | 'regression' | 'judge';

/** One reviewer's word on one query. */
export interface ReviewNote {
  readonly reviewer: string;
  /** Id of the query. */
  readonly query: string;
  /** null where there is a note alone. */
  readonly mark: Mark | null;
  readonly note: string;
}

/** `reviews.json`: what people said of one evaluation's queries; written by `cutover review import`. */
export interface Reviews {
  readonly kind: 'cutover.reviews';
  readonly schemaVersion: 1;
  /** SHA-256 of evaluation.json: of another one the notes are no longer shown. */
  readonly evaluation: Sha256;
  /** By query, then reviewer. */
  readonly notes: readonly ReviewNote[];
}

/** What the report page exports: the marks that one browser kept. */
export interface ReviewExport {
  readonly kind: 'cutover.review';
  readonly schemaVersion: 1;
  readonly evaluation: Sha256;
  readonly reviewer: string;
  readonly marks: readonly Omit<ReviewNote, 'reviewer'>[];
}
