import type { NotApplicable } from '../core/absence.ts';
import { seededRandom, shuffled } from '../core/random.ts';
import { isChunked } from '../dataset/parents.ts';
import { openColumns } from '../measure/open-columns.ts';
import { qualityColumns } from '../measure/quality-columns.ts';
import { across, type Bridge, orthogonalBridge, type Pairs, ridgeBridge } from '../measure/spaces/bridge.ts';
import type { MeasureName } from '../model/metric.ts';
import type { Rankings } from '../model/search.ts';
import type { Way } from '../model/studies.ts';
import type { VectorSet } from '../model/vectors.ts';
import { prepareVectors } from '../search/prepared.ts';
import { emptyRankings, rankCandidates } from '../search/rescore.ts';
import { firstOf, toRun } from '../search/run-table.ts';
import { exactRun } from './answers.ts';
import { pause, routedRun } from './backfill-forecast.ts';
import { MOST_PAIRS, scoreTables } from './forecast/rankings.ts';
import { explainedMeasures, whyNoQuality } from './quality-means.ts';
import type { Study, StudyContext, VersionVectors } from './study.ts';

/** Documents above which no bridge is measured: the old ones are mapped whole. */
const MOST_DOCUMENTS = 200_000;
/** Candidates of a rescoring, as multiples of what is served. */
const CANDIDATES = [2, 5];
/** Pairs that bridges are fitted on; the most that half of the documents allow is among them. */
const PAIRS = [100, 400, 1_600, 6_400];
/** Above so many dimensions bridges are fitted on few pairs only: the cost goes with the third power of the smaller of both. */
const MOST_DIMENSIONS = 1_024;
const FEW_PAIRS = 400;
/** Fewer pairs fit nothing. */
const LEAST_PAIRS = 20;
/** Documents carried over between two looks at whether to stop. */
const AT_ONCE = 4_096;
/** Shares of new documents that are tried for the worst moment in place. */
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9];

type Vectors = { readonly old: VersionVectors<'old'>; readonly new: VersionVectors<'new'> };
type Found = Omit<Way, 'values' | 'open'> & { readonly rankings: Rankings };
type Fitting = (pairs: Pairs) => Bridge;

/**
 * What each way from the old version to the new one finds, on exact neighbours, from vectors that are there. No judgement takes part in a
 * fit, and no document is mapped by a bridge that was fitted on it: each half of the documents is mapped by one fitted on the other.
 */
export const ways: Study<'ways'> = {
  id: 'ways',
  title: 'Ways to the new version',
  inputs: ({ policy, search }) => [explainedMeasures(policy, search.limit).map(({ name }) => name), CANDIDATES, PAIRS, SHARES],
  applies: ({ dataset, sides }) => {
    if (sides.old.version.fingerprint === sides.new.version.fingerprint)
      return { notApplicable: 'both sides have the same vectors: there is nowhere to go' };
    if (isChunked(dataset)) return { notApplicable: 'documents are chunked; ways are measured for whole documents only' };
    if (dataset.documents.length > MOST_DOCUMENTS)
      return {
        notApplicable: `${dataset.documents.length} documents take too much memory; measure it on a sample`,
      } satisfies NotApplicable;
    return whyNoQuality(dataset);
  },
  run: async (context) => {
    const { config, dataset, sides } = context;
    const vectors: Vectors = { old: await sides.old.vectors(), new: await sides.new.vectors() };
    const { limit } = config.search;
    const measures = explainedMeasures(config.policy, limit);
    const documents = dataset.documents.length;
    const whole = { setting: null, method: null } as const;
    const stay: Found = { ...whole, id: 'stay', kind: 'stay', toEmbed: 0, vectors: 1, rankings: sides.old.exact };
    const beside: Found = { ...whole, id: 'beside', kind: 'beside', toEmbed: documents, vectors: 2, rankings: sides.new.exact };
    const between = [
      ...(await queriesFirst(context, vectors)),
      ...(await bridges(context, vectors)),
      ...rescored(context, vectors),
      ...inPlace(context, vectors, measures),
    ];
    const all = [stay, ...between, beside].map((way) => ({ ...way, rankings: firstOf(way.rankings, limit) }));
    return {
      documents,
      measures: measures.map(({ name }) => name),
      ways: all.map((way) => measured(context, measures, way, all[0]?.rankings ?? way.rankings)),
    };
  },
};

/** Values by query, and what the unjudged could make of them where silence says nothing. */
function measured({ dataset }: StudyContext, measures: readonly MeasureName[], { rankings, ...way }: Found, before: Rankings): Way {
  const qrels = dataset.qrels ?? new Map();
  const { columns } = qualityColumns(measures, toRun(rankings), qrels, rankings.queryIds);
  const values = Object.fromEntries(measures.map(({ name }) => [name, columns[name]?.perQuery ?? []]));
  const isComplete = dataset.silence === undefined || dataset.silence.means === 'complete';
  if (isComplete || way.kind === 'stay') return { ...way, values };
  return { ...way, values, open: openColumns(measures, { old: toRun(before), new: toRun(rankings) }, qrels, rankings.queryIds) };
}

/** Old documents under the name of the new version: what a store holds whose queries were switched and whose documents weren't. */
function inNewSpace({ old, new: fresh }: Vectors, data: Float32Array): VersionVectors<'new'> {
  const { ids } = old.documents;
  const { fingerprint, dimension } = fresh.queries;
  const documents: VectorSet<'new'> = { side: 'new', fingerprint, dimension, ids, data };
  return { documents, queries: fresh.queries };
}

async function queriesFirst(context: StudyContext, vectors: Vectors): Promise<Found[]> {
  const { documents } = vectors.old;
  if (documents.dimension !== vectors.new.queries.dimension) return [];
  const rankings = await exactRun(context, inNewSpace(vectors, documents.data), context.config.search.limit);
  return [{ id: 'queries-first', kind: 'queries-first', setting: null, method: null, toEmbed: 0, vectors: 1, rankings }];
}

/**
 * Numbers of pairs that are tried, ascending.
 * @param most pairs that there are
 * @example curveOf(900) // 100, 400, 900
 */
export function curveOf(most: number): number[] {
  const [largest = most] = PAIRS.slice(-1);
  return [...PAIRS.filter((pairs) => pairs < Math.min(most, largest)), Math.min(most, largest)];
}

/** The learning curve of the rotation, and ridge regression on the most pairs. */
async function bridges(context: StudyContext, vectors: Vectors): Promise<Found[]> {
  const most = Math.floor(vectors.old.documents.ids.length / 2);
  if (most < LEAST_PAIRS) return [];
  const { documents } = vectors.old;
  const widest = Math.max(documents.dimension, vectors.new.documents.dimension);
  const curve = curveOf(widest > MOST_DIMENSIONS ? Math.min(most, FEW_PAIRS) : most);
  const found: Found[] = [];
  const add = async (method: Bridge['method'], fitting: Fitting, pairs: number) => {
    context.console.progress({ task: 'fitting bridges', done: found.length, total: curve.length + 1, unit: 'bridges' });
    context.signal.throwIfAborted();
    const mapped = inNewSpace(vectors, await crossFitted(context, vectors, fitting, pairs));
    const rankings = await exactRun(context, mapped, context.config.search.limit);
    found.push({ id: `bridge-${method}-${pairs}`, kind: 'bridge', setting: pairs, method, toEmbed: pairs, vectors: 1, rankings });
  };
  for (const pairs of curve) await add('orthogonal', orthogonalBridge, pairs);
  await add('ridge', ridgeBridge, curve.at(-1) ?? most);
  return found;
}

/** Every old document as a bridge has it that was fitted on documents of the other half. */
async function crossFitted(context: StudyContext, { old, new: fresh }: Vectors, fitting: Fitting, pairs: number): Promise<Float32Array> {
  const [from, to] = [old.documents.dimension, fresh.documents.dimension];
  const order = shuffled(seededRandom(context.config.seed, 'ways-halves'), old.documents.ids.length);
  const middle = Math.ceil(order.length / 2);
  const halves = [order.slice(0, middle), order.slice(middle)];
  const result = new Float32Array(order.length * to);
  for (const [i, half] of halves.entries()) {
    const fitted = (halves[1 - i] ?? []).slice(0, pairs);
    const bridge = fitting({ old: rowsOf(old.documents, fitted), new: rowsOf(fresh.documents, fitted), from, to });
    for (let first = 0; first < half.length; first += AT_ONCE) {
      const rows = half.slice(first, first + AT_ONCE);
      const mapped = across(bridge, rowsOf(old.documents, rows));
      rows.forEach((row, place) => {
        result.set(mapped.subarray(place * to, (place + 1) * to), row * to);
      });
      await pause(context);
    }
  }
  return result;
}

function rowsOf({ data, dimension }: VectorSet, rows: readonly number[]): Float32Array {
  const picked = new Float32Array(rows.length * dimension);
  rows.forEach((row, place) => {
    picked.set(data.subarray(row * dimension, (row + 1) * dimension), place * dimension);
  });
  return picked;
}

/** Candidates of the old index in the order of the new version. */
function rescored({ config, sides }: StudyContext, { new: fresh }: Vectors): Found[] {
  const { limit, similarity } = config.search;
  const { exact } = sides.old;
  const prepared = {
    queries: prepareVectors(fresh.queries, similarity),
    documents: prepareVectors(fresh.documents, similarity),
    dimension: fresh.documents.dimension,
  };
  return CANDIDATES.map((times) => times * limit)
    .filter((candidates) => candidates <= exact.k)
    .map((candidates) => {
      const { neighbours } = firstOf(exact, candidates);
      const lists = exact.queryIds.map((_, query) => ({
        query,
        items: neighbours.slice(query * candidates, (query + 1) * candidates).filter((row) => row >= 0),
      }));
      const rankings = emptyRankings(exact.queryIds, exact.documentIds, limit);
      rankCandidates(rankings, lists, prepared);
      const toEmbed = new Set(lists.flatMap(({ items }) => [...items])).size;
      return { id: `rescore-${candidates}`, kind: 'rescore', setting: candidates, method: null, toEmbed, vectors: 2, rankings };
    });
}

/** Both versions in one store, routed by tag, at the moment when the first measure is worst. */
function inPlace({ config, dataset }: StudyContext, { old, new: fresh }: Vectors, [measure]: readonly MeasureName[]): Found[] {
  const total = old.documents.ids.length;
  const filters = dataset.queries.some(({ filter }) => filter !== undefined) || dataset.excludeSelf === true;
  if (measure === undefined || filters || total < LEAST_PAIRS || total * old.queries.ids.length > MOST_PAIRS) return [];
  const run = routedRun(old, fresh, { k: config.search.limit, tables: scoreTables(config.search.similarity) });
  const order = shuffled(seededRandom(config.seed, 'ways-in-place'), total);
  const moments = SHARES.map((share) => {
    const done = new Uint8Array(total);
    for (const row of order.slice(0, Math.round(share * total))) done[row] = 1;
    const rankings = run(done);
    const { columns } = qualityColumns([measure], toRun(rankings), dataset.qrels ?? new Map(), rankings.queryIds);
    return { share, rankings, mean: columns[measure.name]?.mean ?? 0 };
  });
  const { share, rankings } = moments.reduce((worst, moment) => (moment.mean < worst.mean ? moment : worst));
  return [{ id: 'in-place', kind: 'in-place', setting: share, method: null, toEmbed: total, vectors: 1, rankings }];
}
