import type { NotApplicable } from '../../core/absence.ts';
import { seededRandom, shuffled } from '../../core/random.ts';
import { documentText } from '../../dataset/corpus.ts';
import { isChunked } from '../../dataset/parents.ts';
import type { Embedder, TextItem } from '../../embed/embedder.ts';
import type { RankedList, Rankings, Run } from '../../model/search.ts';
import type { NoiseSample } from '../../model/studies.ts';
import type { VectorSet } from '../../model/vectors.ts';
import type { Side } from '../../model/version.ts';
import { pairScores } from '../../search/pairs.ts';
import { exactRun } from '../answers.ts';
import type { StudyContext, VersionVectors } from '../study.ts';
import { NoiseCollector } from './sample.ts';

/** Documents embedded again, at most; more only where one query alone needs them. */
const DOCUMENTS = 256;

/** What is compared: some queries, and the rows of the documents nearest to each. */
interface Sample {
  readonly queries: readonly { readonly row: number; readonly documents: readonly number[] }[];
  /** All of these documents, ascending. */
  readonly documents: readonly number[];
}

/**
 * Exact lists of a seeded sample of queries, before and after their nearest documents (twice as many as the largest
 * cutoff) were embedded in batches of production's size, in random company. Further documents are taken to stay behind.
 */
export async function batchNoise(context: StudyContext, side: Side, cutoffs: readonly number[]): Promise<NoiseSample | NotApplicable> {
  const { batchSize } = context.config.production;
  if (isChunked(context.dataset))
    return { notApplicable: 'documents are chunked, and the noise of batches is measured on whole ones only' };
  if (batchSize === null) return { notApplicable: 'the configuration names no `production.batchSize`' };
  if (context.sides[side].version.decides.dtype !== 'q8')
    return { notApplicable: 'its weights are not quantised, so a vector does not depend on its neighbours in a batch' };
  const embedder = await context.sides[side].open();
  try {
    if (embedder.embedTogether === undefined) return { notApplicable: 'its embedder takes no batches' };
    const vectors = await context.sides[side].vectors();
    const depth = 2 * Math.max(...cutoffs);
    const { exact } = context.sides[side];
    const lists = exact.k >= Math.min(depth, exact.documentIds.length) ? exact : await exactRun(context, vectors, depth);
    const sample = sampleOf(lists, depth, context.config.seed);
    const batched = await embedBatched(context, embedder, sample, vectors.documents, batchSize);
    return compare(context, lists, sample, vectors, batched, cutoffs);
  } finally {
    await embedder.close();
  }
}

/** Queries in random order, as many as the documents allow. */
function sampleOf({ queryIds, k, neighbours }: Rankings, depth: number, seed: number): Sample {
  const documents = new Set<number>();
  const queries: { row: number; documents: number[] }[] = [];
  for (const row of shuffled(seededRandom(seed, 'batch-queries'), queryIds.length)) {
    const own = [...neighbours.subarray(row * k, row * k + Math.min(depth, k))].filter((document) => document >= 0);
    const more = own.filter((document) => !documents.has(document));
    if (queries.length > 0 && documents.size + more.length > DOCUMENTS) break;
    for (const document of more) documents.add(document);
    queries.push({ row, documents: own });
  }
  return { queries, documents: [...documents].sort((a, b) => a - b) };
}

async function embedBatched<S extends Side>(
  { config, dataset, console, signal, sides }: StudyContext,
  embedder: Embedder,
  sample: Sample,
  set: VectorSet<S>,
  batchSize: number,
): Promise<VectorSet<S>> {
  const { dimension } = set;
  const data = new Float32Array(sample.documents.length * dimension);
  const order = shuffled(seededRandom(config.seed, 'batches'), sample.documents.length);
  const task = `embedding ${sides[set.side].version.id} in batches of ${batchSize}`;
  let done = 0;
  const embedBatch = async (places: readonly number[]): Promise<void> => {
    const items = places.flatMap((place): TextItem[] => {
      const document = dataset.documents[sample.documents[place] ?? -1];
      return document === undefined ? [] : [{ id: document.id, text: documentText(document) }];
    });
    for (const { index, vector } of (await embedder.embedTogether?.(items, 'document', signal)) ?? [])
      data.set(vector, (places[index] ?? 0) * dimension);
    done += places.length;
    console.progress({ task, done, total: order.length, unit: 'texts' });
  };
  const batches = Array.from({ length: Math.ceil(order.length / batchSize) }, (_, i) => order.slice(i * batchSize, (i + 1) * batchSize));
  const lane = async (): Promise<void> => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) await embedBatch(batch);
  };
  await Promise.all(Array.from({ length: config.workers }, lane));
  return { ...set, ids: sample.documents.map((row) => set.ids[row] ?? ''), data };
}

function compare(
  { config }: StudyContext,
  lists: Rankings,
  sample: Sample,
  vectors: VersionVectors<Side>,
  batched: VectorSet<Side>,
  cutoffs: readonly number[],
): NoiseSample {
  const place = new Map(sample.documents.map((document, i) => [document, i]));
  const pairs = sample.queries.flatMap(({ row, documents }) => documents.map((document) => [row, place.get(document) ?? -1] as const));
  const scores = pairScores(
    vectors.queries,
    batched,
    { rows: Int32Array.from(pairs, ([row]) => row), columns: Int32Array.from(pairs, ([, column]) => column) },
    config.search.similarity,
  );
  const [before, after] = [new Map<string, RankedList>(), new Map<string, RankedList>()];
  const differences: number[] = [];
  let at = 0;
  for (const { row, documents } of sample.queries) {
    const id = lists.queryIds[row] ?? '';
    const own = [...scores.subarray(at, at + documents.length)];
    at += documents.length;
    for (const [rank, score] of own.entries()) differences.push(score - (lists.scores[row * lists.k + rank] ?? 0));
    before.set(id, listOf(lists, documents, [...documents.keys()]));
    after.set(id, listOf(lists, documents, rankedBy(own, documents)));
  }
  const noise = new NoiseCollector(cutoffs);
  noise.add(before satisfies Run, after satisfies Run, differences);
  return noise.sample();
}

/** Places by score, high to low; ties by document, high to low, as in every search. */
function rankedBy(scores: readonly number[], documents: readonly number[]): number[] {
  return [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || (documents[b] ?? 0) - (documents[a] ?? 0));
}

function listOf({ documentIds }: Rankings, documents: readonly number[], order: readonly number[]): RankedList {
  return { ids: order.map((i) => documentIds[documents[i] ?? -1] ?? ''), scores: [] };
}
