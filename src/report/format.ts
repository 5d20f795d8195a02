import type { Evaluation, Timings } from '../model/evaluation.ts';
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
   * A pure function: the same three give the same bytes.
   * @throws RangeError when the evaluation's parts don't fit together.
   */
  render(evaluation: Evaluation, verdict: Verdict, timings: Timings | null): string;
}
