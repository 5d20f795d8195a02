import type { Consumer } from '../../contract/config.ts';
import type { Qrels } from '../../contract/dataset.ts';
import type { ConsumerResult } from '../../contract/evaluation.ts';
import type { Rankings } from '../../contract/search.ts';
import { CutoverError } from '../../errors.ts';
import { consumerResult } from '../../metrics/consumer-result.ts';
import type { PairSample } from '../../metrics/threshold.ts';
import type { ScoredPairs } from '../../search/pair-table.ts';
import type { SideNeighbours } from './artifacts.ts';

type Sides = { readonly old: SideNeighbours; readonly new: SideNeighbours };

interface Pair {
  readonly left: string;
  readonly right: string;
  readonly score: number;
}

/**
 * What the bump does to every consumer of scores.
 * @throws CutoverError CONSUMER_NO_PAIRS where a consumer has nothing to look at, CONSUMER_UNLABELLED without judgements
 */
export function consumerResults(consumers: readonly Consumer[], sides: Sides, qrels: Qrels | null): ConsumerResult[] {
  return consumers.map((consumer) =>
    consumerResult(consumer, sampleFor(consumer, sides.old, 'old', qrels), sampleFor(consumer, sides.new, 'new', qrels)),
  );
}

function sampleFor(consumer: Consumer, side: SideNeighbours, name: string, qrels: Qrels | null): PairSample {
  const pairs = pairsFor(consumer, side);
  if (pairs === null || pairs.length === 0) throw new CutoverError('CONSUMER_NO_PAIRS', { name: consumer.name, side: name });
  const labelled = consumer.pairs === 'query-document' && qrels !== null;
  return {
    keys: pairs.map(({ left, right }) => JSON.stringify([left, right])),
    scores: Float64Array.from(pairs, ({ score }) => score),
    labels: labelled ? Int8Array.from(pairs, (pair) => labelOf(pair, qrels)) : null,
    relevant: labelled ? relevantPairs(consumer, pairs, qrels) : 0,
  };
}

function labelOf({ left, right }: Pair, qrels: Qrels): number {
  const grade = qrels.get(left)?.get(right);
  return grade === undefined ? -1 : grade >= 1 ? 1 : 0;
}

/** Relevant pairs that exist; of a sample, those in the sample. */
function relevantPairs(consumer: Consumer, pairs: readonly Pair[], qrels: Qrels): number {
  if (consumer.among === 'all') return pairs.filter((pair) => labelOf(pair, qrels) === 1).length;
  let count = 0;
  for (const grades of qrels.values()) for (const grade of grades.values()) if (grade >= 1) count++;
  return count;
}

function pairsFor(consumer: Consumer, side: SideNeighbours): Pair[] | null {
  if (consumer.among === 'all') return side.pairs[consumer.pairs] && scored(side.pairs[consumer.pairs]);
  const depth = consumer.among === 'nearest' ? 1 : consumer.k;
  if (consumer.pairs === 'query-document') return ranked(side.served, depth);
  return ranked(consumer.pairs === 'document-document' ? side.nearestDocuments : side.nearestQueries, depth);
}

function ranked(rankings: Rankings | null, depth: number): Pair[] | null {
  if (rankings === null) return null;
  const { queryIds, documentIds, k, neighbours, scores } = rankings;
  return queryIds.flatMap((left, row) => {
    const pairs: Pair[] = [];
    for (let place = row * k; place < row * k + Math.min(depth, k); place++) {
      const right = documentIds[neighbours[place] ?? -1];
      if (right !== undefined) pairs.push({ left, right, score: scores[place] ?? 0 });
    }
    return pairs;
  });
}

function scored(pairs: ScoredPairs | null): Pair[] | null {
  if (pairs === null) return null;
  const { left, right, rows, columns, scores } = pairs;
  return Array.from(scores, (score, i) => ({ left: left[rows[i] ?? -1] ?? '', right: right[columns[i] ?? -1] ?? '', score }));
}
