import type { NotApplicable } from '../core/absence.ts';
import { seededRandom, shuffled } from '../core/random.ts';
import { isChunked } from '../dataset/parents.ts';
import { openColumns } from '../measure/open-columns.ts';
import { qualityColumns } from '../measure/quality-columns.ts';
import type { MeasureName } from '../model/metric.ts';
import type { Rankings } from '../model/search.ts';
import type { Way } from '../model/studies.ts';
import type { VectorSet } from '../model/vectors.ts';
import { prepareVectors } from '../search/prepared.ts';
import { emptyRankings, rankCandidates } from '../search/rescore.ts';
import { firstOf, toRun } from '../search/run-table.ts';
import { exactRun } from './answers.ts';
import { routedRun } from './backfill-forecast.ts';
import { MOST_PAIRS } from './forecast/rankings.ts';
import { type Shared, sharedOf } from './forecast/shared.ts';
import { explainedMeasures, whyNoQuality } from './quality-means.ts';
import type { Study, StudyContext, VersionVectors } from './study.ts';
import { BRIDGES, bridgesTried, crossFitted, LEAST_PAIRS, type Vectors } from './ways/bridges.ts';

/** Documents above which no bridge is measured: the old ones are mapped whole. */
const MOST_DOCUMENTS = 200_000;
/** Candidates of a rescoring, as multiples of what is served. */
const CANDIDATES = [2, 5];
/** Shares of new documents that are tried for the worst moment in place. */
const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9];

type Found = Omit<Way, 'values' | 'open'> & { readonly rankings: Rankings };

/**
 * What each way from the old version to the new one finds, on exact neighbours, from vectors that are there. No judgement takes part in a
 * fit, and no document is mapped by a bridge that was fitted on it: each half of the documents is mapped by one fitted on the other.
 */
export const ways: Study<'ways'> = {
  id: 'ways',
  title: 'Ways to the new version',
  inputs: ({ policy, search }) => [explainedMeasures(policy, search.limit).map(({ name }) => name), CANDIDATES, BRIDGES, SHARES],
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
    const vectors = await sharedOf(context);
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

/** Every bridge that is tried: each half of the documents is carried over by one fitted on the other half. */
async function bridges(context: StudyContext, vectors: Vectors): Promise<Found[]> {
  const tried = bridgesTried(vectors);
  const found: Found[] = [];
  for (const { method, pairs } of tried) {
    context.console.progress({ task: 'fitting bridges', done: found.length, total: tried.length, unit: 'bridges' });
    context.signal.throwIfAborted();
    const mapped = inNewSpace(vectors, await crossFitted(context, vectors, { method, pairs }));
    const rankings = await exactRun(context, mapped, context.config.search.limit);
    found.push({ id: `bridge-${method}-${pairs}`, kind: 'bridge', setting: pairs, method, toEmbed: pairs, vectors: 1, rankings });
  }
  return found;
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
function inPlace({ config, dataset }: StudyContext, { old, new: fresh, tables }: Shared, [measure]: readonly MeasureName[]): Found[] {
  const total = old.documents.ids.length;
  const filters = dataset.queries.some(({ filter }) => filter !== undefined) || dataset.excludeSelf === true;
  if (measure === undefined || filters || total < LEAST_PAIRS || total * old.queries.ids.length > MOST_PAIRS) return [];
  const run = routedRun(old, fresh, { k: config.search.limit, tables });
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
