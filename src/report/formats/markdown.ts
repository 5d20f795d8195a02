import type { Format } from '../format.ts';
import { checkInput, type ReportInput } from '../input.ts';
import { FOLDED } from '../markdown/folded-parts.ts';
import { deciding, opening, type Part, worstQueries, worstSlices } from '../markdown/parts.ts';

/** GitHub refuses comments of more than 65,536 characters. */
export const MARKDOWN_LIMIT = 65_000;

const PARTS: readonly Part[] = [opening, deciding, worstSlices, worstQueries, ...FOLDED];
const LEFT_OUT = 'Some details were left out for length; the full report has them.';

function summary(input: ReportInput): string {
  checkInput(input);
  let text = '';
  let complete = true;
  for (const part of PARTS) {
    const next = part(input);
    if (next === null) continue;
    if (text.length + next.length + LEFT_OUT.length + 4 > MARKDOWN_LIMIT) complete = false;
    else text += `${next}\n\n`;
  }
  return `${text}${complete ? '' : `${LEFT_OUT}\n\n`}`.replace(/\n+$/, '\n');
}

export const markdown: Format = {
  id: 'markdown',
  title: 'Markdown summary for a pull request',
  fileName: 'summary.md',
  mediaType: 'text/markdown',
  render: (evaluation, verdict, timings) => summary({ evaluation, verdict, timings }),
};
