import { isNotApplicable } from '../../core/absence.ts';
import type { BackfillForecast, ForecastCurve, ForecastPoint } from '../../model/studies.ts';
import { backfillChart } from '../charts/backfill.ts';
import { type Fill, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { quoted, sentence } from '../marks.ts';
import { decimal, percent } from '../number.ts';
import { fold, type TableColumn, table } from '../table.ts';

const forecastOf = ({ evaluation }: ReportInput): BackfillForecast | null => {
  const found = evaluation.studies?.backfillForecast;
  return found === undefined || isNotApplicable(found) ? null : found;
};

function column(head: string, curve: BackfillForecast['old']): TableColumn<ForecastPoint>[] {
  if (isNotApplicable(curve)) return [];
  const points: ForecastCurve = curve;
  return [{ head, numeric: true, cell: ({ share }) => decimal(points.find((point) => point.share === share)?.mean ?? null) }];
}

/** What a store finds while it holds both versions; nothing where that was not measured. */
export function halfDone(input: ReportInput): Fill {
  const study = input.evaluation.studies?.backfillForecast;
  if (study === undefined) return null;
  const forecast = forecastOf(input);
  if (forecast === null) return html`<p>Half-done migration, not measured: ${isNotApplicable(study) && quoted(study.notApplicable)}.</p>`;
  const { measure, orders, old, new: fresh, routed } = forecast;
  return html`<h3>Half-done migration</h3>
<p>${input.evaluation.redacted ? 'In words only in the full report; the figures are these.' : sentence(forecast.summary)}</p>
${isNotApplicable(old) && html`<p>Queries of one version over a mix: ${quoted(old.notApplicable)}.</p>`}
${backfillChart(forecast)}
${fold(
  'Values',
  table(
    `${measure} at each share, mean of ${orders} random orders`,
    [
      { head: 'Backfilled', rowHead: true, cell: ({ share }) => percent(share) },
      ...column('Old queries', old),
      ...column('New queries', fresh),
      ...column('Routed by tag', routed),
    ],
    routed,
  ),
  'on-screen',
)}`;
}
