import type { Fill, Html } from './html.ts';
import type { ReportInput } from './input.ts';

/** One part of the evidence; one file of `evidence/` and one line of its registry. */
export interface Section {
  /** File name and anchor. */
  readonly id: string;
  readonly title: string;
  /** What was found, in a line that is always shown. */
  finding(input: ReportInput): Fill;
  /** What opens below it; null leaves the section out. */
  render(input: ReportInput): Html | readonly Fill[] | null;
}
