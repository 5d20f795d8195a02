import { isNotApplicable } from '../../core/absence.ts';
import type { Evaluation, Geometry, NeighbourGraph } from '../../model/evaluation.ts';
import { type Html, html } from '../html.ts';
import { measureLink, quoted, saying } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { fold, table } from '../table.ts';

type Between = readonly [id: string, value: number | null];
type Within = readonly [id: string, values: Geometry['within'][string]];
type Cluster = NeighbourGraph['clusters'][number];

function graphBlock(graph: NeighbourGraph): Html {
  const { jaccard, clusters } = graph;
  const quantiles = [
    ['5 %', jaccard.p05],
    ['25 %', jaccard.p25],
    ['Median', jaccard.median],
    ['75 %', jaccard.p75],
    ['95 %', jaccard.p95],
    ['Mean', jaccard.mean],
  ] as const;
  const summary = table<NeighbourGraph>(
    `Shared nearest documents, over ${count(jaccard.n)} documents`,
    quantiles.map(([head, value]) => ({ head, numeric: true, cell: () => decimal(value) })),
    [graph],
  );
  const byTopic = table<Cluster>(
    'Shared nearest documents by topic cluster, lowest first',
    [
      { head: 'Typical words', rowHead: true, cell: ({ name }) => quoted(name, 120) },
      { head: 'Documents', numeric: true, cell: ({ documents }) => count(documents) },
      { head: 'Mean', numeric: true, cell: ({ mean }) => decimal(mean) },
    ],
    clusters,
  );
  return html`<h3>Neighbours among documents</h3><p>For each document, which of its ${count(graph.k)} nearest documents stay its nearest (Jaccard similarity of both sets). Low throughout means that the whole graph changed, as between unrelated models; low in one topic means that the change is there.</p>${summary}${clusters.length > 0 && fold('By topic of the documents', byTopic, 'on-screen')}`;
}

function shapeBlock(evaluation: Evaluation, geometry: Geometry): Html {
  const within = table<Within>(
    `Each space by itself, over ${count(geometry.documents)} documents`,
    [
      { head: 'Measure', rowHead: true, cell: ([id]) => measureLink(evaluation, id) },
      { head: 'What it says', cell: ([id]) => saying(evaluation, id) },
      { head: 'Old', numeric: true, cell: ([, { old }]) => decimal(old) },
      { head: 'New', numeric: true, cell: ([, values]) => decimal(values.new) },
    ],
    Object.entries(geometry.within),
  );
  const between = table<Between>(
    'The two spaces related',
    [
      { head: 'Measure', rowHead: true, cell: ([id]) => measureLink(evaluation, id) },
      { head: 'What it says', cell: ([id]) => saying(evaluation, id) },
      { head: 'Value', numeric: true, cell: ([, value]) => decimal(value) },
    ],
    Object.entries(geometry.between),
  );
  const padded = html`<p>The versions differ in dimension: Procrustes compared the smaller space padded with zeros.</p>`;
  return html`<h3>Shape of the spaces</h3>${between}${geometry.padded && padded}${within}`;
}

export const geometry: Section = {
  id: 'geometry',
  title: 'Geometry',
  render: ({ evaluation }) => {
    const { geometry: shape, graph, versions } = evaluation;
    if (versions === null) return null;
    const why = (part: string, value: Geometry | NeighbourGraph | { readonly notApplicable: string }): Html | null =>
      isNotApplicable(value) ? html`<p>${part} not measured: ${quoted(value.notApplicable, 300)}</p>` : null;
    return html`<p>How the two vector spaces are built, whatever they are searched for. It informs and decides nothing: two spaces can look alike and serve worse, or look different and serve as well.</p>
${isNotApplicable(graph) ? why('Neighbours among documents were', graph) : graphBlock(graph)}
${isNotApplicable(shape) ? why('The shape of the spaces was', shape) : shapeBlock(evaluation, shape)}`;
  },
};
