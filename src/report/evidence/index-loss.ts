import { isNotApplicable } from '../../core/absence.ts';
import type { Evaluation, SidedColumn } from '../../model/evaluation.ts';
import { directionOf } from '../../model/lookup.ts';
import type { HnswParams } from '../../model/search.ts';
import { recallChart } from '../charts/recall.ts';
import { type Fill, html } from '../html.ts';
import { code, difference, measureTerm } from '../marks.ts';
import { boundsOf, pairOf } from '../measures.ts';
import { count, decimal } from '../number.ts';
import type { Section } from '../section.ts';
import { facts, table } from '../table.ts';

type Row = [measure: string, column: SidedColumn];
type Search = NonNullable<Evaluation['search']>;
type Fact = readonly [string, Fill];
type Served = NonNullable<NonNullable<Search['servedBy']>['new']>;

function graph({ m, efConstruction, efSearch }: HnswParams, of: string): Fact[] {
  return [[`M, efConstruction, efSearch${of}`, `${count(m)}, ${count(efConstruction)}, ${count(efSearch)}`]];
}

function database({ library, parameters }: Served, of: string): Fact[] {
  return [[`Served by${of}`, library], ...Object.entries(parameters).map(([name, value]): Fact => [`${name}${of}`, String(value)])];
}

/** Parameters of each version's index, once where both have the same: those of a graph, or what the database says of itself. */
function served({ hnsw, old = hnsw, servedBy = {} }: Search): Fact[] {
  const of = (params: HnswParams, said: Served | undefined, suffix: string) =>
    said === undefined ? graph(params, suffix) : database(said, suffix);
  const same = old === hnsw && JSON.stringify(servedBy.old) === JSON.stringify(servedBy.new);
  return same ? of(hnsw, servedBy.new, '') : [...of(hnsw, servedBy.new, ', new version'), ...of(old, servedBy.old, ', old version')];
}

function parameters(search: Search): Fill {
  const both = search.old?.engine !== undefined;
  return facts([
    [both ? 'Engine, new version' : 'Engine', code(search.engine)],
    both ? ['Engine, old version', code(search.old?.engine ?? '')] : null,
    search.reproducible === false ? ['Reproducible', 'no: built again, it may serve other neighbours'] : null,
    ['Similarity', search.similarity],
    ['Neighbours kept (k)', count(search.kUsed)],
    ...served(search),
  ]);
}

export const indexLoss: Section = {
  id: 'index',
  title: 'Index',
  finding: ({ evaluation: { index } }) => {
    const [first] = Object.entries(index);
    return first === undefined
      ? 'Not measured.'
      : `${first[0]} ${decimal(first[1].old.mean)} → ${decimal(first[1].new.mean)}: what it finds of a full scan’s results.`;
  },
  render: ({ evaluation, verdict }) => {
    const rows: Row[] = Object.entries(evaluation.index);
    const sweep = evaluation.studies?.efSearchSweep;
    const measured = table<Row>(
      'Served against exact neighbours, each version by itself',
      [
        { head: 'Measure', rowHead: true, cell: ([measure]) => measureTerm(evaluation, measure) },
        { head: 'Old', numeric: true, cell: ([, { old }]) => decimal(old.mean) },
        { head: 'New', numeric: true, cell: ([, column]) => decimal(column.new.mean) },
        {
          head: 'Difference',
          numeric: true,
          cell: ([measure, column]) =>
            difference(
              pairOf(column.old.mean, column.new.mean).difference,
              directionOf(evaluation, measure),
              boundsOf(verdict, measure, 'served'),
            ),
        },
        { head: 'Queries', numeric: true, cell: ([, column]) => count(column.new.n) },
      ],
      rows,
    );
    return html`${rows.length === 0 ? html`<p>The index was not measured.</p>` : measured}${sweep !== undefined && !isNotApplicable(sweep) && recallChart(sweep)}${evaluation.search !== null && parameters(evaluation.search)}`;
  },
};
