import { seededRandom } from '../core/random.ts';
import { isChunked } from '../dataset/parents.ts';
import type { ForecastCurve } from '../model/studies.ts';
import { simulateMixedSpaceSearch } from './forecast/mixed-space-search.ts';
import { scoreTables } from './forecast/rankings.ts';
import { routedRun } from './forecast/routed-run.ts';
import { forecastWords } from './forecast/words.ts';
import { shuffled } from './noise/shuffle.ts';
import { explainedMeasures, qualityMeans, whyNoQuality } from './quality-means.ts';
import type { Study, StudyContext } from './study.ts';

/** Shares of the documents that are backfilled. */
const SHARES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1];
/** Random orders in which documents are backfilled; each share holds those of the one before. */
const ORDERS = 5;
/** Scores and places of so many pairs are kept four times over, 8 bytes each pair. */
const MOST_PAIRS = 30_000_000;

/** Search quality while a store is half migrated: the old queries, the new ones, or both routed by tag. */
export const backfillForecast: Study<'backfillForecast'> = {
  id: 'backfillForecast',
  title: 'Half-done migration',
  inputs: ({ policy }) => [explainedMeasures(policy)[0]?.name, SHARES, ORDERS],
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
    const sides = { old: await context.sides.old.vectors(), new: await context.sides.new.vectors() };
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
    const { k, similarity } = context.config.search;
    const how = { k, tables: scoreTables(similarity) };
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
async function pause({ signal }: StudyContext): Promise<void> {
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
