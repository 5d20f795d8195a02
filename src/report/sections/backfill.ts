import { isNotApplicable } from '../../core/absence.ts';
import type { BackfillForecast, ForecastPoint } from '../../model/studies.ts';
import { backfillChart } from '../charts/backfill.ts';
import { type Fill, html } from '../html.ts';
import { measureLink, quoted, sentence } from '../marks.ts';
import { decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { type TableColumn, table } from '../table.ts';

function cells(forecast: BackfillForecast): readonly TableColumn<ForecastPoint>[] {
  const column = (head: string, curve: BackfillForecast['old']): TableColumn<ForecastPoint>[] => {
    if (isNotApplicable(curve)) return [];
    const cell = ({ share }: ForecastPoint): Fill => {
      const point = curve.find((other) => other.share === share);
      return point === undefined ? '' : `${decimal(point.mean)} (${decimal(point.low)} to ${decimal(point.high)})`;
    };
    return [{ head, numeric: true, cell }];
  };
  return [
    { head: 'Backfilled', rowHead: true, cell: ({ share }) => `${Math.round(100 * share)} %` },
    ...column('Queries under old', forecast.old),
    ...column('Queries under new', forecast.new),
    ...column('Routed by tag', forecast.routed),
  ];
}

export const backfill: Section = {
  id: 'backfill',
  title: 'Half-done migration',
  render: ({ evaluation }) => {
    const forecast = evaluation.studies?.backfillForecast;
    if (forecast === undefined) return null;
    if (isNotApplicable(forecast)) return html`<p>Not measured: ${quoted(forecast.notApplicable)}.</p>`;
    const absent = isNotApplicable(forecast.old) ? forecast.old.notApplicable : null;
    return html`<p>What people find while documents are being embedded again: measured on this data set, exact neighbours, ${forecast.orders} random orders of backfilling.</p>
<p>${sentence(forecast.summary)}</p>
${absent !== null && html`<p>Queries of one version over a mix: ${quoted(absent)}.</p>`}
${backfillChart(forecast, measureLink(evaluation, forecast.measure))}
${table(`${forecast.measure} at each share: mean, least to most of ${forecast.orders} orders`, cells(forecast), forecast.routed)}`;
  },
};
