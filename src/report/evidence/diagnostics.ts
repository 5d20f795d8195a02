import { isNotApplicable } from '../../core/absence.ts';
import type { Geometry, NeighbourGraph } from '../../model/evaluation.ts';
import type { ScoreShift, ScoreSummary } from '../../model/scores.ts';
import { maps } from '../charts/corpus-map.ts';
import { histogram } from '../charts/densities.ts';
import { type Fill, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { measureTerm, quoted, saying } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, table } from '../table.ts';

const QUANTILES = ['p05', 'median', 'p95', 'mean'] as const satisfies readonly (keyof ScoreSummary)[];
const HEADS: Readonly<Record<(typeof QUANTILES)[number], string>> = { p05: '5 %', median: 'Median', p95: '95 %', mean: 'Mean' };

function scores({ evaluation }: ReportInput): Fill {
  if (evaluation.scores.length === 0) return null;
  const rows = evaluation.scores.flatMap((shift) => [
    { shift, side: 'old' as const },
    { shift, side: 'new' as const },
  ]);
  const distances = (shift: ScoreShift): Fill =>
    Object.entries(shift.distances).map(([id, value], i) => `${i > 0 ? ', ' : ''}${id} ${decimal(value)}`);
  const quantiles = table<(typeof rows)[number]>(
    'Scores by kind',
    [
      { head: 'Scores', rowHead: true, cell: ({ shift, side }) => `${shift.title}, ${side}` },
      ...QUANTILES.map((key) => ({
        head: HEADS[key],
        numeric: true,
        cell: ({ shift, side }: (typeof rows)[number]) => decimal(shift[side][key]),
      })),
      { head: 'Distance', cell: ({ shift, side }) => (side === 'new' ? distances(shift) : '') },
    ],
    rows,
  );
  const { margin } = evaluation;
  const lead =
    margin !== null &&
    html`<p>${measureTerm(evaluation, 'topMargin')}, median: ${decimal(margin.old.median)} → ${decimal(margin.new.median)}.</p>`;
  return fold('Scores', html`${quantiles}${lead}${evaluation.scores.slice(0, 1).map((shift) => histogram(shift))}`, 'on-screen');
}

function graph(found: NeighbourGraph): Fill {
  const { jaccard, clusters, k } = found;
  const rows = table<(typeof clusters)[number]>(
    'Nearest documents that stay, by topic, fewest first',
    [
      { head: 'Typical words', rowHead: true, cell: ({ name }) => quoted(name, 120) },
      { head: 'Documents', numeric: true, cell: ({ documents }) => count(documents) },
      { head: 'Mean', numeric: true, cell: ({ mean }) => decimal(mean) },
    ],
    clusters,
  );
  return html`<p>Of each document’s ${count(k)} nearest documents, the share that stay (Jaccard): median ${decimal(jaccard.median)}, over ${count(jaccard.n)} documents. Low everywhere: the whole space changed. Low in one topic: the change is there.</p>${clusters.length > 0 && rows}`;
}

function shape({ evaluation }: ReportInput, { between, within, padded, documents }: Geometry): Fill {
  const rows: readonly { readonly id: string; readonly value: string }[] = [
    ...Object.entries(between).map(([id, value]) => ({ id, value: decimal(value) })),
    ...Object.entries(within).map(([id, sides]) => ({ id, value: `${decimal(sides.old)} → ${decimal(sides.new)}` })),
  ];
  return html`${table<(typeof rows)[number]>(
    `The shape of the two vector spaces, over ${count(documents)} documents`,
    [
      { head: 'Measure', rowHead: true, cell: ({ id }) => measureTerm(evaluation, id) },
      { head: 'What it says', cell: ({ id }) => saying(evaluation, id) },
      { head: 'Value, or old → new', numeric: true, cell: ({ value }) => value },
    ],
    rows,
  )}${padded && html`<p>The versions differ in dimension: Procrustes compared the smaller space padded with zeros.</p>`}`;
}

function spaces(input: ReportInput): Fill {
  const { geometry, graph: found, versions } = input.evaluation;
  if (versions === null) return null;
  const why = (part: string, value: { readonly notApplicable: string }): Fill =>
    html`<p>${part} not measured: ${quoted(value.notApplicable, 300)}.</p>`;
  return fold(
    'Vector spaces',
    html`${isNotApplicable(found) ? why('Nearest documents were', found) : graph(found)}${isNotApplicable(geometry) ? why('The shape of the spaces was', geometry) : shape(input, geometry)}`,
    'on-screen',
  );
}

function values({ evaluation }: ReportInput): Fill {
  const rows = Object.entries(evaluation.values);
  if (rows.length === 0) return null;
  const written = table<(typeof rows)[number]>(
    'Single numbers that a policy may name',
    [
      { head: 'Name', rowHead: true, cell: ([name]) => measureTerm(evaluation, name) },
      { head: 'What it says', cell: ([name]) => saying(evaluation, name) },
      {
        head: 'Value',
        numeric: true,
        cell: ([, value]) =>
          isNotApplicable(value)
            ? html`<span class="muted">not applicable: ${quoted(value.notApplicable, 300)}</span>`
            : Number.isInteger(value)
              ? count(value)
              : decimal(value),
      },
    ],
    rows,
  );
  return fold('Other numbers', written, 'on-screen');
}

export const diagnostics: Section = {
  id: 'diagnostics',
  title: 'Diagnostics',
  finding: () => 'Scores, vector spaces and maps. They explain; they decide nothing.',
  render: (input) => {
    const parts = [scores(input), spaces(input), maps(input), values(input)];
    return parts.every((part) => part === null) ? null : parts;
  },
};
