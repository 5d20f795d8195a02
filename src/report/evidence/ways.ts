import { isNotApplicable } from '../../core/absence.ts';
import { directionOf } from '../../model/lookup.ts';
import type { BackfillForecast, ForecastCurve, ForecastPoint, Way, WayKind } from '../../model/studies.ts';
import type { JudgedWay } from '../../model/verdict.ts';
import type { Side } from '../../model/version.ts';
import { backfillChart } from '../charts/backfill.ts';
import { embeddingSeconds, vectorBytes } from '../cost.ts';
import { type Fill, type Html, html } from '../html.ts';
import type { ReportInput } from '../input.ts';
import { badge, difference, quoted, sentence } from '../marks.ts';
import { count, decimal, percent } from '../number.ts';
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

/** What a store finds while it holds both versions; nothing where that was not measured. */
function halfDone(input: ReportInput): Fill {
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

const NAMES: { readonly [Kind in WayKind]: (way: Way) => string } = {
  stay: () => 'Stay with the old version',
  'queries-first': () => 'New queries over the old index',
  bridge: ({ setting, method }) => `Bridge (${method}) fitted on ${count(setting ?? 0)} pairs`,
  rescore: ({ setting }) => `Old index finds ${count(setting ?? 0)}, new version orders them`,
  'in-place': ({ setting }) => `Embed again in place, routed by tag (worst: ${percent(setting ?? 0)} done)`,
  beside: () => 'Build beside and switch',
};

const serves: { readonly [Kind in WayKind]: string } = {
  stay: 'the old version',
  'queries-first': 'new queries, old vectors',
  bridge: 'new queries, old vectors carried over',
  rescore: 'both versions, one after the other',
  'in-place': 'both versions, each query twice',
  beside: 'the old version, until the switch',
};

interface Row {
  readonly way: Way;
  readonly judged: JudgedWay;
}

function rowsOf({ evaluation, verdict }: ReportInput): Row[] {
  const found = evaluation.studies?.ways;
  if (found === undefined || isNotApplicable(found)) return [];
  return (verdict.ways?.ways ?? []).flatMap((judged) => {
    const way = found.ways.find(({ id }) => id === judged.id);
    return way === undefined ? [] : [{ way, judged }];
  });
}

/** Each measure that a rule asks for, with its difference from the old version. */
function measures(input: ReportInput, rows: readonly Row[]): TableColumn<Row>[] {
  return (rows[0]?.judged.results ?? []).map(({ rule, measure }) => ({
    head: `${measure} (against today)`,
    numeric: true,
    cell: ({ judged }) => {
      const result = judged.results.find((one) => one.rule === rule);
      return result === undefined
        ? 'n/a'
        : html`${decimal(result.value)} (${difference(result.difference, directionOf(input.evaluation, measure), result.interval)})`;
    },
  }));
}

/** Documents that cost is told for: those of the data set, or of the corpus that the configuration names. */
function corpusOf({ projection, dataset }: ReportInput['evaluation']): number {
  return projection?.documents ?? dataset.documents;
}

/** Texts that a way embeds first: pairs of a bridge are as many whatever the corpus, the others go with it. */
function toEmbed({ evaluation }: ReportInput, { kind, toEmbed: own }: Way): number {
  return kind === 'bridge' ? own : Math.round((own / evaluation.dataset.documents) * corpusOf(evaluation));
}

function duration(seconds: number): string {
  if (seconds < 90) return `${decimal(seconds, seconds < 10 ? 1 : 0)} s`;
  return seconds < 5400 ? `${decimal(seconds / 60, 0)} min` : `${decimal(seconds / 3600, 1)} h`;
}

function size(bytes: number): string {
  if (bytes < 2 ** 20) return `${decimal(bytes / 1024, 0)} KiB`;
  return bytes < 2 ** 30 ? `${decimal(bytes / 2 ** 20, 1)} MiB` : `${decimal(bytes / 2 ** 30, 1)} GiB`;
}

/** Whose vectors a store holds at once. */
function held({ kind, vectors }: Way): readonly Side[] {
  if (vectors === 2) return ['old', 'new'];
  return kind === 'queries-first' ? ['old'] : ['new'];
}

/** Documents to embed first with the time that takes at the rate of this run, and what the vectors take. */
function prices(input: ReportInput): TableColumn<Row>[] {
  const { evaluation, timings } = input;
  const documents = corpusOf(evaluation);
  const takes = (texts: number): Html | false => {
    const seconds = texts === 0 ? null : embeddingSeconds(timings, 'new', texts);
    return seconds !== null && html` <span class="small">${duration(seconds)}</span>`;
  };
  const first: TableColumn<Row> = {
    head: 'Embed first',
    numeric: true,
    cell: ({ way }) => html`${count(toEmbed(input, way))}${takes(toEmbed(input, way))}`,
  };
  const storage: TableColumn<Row> = {
    head: 'Vectors take',
    numeric: true,
    cell: ({ way }) => size(documents * (vectorBytes(evaluation, held(way)) ?? 0)),
  };
  return evaluation.versions === null ? [first] : [first, storage];
}

function ranked(input: ReportInput, rows: readonly Row[]): Html {
  const cheapest = input.verdict.ways?.cheapest;
  return table<Row>(
    'Ways to the new version, on exact neighbours',
    [
      {
        head: 'Way',
        rowHead: true,
        cell: ({ way }) => html`${NAMES[way.kind](way)}${way.id === cheapest && html` <strong>← cheapest that passes</strong>`}`,
      },
      { head: 'By the policy', cell: ({ judged }) => badge(judged.outcome) },
      ...measures(input, rows),
      ...prices(input),
      { head: 'Serves meanwhile', cell: ({ way }) => serves[way.kind] },
    ],
    rows,
    'stack',
  );
}

const METHOD =
  'Every way is measured on the same queries with the vectors of this run and judged by the policy’s nonInferior rules; bounds allow for having picked one of several. ' +
  'A bridge is fitted on documents alone, each half of them mapped by one fitted on the other half. In a small corpus rescoring looks better than it is: its candidates are a large share of all documents.';

export const ways: Section = {
  id: 'ways',
  title: 'Ways to the new version',
  finding: ({ verdict }) => (verdict.ways === undefined ? 'Not judged.' : verdict.ways.summary),
  render: (input): Fill[] | null => {
    const study = input.evaluation.studies?.ways;
    const rows = rowsOf(input);
    const rest = halfDone(input);
    if (study === undefined && rest === null) return null;
    const why = study !== undefined && isNotApplicable(study) ? html`<p>Not measured: ${quoted(study.notApplicable)}.</p>` : null;
    const { projection } = input.evaluation;
    const scale =
      projection !== undefined &&
      html`<p>Documents, time and storage are for the ${count(projection.documents)} documents that the configuration names.</p>`;
    return [why, rows.length > 0 && ranked(input, rows), rows.length > 0 && html`<p>${METHOD}</p>${scale}`, rest];
  },
};
