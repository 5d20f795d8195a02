import { isNotApplicable } from '../core/absence.ts';
import { seededRandom, shuffled } from '../core/random.ts';
import { grouped } from '../core/words.ts';
import { isChunked } from '../dataset/parents.ts';
import type { Rankings } from '../model/search.ts';
import type { BackfillForecast, ForecastCurve, ForecastPoint } from '../model/studies.ts';
import type { VectorSet } from '../model/vectors.ts';
import { bestWith, MOST_PAIRS, merged, rankingsOf, type Scored, type ScoreTables } from './forecast/rankings.ts';
import { sharedOf } from './forecast/shared.ts';
import { explainedMeasures, qualityMeans, whyNoQuality } from './quality-means.ts';
import type { Study, StudyContext, VersionVectors } from './study.ts';

type Curves = Pick<BackfillForecast, 'old' | 'new' | 'routed'>;

/** A way through the backfill, and where it is worst. */
interface Way {
  /** Whose queries. */
  readonly name: string;
  readonly lowest: ForecastPoint;
}

/**
 * How deep quality falls under each way through a backfill in place. Ends count: queries switched first meet old documents only, queries
 * switched last new ones only. Which way to take is judged by the policy; see the study `ways`.
 * @param queries judged ones behind each point
 */
export function forecastWords(measure: string, { old: before, new: after, routed }: Curves, queries: number): string {
  const ways = [wayOf('queries routed by tag', routed), wayOf('new queries only', after), wayOf('old queries only', before)];
  const [today, whole] = [routed[0]?.mean ?? 0, routed.at(-1)?.mean ?? 0];
  const lows = ways.flatMap((way) =>
    way === null ? [] : [`${way.lowest.mean.toFixed(3)} with ${way.name} (${Math.round(100 * way.lowest.share)} % done)`],
  );
  const ends = `Today it is ${today.toFixed(3)}, after the switch ${whole.toFixed(3)} (${grouped(queries)} judged ${queries === 1 ? 'query' : 'queries'}).`;
  return `If you backfill in place, ${measure} falls to ${lows.join(', ')}. ${ends} Score thresholds are unreliable until the switch is done.`;
}

function wayOf(name: string, curve: BackfillForecast['old']): Way | null {
  if (isNotApplicable(curve)) return null;
  return { name, lowest: curve.reduce((worst, point) => (point.mean < worst.mean ? point : worst)) };
}

/** Shares of the documents that are backfilled. */
const SHARES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1];
/** Goes up with what is written of it, so that one that lacks something is made again. */
const FORM = 2;
/** Random orders in which documents are backfilled; each share holds those of the one before. */
const ORDERS = 5;

/** Search quality while a store is half migrated: the old queries, the new ones, or both routed by tag. */
export const backfillForecast: Study<'backfillForecast'> = {
  id: 'backfillForecast',
  title: 'Half-done migration',
  inputs: ({ policy }) => [explainedMeasures(policy)[0]?.name, SHARES, ORDERS, FORM],
  applies: ({ dataset, sides }) => {
    if (sides.old.version.fingerprint === sides.new.version.fingerprint)
      return { notApplicable: 'both sides have the same vectors: nothing is migrated' };
    const pairs = dataset.documents.length * dataset.queries.length;
    if (dataset.queries.some(({ filter }) => filter !== undefined))
      return { notApplicable: 'queries have filters; the forecast is made for searches of the whole corpus' };
    if (isChunked(dataset)) return { notApplicable: 'documents are chunked; the forecast is made for whole documents only' };
    if (dataset.documents.length < 20) return { notApplicable: 'there are fewer than 20 documents' };
    if (pairs > MOST_PAIRS)
      return { notApplicable: `the scores of ${pairs} pairs of query and document take too much memory; measure it on a sample` };
    return whyNoQuality(dataset);
  },
  run: async (context) => {
    const [measure] = explainedMeasures(context.config.policy);
    if (measure === undefined) throw new TypeError('There is always a measure to explain.');
    const sides = await sharedOf(context);
    const orders = backfillOrders(context);
    const comparable = sides.old.documents.dimension === sides.new.documents.dimension;
    const score = (rankings: Parameters<typeof qualityMeans>[1]) => qualityMeans([measure], rankings, context.dataset);
    const total = SHARES.length * ORDERS * (comparable ? 3 : 1);
    let done = 0;
    const curve = async (run: ReturnType<typeof routedRun>): Promise<ForecastCurve> => {
      const points = [];
      for (const share of SHARES) {
        const values: number[] = [];
        for (const order of orders) {
          values.push(score(run(firstOf(order, share))).means[0] ?? 0);
          context.console.progress({ task: 'forecasting a half-done migration', done: ++done, total, unit: 'simulated states' });
          await pause(context);
        }
        points.push({
          share,
          mean: values.reduce((sum, value) => sum + value, 0) / values.length,
          low: Math.min(...values),
          high: Math.max(...values),
        });
      }
      return points;
    };
    const how = { k: context.config.search.k, tables: sides.tables };
    const mixed = (side: 'old' | 'new') =>
      curve(simulateMixedSpaceSearch(sides[side].queries, sides.old.documents, sides.new.documents, how));
    const curves = {
      routed: await curve(routedRun(sides.old, sides.new, how)),
      old: comparable ? await mixed('old') : UNLIKE,
      new: comparable ? await mixed('new') : UNLIKE,
    };
    const { queries } = score(context.sides.old.exact);
    return { measure: measure.name, orders: ORDERS, ...curves, summary: forecastWords(measure.name, curves, queries) };
  },
};

const UNLIKE = { notApplicable: 'the versions have other dimensions: a search across them is an error, not a bad result' };

/** Yields to the event loop, so that Ctrl-C is heard. */
export async function pause({ signal }: Pick<StudyContext, 'signal'>): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

function backfillOrders({ config, dataset }: StudyContext): number[][] {
  return Array.from({ length: ORDERS }, (_, i) => shuffled(seededRandom(config.seed, `backfill-${i}`), dataset.documents.length));
}

/** 1 for each document that is backfilled. */
function firstOf(order: readonly number[], share: number): Uint8Array {
  const backfilled = new Uint8Array(order.length);
  for (const row of order.slice(0, Math.round(share * order.length))) backfilled[row] = 1;
  return backfilled;
}

/**
 * What an index returns that holds vectors of two versions and knows no tags: scores across spaces, which mean nothing.
 * The one function that multiplies vectors of two versions; the damage is its subject.
 * @param queries of one of the two versions
 * @returns a search over one state: 1 for each document whose new vector is in the index, in order of the ids
 * @throws RangeError unless both versions have the same documents and dimension
 */
export function simulateMixedSpaceSearch(
  queries: VectorSet,
  old: VectorSet<'old'>,
  fresh: VectorSet<'new'>,
  { k, tables }: { readonly k: number; readonly tables: ScoreTables },
): (backfilled: Uint8Array) => Rankings {
  if (old.dimension !== fresh.dimension || queries.dimension !== old.dimension || old.ids.length !== fresh.ids.length)
    throw new RangeError('A mix needs the same documents and the same dimension.');
  const [before, after] = [tables(queries, old), tables(queries, fresh)];
  const depth = Math.min(k, old.ids.length);
  return (backfilled) =>
    rankingsOf(queries.ids, old.ids, depth, (row) =>
      merged(bestWith(before, row, backfilled, 0, depth), bestWith(after, row, backfilled, 1, depth), depth),
    );
}

/**
 * Each query embedded under both versions, each searched among the documents with the same tag, the two lists merged by
 * (rank − 0.5) ÷ share of the documents under that tag. Scores of two spaces can't be compared, and taking turns would
 * favour the smaller part.
 * @returns a search over one state: 1 for each document whose vector is of the new version, in order of the ids
 */
export function routedRun(
  old: VersionVectors<'old'>,
  fresh: VersionVectors<'new'>,
  { k, tables }: { readonly k: number; readonly tables: ScoreTables },
): (backfilled: Uint8Array) => Rankings {
  const both = [tables(old.queries, old.documents), tables(fresh.queries, fresh.documents)] as const;
  const total = old.documents.ids.length;
  const depth = Math.min(k, total);
  return (backfilled) => {
    const done = backfilled.reduce((sum, flag) => sum + flag, 0);
    const shares = [(total - done) / total, done / total] as const;
    // Best first: the smaller the expected rank among all documents, the higher the score.
    const list = (row: number, tag: 0 | 1): Scored[] =>
      bestWith(both[tag], row, backfilled, tag, depth).map(({ place }, rank) => ({ place, score: -(rank + 0.5) / shares[tag] }));
    return rankingsOf(old.queries.ids, old.documents.ids, depth, (row) => merged(list(row, 0), list(row, 1), depth));
  };
}
