import type { Evaluation, Timings } from '../model/evaluation.ts';
import type { Reviews } from '../model/review.ts';
import type { Verdict } from '../model/verdict.ts';

/** One way to write the report; one file of `formats/` and one line of its registry. */
export interface Format {
  /** File name in `formats/`, and what a user asks for. */
  readonly id: string;
  readonly title: string;
  /** Name of the file in the report folder. */
  readonly fileName: string;
  readonly mediaType: string;
  /**
   * A pure function: the same input gives the same bytes.
   * @param reviews what people said of the queries; left out where nobody did
   * @throws RangeError when the evaluation's parts don't fit together.
   */
  render(evaluation: Evaluation, verdict: Verdict, timings: Timings | null, reviews?: Reviews | null): string;
}
