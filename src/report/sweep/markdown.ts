import type { Sweep, SweepResult } from '../../model/sweep.ts';
import { escapeMarkdown } from '../markdown/escape.ts';
import { markdownTable } from '../markdown/table.ts';
import { OUTCOME_WORDS } from '../marks.ts';
import { count, decimal, signed } from '../number.ts';
import { sweepWords } from './words.ts';

/** The sweep as a table for a pull request. */
export function sweepMarkdown(sweep: Sweep): string {
  const { results, failures, cheapest } = sweep;
  const note = ({ name, dominated }: SweepResult) => (name === cheapest ? 'cheapest that passes' : dominated ? 'dominated' : '');
  const parts = [
    '## Sweep of candidates',
    escapeMarkdown(sweepWords(sweep), 600),
    markdownTable<SweepResult>(
      [
        { head: 'Candidate', cell: ({ name }) => escapeMarkdown(name) },
        { head: 'Verdict', cell: ({ outcome }) => OUTCOME_WORDS[outcome] },
        { head: 'Quality', numeric: true, cell: ({ quality }) => decimal(quality) },
        { head: 'Against old', numeric: true, cell: ({ difference }) => signed(difference) },
        { head: 'Bytes a document', numeric: true, cell: ({ cost }) => count(cost.bytes) },
        { head: 'Looked at', numeric: true, cell: ({ cost }) => count(cost.visited) },
        { head: '', cell: note },
      ],
      results,
    ),
    ...failures.map(({ name, message }) => `${escapeMarkdown(name)} could not be evaluated: ${escapeMarkdown(message)}`),
    'Each candidate is judged at a stricter confidence, since the best of several passes by luck more often. Confirm the one that you choose by `cutover run`.',
  ];
  return `${parts.join('\n\n')}\n`;
}
