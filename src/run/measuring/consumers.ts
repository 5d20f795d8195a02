import { consumerLine } from '../../config/consumer-line.ts';
import { CutoverError } from '../../core/errors.ts';
import { withLowerBound } from '../../measure/consumers/bounded-translation.ts';
import { consumerIntervals } from '../../measure/consumers/consumer-intervals.ts';
import { consumerResult } from '../../measure/consumers/consumer-result.ts';
import { type GroupedPairs, groupedSides } from '../../measure/consumers/grouped-pairs.ts';
import { outOfSample } from '../../measure/consumers/out-of-sample.ts';
import { ascending, ascendingConsumer, asWritten, thresholdWarnings } from '../../measure/consumers/scale.ts';
import type { Consumer } from '../../model/config.ts';
import type { Dataset, Qrels } from '../../model/dataset.ts';
import type { ConsumerIntervals, ConsumerResult } from '../../model/scores.ts';
import type { Rankings } from '../../model/search.ts';
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
export function consumerResults(
  consumers: readonly Consumer[],
  sides: Sides,
  { qrels, queries }: Pick<Dataset, 'qrels' | 'queries'>,
  seed: number,
): ConsumerResult[] {
  const needs = new Map(queries.map(({ id, need }) => [id, need]));
  return consumers.map((consumer) => {
    const by: ConsumerIntervals['by'] = consumer.pairs === 'document-document' ? 'item' : 'need';
    const groupOf = (left: string): string => (by === 'need' ? (needs.get(left) ?? left) : left);
    const pairs = {
      old: pairsOf(consumer, sides.old, 'old', qrels, groupOf),
      new: pairsOf(consumer, sides.new, 'new', qrels, groupOf),
    };
    const grouped = groupedSides(pairs);
    const plain = consumerResult(ascendingConsumer(consumer), pairs.old.sample, pairs.new.sample);
    const turned = consumer.bound === 'lower' ? withLowerBound(plain, grouped, pairs.new.sample, seed) : plain;
    const intervals = consumerIntervals(turned, grouped, by, seed);
    const measured = asWritten({ ...turned, outOfSample: outOfSample(turned.consumer, grouped, seed), intervals }, consumer);
    const warnings = thresholdWarnings(measured);
    return { ...measured, ...(warnings.length === 0 ? {} : { warnings }), patch: consumerLine(measured) };
  });
}

function pairsOf(
  consumer: Consumer,
  side: SideNeighbours,
  name: string,
  qrels: Qrels | null,
  groupOf: (left: string) => string,
): GroupedPairs {
  const pairs = pairsFor(consumer, side);
  if (pairs === null || pairs.length === 0) throw new CutoverError('CONSUMER_NO_PAIRS', { name: consumer.name, side: name });
  const labelled = consumer.pairs === 'query-document' && qrels !== null;
  const existing = labelled ? relevantPairs(consumer, pairs, qrels, groupOf) : new Map<string, number>();
  return {
    sample: {
      keys: pairs.map(({ left, right }) => JSON.stringify([left, right])),
      scores: Float64Array.from(pairs, ({ score }) => ascending(consumer.scale ?? 'cosine', score)),
      labels: labelled ? Int8Array.from(pairs, (pair) => labelOf(pair, qrels)) : null,
      relevant: [...existing.values()].reduce((sum, count) => sum + count, 0),
    },
    groups: pairs.map(({ left }) => groupOf(left)),
    existing,
  };
}

function labelOf({ left, right }: Pair, qrels: Qrels): number {
  const grade = qrels.get(left)?.get(right);
  return grade === undefined ? -1 : grade >= 1 ? 1 : 0;
}

/** Relevant pairs that exist, by group; of a sample, those in the sample. */
function relevantPairs(consumer: Consumer, pairs: readonly Pair[], qrels: Qrels, groupOf: (left: string) => string): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (left: string) => counts.set(groupOf(left), (counts.get(groupOf(left)) ?? 0) + 1);
  if (consumer.among === 'all') {
    for (const pair of pairs) if (labelOf(pair, qrels) === 1) count(pair.left);
    return counts;
  }
  for (const [left, grades] of qrels) for (const grade of grades.values()) if (grade >= 1) count(left);
  return counts;
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
