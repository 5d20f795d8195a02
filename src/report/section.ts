import type { Fill, Html } from './html.ts';
import type { ReportInput } from './input.ts';

/** One section of the page; one file of `sections/` and one line of its registry. */
export interface Section {
  /** File name and anchor. */
  readonly id: string;
  readonly title: string;
  /** What stands below the heading; null leaves the section out. */
  render(input: ReportInput): Html | readonly Fill[] | null;
}
