import { basename } from 'node:path';
import { byCodeUnits } from '../../core/order.ts';
import { contentHashes, sealFacts } from '../../dataset/hashes.ts';
import { parseMetric } from '../../measure/measure-name.ts';
import type { Dataset, Document } from '../../model/dataset.ts';
import type { Evaluation, NotApplicable, ScoreShift } from '../../model/evaluation.ts';
import type { Policy } from '../../model/policy.ts';
import type { Rankings, Run } from '../../model/search.ts';
import { CUTOVER_VERSION } from '../../project/workspace.ts';
import { type MeasureList, metadataOf } from '../../run/measuring/measure-list.ts';
import { shownLists } from '../../run/measuring/shown.ts';
import { type Compared, hasRelevant } from './input.ts';
import { rankedShifts, resultSeparation, topMargins } from './scores.ts';

/** Results of each list that go into the evaluation for reading. */
const SHOWN = 10;

const BY_ID =
  'Only runs were compared: queries and documents are known by their ids, and the hashes of corpus and queries are those of the ids.';

const NO_VECTORS: NotApplicable = { notApplicable: 'only runs were compared, and there are no vectors.' };

type Columns = Pick<Evaluation, 'quality' | 'neighbours'>;

/** What else goes into the evaluation of two runs. */
export interface RunsMeasured {
  readonly qrelsFile: string;
  readonly list: MeasureList;
  readonly columns: Columns;
  readonly shift: ScoreShift;
  readonly policy: Policy | null;
  readonly seed: number;
}

/** The evaluation of two runs: served neighbours only, no versions, no index, no consumers, no slices. */
export function runsEvaluation(compared: Compared, measured: RunsMeasured): Evaluation {
  const { list, columns, shift, policy, seed } = measured;
  const dataset = datasetOf(compared, measured.qrelsFile);
  // Without anything relevant every version is at 0, and a rule must not pass on that.
  const measurable = hasRelevant(compared.qrels);
  return {
    kind: 'cutover.evaluation',
    schemaVersion: 1,
    cutoverVersion: CUTOVER_VERSION,
    seed,
    dataset: { name: dataset.name, licence: null, ...sealFacts(dataset).counts, hashes: dataset.hashes, warnings: dataset.warnings },
    versions: null,
    search: null,
    metrics: metadataOf(measurable ? list : { ...list, quality: [] }),
    queries: queryTable(dataset),
    quality: measurable ? columns.quality : { notApplicable: 'no judged query has a relevant document.' },
    neighbours: columns.neighbours,
    index: {},
    scores: [shift, ...rankedShifts(compared)],
    separation: resultSeparation(compared),
    margin: topMargins(compared),
    consumers: [],
    rerankers: [],
    slices: [],
    geometry: NO_VECTORS,
    graph: NO_VECTORS,
    values: unknownValues(policy),
    shown: shownOf(compared, dataset),
  };
}

/** A data set of ids alone; a query's text is its id, so that a report can show which one it is. */
function datasetOf({ qrels, runs, queryIds, warnings }: Compared, qrelsFile: string): Dataset {
  const listed = [...runs.old.run.values(), ...runs.new.run.values()].flatMap(({ ids }) => ids);
  const judged = [...qrels.values()].flatMap((grades) => [...grades.keys()]);
  const documents: Document[] = [...new Set([...listed, ...judged])].sort(byCodeUnits).map((id) => ({ id, title: '', text: '' }));
  const queries = queryIds.map((id) => ({ id, text: id, need: id, slices: {} }));
  const hashes = contentHashes(documents, queries, qrels);
  const name = basename(qrelsFile);
  return { name, folder: '', licence: null, documents, queries, qrels, hashes, sliceFields: [], warnings: [BY_ID, ...warnings] };
}

function queryTable({ queries, qrels }: Dataset): Evaluation['queries'] {
  return {
    ids: queries.map(({ id }) => id),
    needs: queries.map(({ need }) => need),
    slices: {},
    automatic: {},
    judged: queries.map(({ id }) => qrels?.has(id) ?? false),
    texts: queries.map(({ text }) => text),
  };
}

function shownOf({ runs, queryIds }: Compared, dataset: Dataset): Evaluation['shown'] {
  const rows = new Map(dataset.documents.map(({ id }, row) => [id, row]));
  const rankings = (run: Run): Rankings => {
    const neighbours = new Int32Array(queryIds.length * SHOWN).fill(-1);
    const scores = new Float32Array(neighbours.length);
    queryIds.forEach((query, row) => {
      const list = run.get(query);
      list?.ids.slice(0, SHOWN).forEach((id, rank) => {
        neighbours[row * SHOWN + rank] = rows.get(id) ?? -1;
        scores[row * SHOWN + rank] = list.scores[rank] ?? 0;
      });
    });
    return { queryIds, documentIds: [...rows.keys()], k: SHOWN, neighbours, scores };
  };
  return shownLists(dataset, { old: rankings(runs.old.run), new: rankings(runs.new.run) }, null);
}

/** Says of every figure that the policy names and two runs can't give why it is absent; a rule on it then doesn't hold. */
function unknownValues(policy: Policy | null): Record<string, NotApplicable> {
  const values: Record<string, NotApplicable> = {
    untranslatedConsumers: { notApplicable: 'only runs were compared, and no consumers are known.' },
  };
  for (const { metric } of policy?.rules ?? []) {
    const { kind, name } = parseMetric(metric);
    if (kind === 'index') values[name.name] = { notApplicable: 'only runs were compared, and no exact neighbours are known.' };
    if (kind === 'summary') values[name.name] ??= { notApplicable: 'only runs were compared, and no self-noise was measured.' };
  }
  return values;
}
