import { isNotApplicable } from '../../core/absence.ts';
import type { BackfillForecast, ForecastCurve, ForecastPoint } from '../../model/studies.ts';
import { backfillChart } from '../charts/backfill.ts';
import { html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { quoted, sentence } from '../marks.ts';

import { decimal, percent } from '../number.ts';
import type { Section } from '../section.ts';
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

const lowest = (curve: ForecastCurve): ForecastPoint | undefined => [...curve].sort((a, b) => a.mean - b.mean)[0];

export const halfDone: Section = {
  id: 'half-done',
  title: 'Half-done migration',
  finding: (input) => {
    const found = forecastOf(input);
    const low = found === null ? undefined : lowest(found.routed);
    if (found === null || low === undefined) return 'Not measured.';
    return `Backfilled in place and routed by tag, ${found.measure} is at its lowest ${decimal(low.mean)}, with ${percent(low.share)} done; today ${decimal(found.routed[0]?.mean ?? null)}.`;
  },
  render: (input) => {
    const study = input.evaluation.studies?.backfillForecast;
    if (study === undefined) return null;
    const forecast = forecastOf(input);
    if (forecast === null) return html`<p>Not measured: ${isNotApplicable(study) && quoted(study.notApplicable)}.</p>`;
    const { measure, orders, old, new: fresh, routed } = forecast;
    return html`<p>${input.evaluation.redacted ? 'In words only in the full report; the figures are these.' : sentence(forecast.summary)}</p>
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
  },
};
