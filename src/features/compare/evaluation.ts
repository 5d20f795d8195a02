import { basename } from 'node:path';
import { byCodeUnits } from '../../core/order.ts';
import { contentHashes, sealFacts } from '../../dataset/hashes.ts';
import { silenceOf } from '../../dataset/silence.ts';
import { parseMetric } from '../../measure/measure-name.ts';
import { topMargin } from '../../measure/metrics/margin/topMargin.ts';
import { auc } from '../../measure/metrics/separation/auc.ts';
import { scoreShift, scoreSummary } from '../../measure/score-shift.ts';
import type { Dataset, Document } from '../../model/dataset.ts';
import type { Evaluation, NotApplicable } from '../../model/evaluation.ts';
import type { Policy } from '../../model/policy.ts';
import type { ScoreShift, ScoreSummary, SeparationSide } from '../../model/scores.ts';
import type { Rankings, Run } from '../../model/search.ts';
import { CUTOVER_VERSION } from '../../project/workspace.ts';
import { type MeasureList, metadataOf } from '../../run/measuring/measure-list.ts';
import { shownLists } from '../../run/measuring/shown.ts';
import { type Compared, hasRelevant } from './input.ts';

/** Results of each list that separation looks at. */
const TOP = 10;

/** Which of a run's results, by rank from 1 and relevance. */
type Wanted = (rank: number, relevant: boolean) => boolean;

function scoresOf(run: Run, { qrels }: Compared, wanted: Wanted): number[] {
  return [...run].flatMap(([query, list]) => {
    const grades = qrels.get(query);
    return Array.from(list.scores).filter((_, i) => wanted(i + 1, (grades?.get(list.ids[i] ?? '') ?? 0) >= 1));
  });
}

/** Scores by rank and by relevance; kinds that one of the runs has none of are left out. */
function rankedShifts(compared: Compared): ScoreShift[] {
  const kinds: readonly [id: string, title: string, wanted: Wanted][] = [
    ['top-1', 'Score of the first result', (rank) => rank === 1],
    ['rank-10', 'Score of the tenth result', (rank) => rank === 10],
    ['rank-50', 'Score of the fiftieth result', (rank) => rank === 50],
    ['relevant', 'Score of relevant results', (_, relevant) => relevant],
    ['other', 'Score of other results', (_, relevant) => !relevant],
  ];
  const { old: before, new: after } = compared.runs;
  return kinds.flatMap(([id, title, wanted]) => {
    const samples = [scoresOf(before.run, compared, wanted), scoresOf(after.run, compared, wanted)] as const;
    return samples.some((sample) => sample.length === 0) ? [] : [scoreShift(id, title, ...samples)];
  });
}

/** How well scores tell relevant results from others among the first ten; empty where a run has only one kind. */
function resultSeparation(compared: Compared): Evaluation['separation'] {
  const side = (run: Run): SeparationSide | null => {
    const relevant = scoresOf(run, compared, (rank, isRelevant) => rank <= TOP && isRelevant);
    const other = scoresOf(run, compared, (rank, isRelevant) => rank <= TOP && !isRelevant);
    if (relevant.length === 0 || other.length === 0) return null;
    return { relevant: relevant.length, other: other.length, auc: auc.compute(relevant, other) };
  };
  const [before, after] = [side(compared.runs.old.run), side(compared.runs.new.run)];
  if (before === null || after === null) return [];
  return [{ id: 'results', title: 'Relevant against other results among the first ten', old: before, new: after }];
}

/** First result's score less the second's, over all queries of a run; null where a run has no list of two. */
function topMargins({ runs }: Compared): Evaluation['margin'] {
  const side = (run: Run): ScoreSummary | null => {
    const margins = [...run.values()].flatMap(({ scores }) => topMargin.compute(scores) ?? []);
    return margins.length === 0 ? null : scoreSummary(margins);
  };
  const [before, after] = [side(runs.old.run), side(runs.new.run)];
  return before === null || after === null ? null : { old: before, new: after };
}

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
    dataset: {
      name: dataset.name,
      licence: null,
      ...sealFacts(dataset).counts,
      hashes: dataset.hashes,
      ...(dataset.silence === undefined ? {} : { silence: dataset.silence }),
      warnings: dataset.warnings,
    },
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
  const silence = silenceOf(qrels, null);
  return {
    name,
    folder: '',
    licence: null,
    documents,
    queries,
    qrels,
    hashes,
    ...(silence === null ? {} : { silence }),
    sliceFields: [],
    notes: [],
    warnings: [BY_ID, ...warnings],
  };
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
