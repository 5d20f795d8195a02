import type { Format } from '../format.ts';
import { checkInput, type ReportInput } from '../input.ts';
import { FOLDED } from '../markdown/folded-parts.ts';
import { deciding, opening, type Part, worstQueries, worstSlices } from '../markdown/parts.ts';

/** GitHub refuses comments of more than 65,536 characters. */
export const MARKDOWN_LIMIT = 65_000;

/** The parts in order of reading, each with the name it has where it was left out. */
const PARTS: readonly (readonly [name: string, part: Part])[] = [
  ['verdict, reasons and next steps', opening],
  ['rules that decide', deciding],
  ['worst slices', worstSlices],
  ['worst queries', worstQueries],
  ...FOLDED,
];

/** Room that is kept for the sentence that says what was left out. */
const ROOM = leftOut(PARTS.map(([name]) => name)).length;

function leftOut(names: readonly string[]): string {
  return names.length === 0 ? '' : `Left out for length: ${names.join(', ')}. The full report has them.\n\n`;
}

function summary(input: ReportInput): string {
  checkInput(input);
  let text = '';
  const missing: string[] = [];
  for (const [name, part] of PARTS) {
    const next = part(input);
    if (next === null) continue;
    if (text.length + next.length + 2 + ROOM > MARKDOWN_LIMIT) missing.push(name);
    else text += `${next}\n\n`;
  }
  return `${text}${leftOut(missing)}`.replace(/\n+$/, '\n');
}

export const markdown: Format = {
  id: 'markdown',
  title: 'Markdown summary for a pull request',
  fileName: 'summary.md',
  mediaType: 'text/markdown',
  render: (evaluation, verdict, timings) => summary({ evaluation, verdict, timings }),
};
