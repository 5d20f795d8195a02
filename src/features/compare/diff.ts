import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import { sampleWithout, seededRandom } from '../../core/random.ts';
import { readQrels } from '../../dataset/qrels.ts';
import { scoreShift } from '../../measure/score-shift.ts';
import type { Qrels } from '../../model/dataset.ts';
import type { SidedColumn } from '../../model/evaluation.ts';
import type { ScoreSummary } from '../../model/scores.ts';
import type { RankedList, Run } from '../../model/search.ts';
import type { VectorSet } from '../../model/vectors.ts';
import type { Side } from '../../model/version.ts';
import { listOf } from '../../run/measuring/measure-list.ts';
import { measureRuns } from '../../run/measuring/runs.ts';
import { readRankedRun, type ScoreKind } from '../../search/ranked-run.ts';
import { SEARCH_ENGINES } from '../../search/registry.ts';
import { toRun } from '../../search/run-table.ts';
import { holdsVectors, readVectors, rowsOf, type SharedVectors, shared } from './diff-input.ts';
import { type PairedValues, pairedValues } from './values.ts';

/** Two files to look at. Paths are absolute. */
export interface DiffOptions {
  readonly old: string;
  readonly new: string;
  /** Ids of `.npy` files, one a line, the same for both; null numbers the rows. */
  readonly ids: string | null;
  /** Vectors of the same queries under either version; null asks with documents. */
  readonly queries: { readonly [S in Side]: string } | null;
  /** Ids of `.npy` files of queries. */
  readonly queryIds: string | null;
  /** Judgements, for quality; null where there are none. */
  readonly qrels: string | null;
  /** What the score columns of runs hold; similarities unless given. */
  readonly scores?: { readonly [S in Side]: ScoreKind };
  /** Neighbours that are compared. */
  readonly k: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** What a first look finds. */
export interface Difference {
  readonly kind: 'vectors' | 'runs';
  /** Of vectors only. */
  readonly vectors:
    | (Omit<SharedVectors, 'old' | 'new'> & {
        readonly shared: number;
        readonly dimensions: { readonly [S in Side]: number };
      })
    | null;
  /** Lists that were compared. */
  readonly asked: { readonly lists: number; readonly by: 'queries' | 'documents'; readonly k: number };
  /** Mean overlap@k, and what two versions that know nothing of each other would share (null where that can't be known). */
  readonly overlap: { readonly mean: number; readonly chance: number | null };
  /** Share of lists with another first result. */
  readonly topChange: number;
  /** Scores of the first results. */
  readonly topScores: { readonly [S in Side]: ScoreSummary };
  /** Measure → means and paired difference over judged queries; empty without judgements. */
  readonly quality: Readonly<Record<string, { readonly [S in Side]: number } & { readonly paired: PairedValues }>>;
}

/** Documents that stand for queries where there are none. */
const PROBES = 500;

interface Asked {
  readonly runs: { readonly [S in Side]: Run };
  readonly by: Difference['asked']['by'];
  readonly chance: number | null;
  readonly vectors: Difference['vectors'];
}

/**
 * Compares two files of vectors of the same documents, or two TREC runs, with no configuration: what a change would move.
 * Neighbours are exact, by cosine. Without queries, a sample of documents asks, and none is in the list that it asks for.
 * @throws CutoverError DIFF_UNLIKE for a run beside vectors; DIFF_EMPTY, DIFF_APART; DIFF_UNJUDGED where the judgements are of other
 *   queries; whatever is wrong with a file
 * @example const { overlap } = await diffFiles({ old: 'old.npy', new: 'new.npy', k: 10, … }); // overlap.mean of 0.41
 */
export async function diffFiles(options: DiffOptions): Promise<Difference> {
  if (holdsVectors(options.old) !== holdsVectors(options.new))
    throw new CutoverError('DIFF_UNLIKE', { old: options.old, new: options.new });
  const asked = holdsVectors(options.old) ? await askVectors(options) : await readRuns(options);
  const ids = [...new Set([...asked.runs.old.keys(), ...asked.runs.new.keys()])].sort(byCodeUnits);
  const qrels = options.qrels === null ? null : await judgements(options.qrels, ids);
  return { ...measured(asked, ids, qrels, options), vectors: asked.vectors, kind: asked.vectors === null ? 'runs' : 'vectors' };
}

async function readRuns({ old: before, new: after, scores }: DiffOptions): Promise<Asked> {
  const runs = { old: (await readRankedRun(before, scores?.old)).run, new: (await readRankedRun(after, scores?.new)).run };
  return { runs, by: 'queries', chance: null, vectors: null };
}

async function askVectors(options: DiffOptions): Promise<Asked> {
  const { old: before, new: after, ids, k } = options;
  const documents = shared(await readVectors(before, ids), await readVectors(after, ids), options);
  const count = documents.old.ids.length;
  const others = options.queries === null ? count - 1 : count;
  if (others < k) throw new CutoverError('DIFF_FEW', { count, k });
  const queries = await askers(options, documents);
  const own = options.queries === null;
  const runs = {
    old: await nearest(documents.old, queries.old, own, options),
    new: await nearest(documents.new, queries.new, own, options),
  };
  const { onlyOld, onlyNew, same } = documents;
  const dimensions = { old: documents.old.dimension, new: documents.new.dimension };
  return { runs, by: own ? 'documents' : 'queries', chance: k / others, vectors: { onlyOld, onlyNew, same, shared: count, dimensions } };
}

async function askers({ queries, queryIds, seed }: DiffOptions, documents: SharedVectors): Promise<Pick<SharedVectors, Side>> {
  if (queries !== null) return shared(await readVectors(queries.old, queryIds), await readVectors(queries.new, queryIds), queries);
  const rows = sampleWithout(seededRandom(seed, 'diff'), documents.old.ids.length, PROBES);
  return { old: rowsOf(documents.old, rows), new: rowsOf(documents.new, rows) };
}

/** Exact neighbours of each query. @param own whether queries are documents, and none may be in the list that it asks for */
async function nearest<S extends Side>(
  documents: VectorSet<S>,
  queries: VectorSet<S>,
  own: boolean,
  { k, seed, signal }: DiffOptions,
): Promise<Run> {
  const params = { limit: k, k, similarity: 'cosine', hnsw: { m: 16, efConstruction: 200, efSearch: 100 } } as const;
  const index = await SEARCH_ENGINES.exact.open(documents, params, null, { seed, signal });
  try {
    const run = toRun(await index.search(queries, own ? k + 1 : k));
    return new Map([...run].map(([id, list]) => [id, own ? without(list, id, k) : list]));
  } finally {
    await index.close();
  }
}

function without({ ids, scores }: RankedList, id: string, k: number): RankedList {
  const kept = [...ids.keys()].filter((i) => ids[i] !== id).slice(0, k);
  return { ids: kept.map((i) => ids[i] ?? ''), scores: kept.map((i) => scores[i] ?? 0) };
}

async function judgements(file: string, ids: readonly string[]): Promise<Qrels> {
  const qrels = await readQrels(file);
  if (!ids.some((id) => qrels.has(id))) throw new CutoverError('DIFF_UNJUDGED', { qrels: file });
  return qrels;
}

type Measured = Omit<Difference, 'kind' | 'vectors'>;

function measured({ runs, by, chance }: Asked, ids: readonly string[], qrels: Qrels | null, { k, seed }: DiffOptions): Measured {
  const names = qrels === null ? [] : [`nDCG@${k}`, `R@${k}`];
  const rows = qrels === null ? ids : [...new Set([...ids, ...qrels.keys()])].sort(byCodeUnits);
  const asked = { ids: rows, needs: rows };
  const { neighbours, quality } = measureRuns({ served: runs }, qrels, asked, listOf([`overlap@${k}`, 'topChange', ...names]));
  const mean = (name: string): number => neighbours[name]?.served?.mean ?? 0;
  const tops = (run: Run): number[] => [...run.values()].flatMap(({ scores }) => scores[0] ?? []);
  const { old: before, new: after } = scoreShift('top-1', 'First results', tops(runs.old), tops(runs.new));
  const columns = names.map((name) => [name, servedOf(quality as Record<string, { served?: SidedColumn }>, name)] as const);
  const { paired } = columns.length === 0 ? { paired: {} as Record<string, PairedValues> } : pairedValues(columns, rows, seed);
  return {
    asked: { lists: ids.length, by, k },
    overlap: { mean: mean(`overlap@${k}`), chance },
    topChange: mean('topChange'),
    topScores: { old: before, new: after },
    quality: Object.fromEntries(
      columns.map(([name, column]) => [
        name,
        { old: column.old.mean ?? 0, new: column.new.mean ?? 0, paired: paired[name] as PairedValues },
      ]),
    ),
  };
}

function servedOf(quality: Readonly<Record<string, { readonly served?: SidedColumn }>>, name: string): SidedColumn {
  const column = quality[name]?.served;
  if (column === undefined) throw new TypeError(`${name} was not measured.`);
  return column;
}
