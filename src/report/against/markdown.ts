import type { Against, AgainstRun } from '../../model/against.ts';
import { escapeMarkdown } from '../markdown/escape.ts';
import { markdownTable } from '../markdown/table.ts';
import { OUTCOME_WORDS } from '../marks.ts';
import { decimal, signed } from '../number.ts';
import { plainWords } from './words.ts';

/** Rows of each table; the page has them all. */
const ROWS = 15;

/** Two evaluations side by side, for a pull request. */
export function againstMarkdown(found: Against): string {
  const { runs, measures, rules, lost, ranked, caveats, sameOld } = found;
  const flipped = rules.filter((rule) => rule.other?.outcome !== rule.this?.outcome);
  const parts = [
    `## ${title(runs.this)} against ${title(runs.other)}`,
    escapeMarkdown(plainWords(found), 600),
    markdownTable<AgainstRun>(
      [
        { head: 'Candidate', cell: title },
        { head: 'Verdict', cell: ({ outcome }) => OUTCOME_WORDS[outcome] },
        { head: 'In words', cell: ({ headline }) => escapeMarkdown(headline) },
      ],
      [runs.this, runs.other],
    ),
    ...(sameOld ? [] : ['The two runs did not start from the same old version.']),
    ...caveats.map((text) => escapeMarkdown(text)),
    '### Measures',
    table(
      measures.filter(({ on }) => on === 'served'),
      [
        { head: 'Measure', cell: ({ measure }) => escapeMarkdown(measure) },
        { head: 'Other', numeric: true, cell: (row) => decimal(row.other) },
        { head: 'This', numeric: true, cell: (row) => decimal(row.this) },
        { head: 'Difference', numeric: true, cell: ({ difference }) => signed(difference?.mean ?? null) },
      ],
    ),
  ];
  if (flipped.length > 0)
    parts.push(
      '### Rules that come out otherwise',
      table(flipped, [
        { head: 'Rule', cell: ({ id }) => escapeMarkdown(id) },
        { head: 'Other', cell: ({ other }) => (other === null ? 'no such rule' : OUTCOME_WORDS[other.outcome]) },
        { head: 'This', cell: (row) => (row.this === null ? 'no such rule' : OUTCOME_WORDS[row.this.outcome]) },
      ]),
    );
  if (ranked !== null && lost.length > 0)
    parts.push(
      `### Queries that are worse, by ${escapeMarkdown(ranked.measure)}`,
      table(lost, [
        { head: 'Query', cell: ({ text }) => escapeMarkdown(text, 120) },
        { head: 'Other', numeric: true, cell: (row) => decimal(row.other) },
        { head: 'This', numeric: true, cell: (row) => decimal(row.this) },
      ]),
    );
  return `${parts.join('\n\n')}\n`;
}

function title({ new: fresh }: AgainstRun): string {
  return escapeMarkdown(fresh?.id ?? 'new run', 120);
}

function table<Row>(rows: readonly Row[], columns: Parameters<typeof markdownTable<Row>>[0]): string {
  const more = rows.length > ROWS ? `\n\n${rows.length - ROWS} more in against.html.` : '';
  return markdownTable(columns, rows.slice(0, ROWS)) + more;
}
