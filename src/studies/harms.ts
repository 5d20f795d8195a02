import { seededRandom, shuffled } from '../core/random.ts';
import { qualityColumns } from '../measure/quality-columns.ts';
import type { Harm, HarmKind } from '../model/studies.ts';
import type { VectorSet } from '../model/vectors.ts';
import { firstOf, toRun } from '../search/run-table.ts';
import { exactRun } from './answers.ts';
import { explainedMeasures, whyNoQuality } from './quality-means.ts';
import type { Study, StudyContext, VersionVectors } from './study.ts';

/** Sizes of each kind, from hardly seen to ruin. */
const SIZES: { readonly [Kind in HarmKind]: readonly number[] } = {
  noise: [0.25, 0.5, 1, 2],
  dimensions: [0.5, 0.75, 0.9, 0.97],
  shift: [1, 2, 4, 8],
};
/** Values of all vectors above which a harmed copy takes too much memory. */
const MOST_VALUES = 100_000_000;

type Vectors = VersionVectors<'new'>;

/** What the new version would find with its vectors harmed: the gate tries whether the policy would have noticed. Nothing is embedded. */
export const harms: Study<'harms'> = {
  id: 'harms',
  title: 'Planted harm',
  inputs: ({ policy, search }) => [explainedMeasures(policy, search.limit).map(({ name }) => name), SIZES],
  applies: ({ dataset }) => whyNoQuality(dataset),
  run: async (context) => {
    const { config, sides } = context;
    const vectors = await sides.new.vectors();
    const measures = explainedMeasures(config.policy, config.search.limit);
    const found: Harm[] = [];
    const steps = Object.entries(SIZES).flatMap(([kind, sizes]) => sizes.map((size) => ({ kind: kind as HarmKind, size })));
    const isLarge = vectors.documents.data.length > MOST_VALUES;
    // A query that moves costs no copy of the corpus.
    const affordable = isLarge ? steps.filter(({ kind }) => kind === 'shift') : steps;
    for (const step of affordable) {
      context.signal.throwIfAborted();
      context.console.progress({ task: 'planting harm', done: found.length, total: affordable.length, unit: 'harms' });
      found.push({ ...step, values: await harmsAt(context, vectors, step) });
    }
    return {
      measures: measures.map(({ name }) => name),
      old: valuesOf(context, firstOf(sides.old.exact, config.search.limit)),
      harms: found,
    };
  },
};

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
