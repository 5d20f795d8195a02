import { seededRandom, shuffled } from '../core/random.ts';
import { qualityColumns } from '../measure/quality-columns.ts';
import { normalQuantile } from '../measure/stats/distributions.ts';
import { clusterStandardError, columnByNeed, columnMean, indexNeeds, pairedDifferences } from '../measure/stats/needs.ts';
import type { Harm, HarmKind } from '../model/studies.ts';
import type { VectorSet } from '../model/vectors.ts';
import { firstOf, toRun } from '../search/run-table.ts';
import { exactRun } from './answers.ts';
import { explainedMeasures, whyNoQuality } from './quality-means.ts';
import type { Study, StudyContext, VersionVectors } from './study.ts';

/** Sizes of each kind, from seldom seen to ruin. */
const SIZES: { readonly [Kind in HarmKind]: readonly number[] } = {
  noise: [0.5, 1, 2],
  dimensions: [0.75, 0.9, 0.97],
  shift: [2, 4, 8],
};
/** How often the sizes between which a usual rule begins to notice are halved. */
const HALVED = 3;
/** What rules usually allow. */
const USUAL_MARGIN = 0.02;
/** Standard errors by which a loss is above the margin where it fails in 8 of 10 cases, the error shared by two rules. */
const NOTICED = normalQuantile(0.975) + normalQuantile(0.8);
/** What a need like none seen could have gained. */
const UNSEEN = 0.5;
/** Values of all vectors above which a harmed copy takes too much memory. */
const MOST_VALUES = 100_000_000;

type Vectors = VersionVectors<'new'>;

/** What the new version would find with its vectors harmed: the gate tries whether the policy would have noticed. Nothing is embedded. */
export const harms: Study<'harms'> = {
  id: 'harms',
  title: 'Planted harm',
  inputs: ({ policy, search }) => [explainedMeasures(policy, search.limit).map(({ name }) => name), SIZES, HALVED],
  applies: ({ dataset }) => whyNoQuality(dataset),
  run: async (context) => {
    const { config, sides } = context;
    const vectors = await sides.new.vectors();
    const measures = explainedMeasures(config.policy, config.search.limit);
    const old = valuesOf(context, firstOf(sides.old.exact, config.search.limit));
    const [first = ''] = measures.map(({ name }) => name);
    const needs = indexNeeds(context.dataset.queries.map(({ need }) => need));
    const isNoticed = (values: Harm['values']): boolean => {
      const lost = columnByNeed(needs, pairedDifferences(values[first] ?? [], old[first] ?? []));
      const n = lost.needs.length;
      return n > 1 && columnMean(lost) > USUAL_MARGIN + NOTICED * clusterStandardError(lost) + UNSEEN / n;
    };
    const found: Harm[] = [];
    // A query that moves costs no copy of the corpus.
    const kinds: readonly HarmKind[] = vectors.documents.data.length > MOST_VALUES ? ['shift'] : ['noise', 'dimensions', 'shift'];
    const total = kinds.reduce((sum, kind) => sum + SIZES[kind].length + HALVED, 0);
    for (const kind of kinds) {
      const planted = new Map<number, Harm['values']>();
      const plant = async (size: number): Promise<void> => {
        context.signal.throwIfAborted();
        context.console.progress({ task: 'planting harm', done: found.length + planted.size, total, unit: 'harms' });
        planted.set(size, await harmsAt(context, vectors, { kind, size }));
      };
      for (const size of SIZES[kind]) await plant(size);
      for (let more = 0; more < HALVED; more++) await plant(turning(planted, isNoticed));
      found.push(...ascending(planted).map(([size, values]) => ({ kind, size, values })));
    }
    return { measures: measures.map(({ name }) => name), old, harms: found };
  },
};

function ascending(planted: ReadonlyMap<number, Harm['values']>): [size: number, values: Harm['values']][] {
  return [...planted].sort(([a], [b]) => a - b);
}

/** The middle between the first size from which on all are noticed and the one before; where the largest isn't, between the last two. */
function turning(planted: ReadonlyMap<number, Harm['values']>, isNoticed: (values: Harm['values']) => boolean): number {
  const steps = ascending(planted);
  const last = steps.findLastIndex(([, values]) => !isNoticed(values));
  const from = Math.min(last, steps.length - 2);
  return ((steps[from]?.[0] ?? 0) + (steps[from + 1]?.[0] ?? 0)) / 2;
}

type Searched = Pick<StudyContext, 'config' | 'dataset' | 'signal'>;

/** What the new version finds with one harm, by measure and query. */
export async function harmsAt(context: Searched, vectors: Vectors, step: Omit<Harm, 'values'>): Promise<Harm['values']> {
  return valuesOf(context, await exactRun(context, harmed(context, vectors, step), context.config.search.limit));
}

function valuesOf({ config, dataset }: Searched, rankings: Parameters<typeof toRun>[0]): Harm['values'] {
  const measures = explainedMeasures(config.policy, config.search.limit);
  const { columns } = qualityColumns(measures, toRun(rankings), dataset.qrels ?? new Map(), rankings.queryIds);
  return Object.fromEntries(measures.map(({ name }) => [name, columns[name]?.perQuery ?? []]));
}

function harmed({ config: { seed } }: Searched, { documents, queries }: Vectors, { kind, size }: Omit<Harm, 'values'>): Vectors {
  if (kind === 'shift') return { documents, queries: shifted(queries, documents, size) };
  const change = kind === 'noise' ? noisy : thinned;
  return { documents: change(documents, size, seed, 'documents'), queries: change(queries, size, seed, 'queries') };
}

/**
 * Each vector with one in a random direction beside it.
 * @param size length of what is added, over the vector's own
 */
export function noisy(set: VectorSet<'new'>, size: number, seed: number, label: string): VectorSet<'new'> {
  const { data, dimension } = set;
  const random = seededRandom(seed, `noise ${label}`);
  const harmed = new Float32Array(data.length);
  const direction = new Float64Array(dimension);
  for (let start = 0; start < data.length; start += dimension) {
    let [own, added] = [0, 0];
    for (let i = 0; i < dimension; i++) {
      // Six uniform numbers are near enough to a normal one: in many dimensions any such sum points anywhere.
      let sum = -3;
      for (let draw = 0; draw < 6; draw++) sum += random.next();
      direction[i] = sum;
      added += sum * sum;
      own += (data[start + i] ?? 0) ** 2;
    }
    const scale = added === 0 ? 0 : size * Math.sqrt(own / added);
    for (let i = 0; i < dimension; i++) harmed[start + i] = (data[start + i] ?? 0) + scale * (direction[i] ?? 0);
  }
  return { ...set, data: harmed };
}

/** Vectors that lost a share of their dimensions, the same ones in each; one that is left with nothing points anywhere. */
export function thinned(set: VectorSet<'new'>, share: number, seed: number): VectorSet<'new'> {
  const { data, dimension } = set;
  const kept = Math.max(1, Math.round((1 - share) * dimension));
  const places = shuffled(seededRandom(seed, 'dimensions'), dimension).slice(0, kept);
  const harmed = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += dimension) {
    for (const i of places) harmed[start + i] = data[start + i] ?? 0;
    if (places.every((i) => harmed[start + i] === 0)) harmed[start + (places[0] ?? 0)] = 1e-6;
  }
  return { ...set, data: harmed };
}

/** Queries moved alike, towards where the documents are on average. */
export function shifted(queries: VectorSet<'new'>, documents: VectorSet<'new'>, size: number): VectorSet<'new'> {
  const { data, dimension } = queries;
  const [from, to] = [meanOf(queries), meanOf(documents)];
  return { ...queries, data: data.map((value, i) => value + size * ((to[i % dimension] ?? 0) - (from[i % dimension] ?? 0))) };
}

function meanOf({ data, dimension, ids }: VectorSet): Float64Array {
  const mean = new Float64Array(dimension);
  data.forEach((value, i) => {
    mean[i % dimension] = (mean[i % dimension] ?? 0) + value / ids.length;
  });
  return mean;
}
