import type { Evaluation, ScoreShift, ScoreSummary, Separation } from '../../model/evaluation.ts';
import { densities, type Mark } from '../charts/densities.ts';
import { histogram } from '../charts/histogram.ts';
import { type Html, html } from '../html.ts';
import { measureLink } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, table } from '../table.ts';

const QUANTILES = ['min', 'p05', 'p25', 'median', 'p75', 'p95', 'max', 'mean'] as const satisfies readonly (keyof ScoreSummary)[];
const HEADS: Readonly<Record<(typeof QUANTILES)[number], string>> = {
  min: 'Minimum',
  p05: '5 %',
  p25: '25 %',
  median: 'Median',
  p75: '75 %',
  p95: '95 %',
  max: 'Maximum',
  mean: 'Mean',
};

interface Sample {
  readonly name: string;
  readonly summary: ScoreSummary;
}

function summaries(title: string, shift: Pick<ScoreShift, 'old' | 'new'>): Html {
  const samples: Sample[] = [
    { name: 'Old', summary: shift.old },
    { name: 'New', summary: shift.new },
  ];
  return table<Sample>(
    `Quantiles: ${title}`,
    [
      { head: 'Side', rowHead: true, cell: ({ name }) => name },
      ...QUANTILES.map((key) => ({ head: HEADS[key], numeric: true, cell: ({ summary }: Sample) => decimal(summary[key]) })),
      { head: 'Scores', numeric: true, cell: ({ summary }) => count(summary.n) },
    ],
    samples,
  );
}

function shiftBlock(evaluation: Evaluation, shift: ScoreShift): Html {
  const distances = Object.entries(shift.distances).map(
    ([id, value], i) => html`${i > 0 && ' · '}${measureLink(evaluation, id)} <span class="nowrap">${decimal(value)}</span>`,
  );
  return html`<h3>${shift.title}</h3>${histogram(shift)}${summaries(shift.title, shift)}<p>Distance between the two: ${distances}</p>`;
}

/** How well a score tells relevant from other, old against new; nothing without judgements. */
function separationBlock(evaluation: Evaluation): Html | null {
  if (evaluation.separation.length === 0) return null;
  const rows = table<Separation>(
    'Relevant against other pairs: AUC',
    [
      { head: 'Pairs', rowHead: true, cell: ({ title }) => title },
      { head: 'Old', numeric: true, cell: ({ old }) => decimal(old.auc) },
      { head: 'New', numeric: true, cell: (row) => decimal(row.new.auc) },
      { head: 'Relevant pairs, new', numeric: true, cell: (row) => count(row.new.relevant) },
      { head: 'Other pairs, new', numeric: true, cell: (row) => count(row.new.other) },
    ],
    evaluation.separation,
  );
  return html`<h3>Telling relevant from other</h3><p>${measureLink(evaluation, 'auc')}: the chance that a relevant pair scores above another one. It is blind to the scale of scores, so the two versions compare.</p>${rows}`;
}

function marginBlock(evaluation: Evaluation): Html | null {
  if (evaluation.margin === null) return null;
  return html`<h3>Lead of the first result</h3><p>${measureLink(evaluation, 'topMargin')}: how far the first result stands above the second. A new version that spreads its scores more has larger margins without being surer.</p>${summaries('lead of the first result', evaluation.margin)}`;
}

/** Thresholds on query–document scores: what is in force under the old version, what it means or would be under the new one. */
function marksOf({ consumers }: Evaluation): Mark[] {
  return (
    consumers
      // Only cosines stand on this axis.
      .filter(({ consumer }) => consumer.pairs === 'query-document' && consumer.scale === undefined)
      .flatMap(({ consumer: { name, threshold }, translated, accepted }): Mark[] => [
        { side: 'old', value: threshold, name, proposed: false },
        ...(accepted === null ? [] : [{ side: 'new' as const, value: accepted.threshold, name: `${name}, accepted`, proposed: false }]),
        ...(accepted !== null || translated === null
          ? []
          : [{ side: 'new' as const, value: translated.threshold, name: `${name}, translated`, proposed: true }]),
        ...(accepted !== null ? [] : [{ side: 'new' as const, value: threshold, name: `${name}, old value`, proposed: true }]),
      ])
  );
}

function densityBlock(evaluation: Evaluation): Html | null {
  const find = (id: string): ScoreShift | undefined => evaluation.scores.find((shift) => shift.id === id);
  const [relevant, other] = [find('relevant'), find('other')];
  if (relevant === undefined || other === undefined) return null;
  const marks = marksOf(evaluation);
  const lines =
    marks.length > 0 &&
    html` Upright lines are thresholds of <a href="#consumers">consumers</a> of query–document scores${marks.some(({ proposed }) => proposed) && '; a dashed one is not in force'}.`;
  const caption = html`Green: judged relevant pairs. Grey, dashed: other pairs. Each curve has the same area.${lines}`;
  const picture = densities(relevant, other, marks, caption);
  const title = `Relevant and other pairs${marks.length > 0 ? ', and the thresholds between them' : ''}`;
  return picture === null ? null : html`<h3>${title}</h3>${picture}`;
}

/** Kinds of score that stand open; the first result's says most. */
const OPEN = 1;

export const scores: Section = {
  id: 'scores',
  title: 'Scores',
  render: ({ evaluation }) => {
    if (evaluation.scores.length === 0) return html`<p>Scores were not compared.</p>`;
    const [first, rest] = [evaluation.scores.slice(0, OPEN), evaluation.scores.slice(OPEN)];
    return html`<p>Scores of two versions live on different scales: a fixed threshold means something else after the bump. That a distribution moved is no loss of quality; what it does to each consumer stands under <a href="#consumers">consumers</a>. Pairs of one query depend on each other, so there are no p-values.</p>${densityBlock(evaluation)}${separationBlock(evaluation)}${marginBlock(evaluation)}${first.map((shift) => shiftBlock(evaluation, shift))}${
      rest.length > 0 &&
      fold(
        `${rest.length} more kinds of score`,
        rest.map((shift) => shiftBlock(evaluation, shift)),
        'on-screen',
      )
    }`;
  },
};
