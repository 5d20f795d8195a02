import { isNotApplicable } from '../../core/absence.ts';
import type { Evaluation, SidedColumn } from '../../model/evaluation.ts';
import { directionOf } from '../../model/lookup.ts';
import type { HnswParams, ServedBy } from '../../model/search.ts';
import { recallChart } from '../charts/recall.ts';
import { html } from '../html.ts';
import { code, difference, measureLink } from '../marks.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { facts, type TableColumn, table } from '../table.ts';
import { pairOf } from '../views/measures.ts';

type Row = [measure: string, column: SidedColumn];

function graph({ m, efConstruction, efSearch }: HnswParams, of: string) {
  return [
    [`M${of}`, count(m)],
    [`efConstruction${of}`, count(efConstruction)],
    [`efSearch${of}`, count(efSearch)],
  ] as const;
}

function parameters(search: NonNullable<Evaluation['search']>) {
  return facts([
    [search.old?.engine === undefined ? 'Engine' : 'Engine, new version', code(search.engine)],
    ...(search.old?.engine === undefined ? [] : ([['Engine, old version', code(search.old.engine)]] as const)),
    ...(search.reproducible === false ? ([['Reproducible', 'no: built again, it may serve other neighbours']] as const) : []),
    ['Similarity', search.similarity],
    ['Neighbours kept (k)', count(search.kUsed)],
    ...served(search),
  ]);
}

/** Parameters of each version's index, once where both have the same: those of a graph, or what the database says of itself. */
function served({ hnsw, old = hnsw, servedBy = {} }: NonNullable<Evaluation['search']>) {
  const of = (params: HnswParams, said: ServedBy | undefined, suffix: string) =>
    said === undefined ? graph(params, suffix) : database(said, suffix);
  const same = old === hnsw && JSON.stringify(servedBy.old) === JSON.stringify(servedBy.new);
  return same ? of(hnsw, servedBy.new, '') : [...of(hnsw, servedBy.new, ', new version'), ...of(old, servedBy.old, ', old version')];
}

function database({ library, parameters }: ServedBy, of: string) {
  return [
    [`Served by${of}`, library],
    ...Object.entries(parameters).map(([name, value]) => [`${name}${of}`, String(value)] as const),
  ] as const;
}

export const indexRecall: Section = {
  id: 'index-recall',
  title: 'Index',
  render: ({ evaluation }) => {
    const rows: Row[] = Object.entries(evaluation.index);
    const columns: readonly TableColumn<Row>[] = [
      { head: 'Measure', rowHead: true, cell: ([measure]) => measureLink(evaluation, measure) },
      { head: 'Old', numeric: true, cell: ([, { old }]) => decimal(old.mean) },
      { head: 'New', numeric: true, cell: ([, column]) => decimal(column.new.mean) },
      {
        head: 'Difference',
        numeric: true,
        cell: ([measure, column]) => difference(pairOf(column.old.mean, column.new.mean).difference, directionOf(evaluation, measure)),
      },
      { head: 'Queries', numeric: true, cell: ([, column]) => count(column.new.n) },
    ];
    const sweep = evaluation.studies?.efSearchSweep;
    return html`<p>What the approximate index loses against a full scan of the same vectors, for each version by itself. It is the index’s loss, not the model’s.</p>
${rows.length === 0 ? html`<p>The index was not measured.</p>` : table('Served against exact neighbours', columns, rows)}
${sweep !== undefined && !isNotApplicable(sweep) && recallChart(sweep, measureLink(evaluation, `annRecall@${sweep.k}`))}
${evaluation.search !== null && parameters(evaluation.search)}`;
  },
};
