import { createHash } from 'node:crypto';
import { consumerLine } from '../../src/config/consumer-line.ts';
import type { Fingerprint, Sha256 } from '../../src/core/brand.ts';
import type { Consumer } from '../../src/model/config.ts';
import type { Column, Evaluation, SidedColumn, SliceResult, Timings, VersionRecord } from '../../src/model/evaluation.ts';
import type { MetricMeta } from '../../src/model/metric.ts';
import type { ConsumerIntervals, ConsumerResult, ScoreShift, ScoreSummary, ThresholdEffect } from '../../src/model/scores.ts';
import { ARTICLES, QUESTIONS } from './fixture-texts.ts';

/** A data set and two versions, made up; numbers are invented but agree with each other. */
export interface FixtureOptions {
  /** How far the new version falls behind on queries of the style `typo`. */
  readonly loss?: number;
  readonly warnings?: readonly string[];
  readonly judged?: boolean;
  readonly queries?: number;
  readonly accepted?: 'all' | 'none' | 'outside';
  /** Replaces every text, title and id of the data. */
  readonly hostile?: string;
}

const hex = (seed: string): string => createHash('sha256').update(seed).digest('hex');
const sha = (seed: string): Sha256 => hex(seed) as Sha256;
const STYLES = ['keywords', 'question', 'typo', 'error code'] as const;
const TOPICS = ['billing', 'sign-in', 'sync', 'sharing', 'export'] as const;

const LENGTHS = ['up to 4 words', 'more than 4 words'] as const;

/** A repeatable number in [0, 1) for a place. */
function noise(place: number): number {
  const x = Math.sin(place * 12.9898 + 4.1414) * 43758.5453;
  return x - Math.floor(x);
}

function column(perQuery: readonly (number | null)[]): Column {
  const values = perQuery.filter((value) => value !== null);
  return { mean: values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length, n: values.length, perQuery };
}

function meta(id: string, title: string, description: string, more: Partial<MetricMeta> = {}): MetricMeta {
  const source = { title: 'Järvelin & Kekäläinen 2002', doi: '10.1145/582415.582418' };
  return { id, title, description, formula: `${id} = …`, unit: '', range: [0, 1], direction: 'higher', source, ...more };
}

const METRICS: Readonly<Record<string, MetricMeta>> = {
  nDCG: meta(
    'nDCG',
    'Normalised discounted cumulative gain',
    'How much of the best possible gain the first results reach, early ranks counting more.',
    {
      formula: 'sum over ranks i of grade(i) / log2(i + 1), divided by that of the best order',
    },
  ),
  R: meta('R', 'Recall', 'Share of the relevant documents that the first results hold.'),
  Judged: meta('Judged', 'Judged share', 'Share of the first results that somebody judged; low means that quality is not to be trusted.', {
    direction: 'none',
  }),
  overlap: meta('overlap', 'Overlap', 'Share of the first k results that both versions have.', { direction: 'none' }),
  jaccard: meta('jaccard', 'Jaccard similarity', 'Shared results over all results of both lists.', { direction: 'none' }),
  rbo: meta('rbo', 'Rank-biased overlap', 'Overlap that weighs early ranks more.', { direction: 'none' }),
  topChange: meta('topChange', 'First result changed', 'Share of queries whose first result is another document.', { direction: 'none' }),
  annRecall: meta('annRecall', 'Recall of the index', 'Share of exact neighbours that the index finds, counted by score.'),
  ks: meta('ks', 'Kolmogorov–Smirnov distance', 'Largest gap between the two distribution functions.', { direction: 'none' }),
  wasserstein: meta('wasserstein', 'Wasserstein distance', 'How far scores have to be moved.', {
    direction: 'none',
    unit: 'score',
    range: [0, null],
  }),
  psi: meta('psi', 'Population stability index', 'Shift of mass between bins.', { direction: 'none', range: [0, null] }),
  untranslatedConsumers: meta(
    'untranslatedConsumers',
    'Consumers without a settled threshold',
    'Consumers whose accepted value is missing or outside its tolerance.',
    {
      direction: 'lower',
      unit: 'consumers',
      range: [0, null],
    },
  ),
};

function version(id: string, pooling: string, warnings: readonly string[]): VersionRecord {
  return {
    id,
    fingerprint: hex(id + pooling) as Fingerprint,
    verifiable: true,
    decides: {
      embedder: 'transformers',
      dtype: 'q8',
      pooling,
      normalize: true,
      maxTokens: 512,
      prefixes: { query: 'Represent this sentence for searching relevant passages: ', document: '' },
      files: { 'onnx/model_quantized.onnx': sha(id), 'tokenizer.json': sha('tokenizer') },
      runtime: { name: 'onnxruntime-node', version: '1.14.0' },
    },
    names: { model: `Xenova/${id}`, revision: 'main', folder: 'models/' },
    dimension: 384,
    warnings,
    truncated: { documents: 3, queries: 0 },
    meanTokens: { documents: 148.2, queries: 12.6 },
  };
}

function summary(center: number, width: number): ScoreSummary {
  const q = (z: number): number => center + z * width;
  return { n: 2400, mean: q(0.02), min: q(-3), p05: q(-1.6), p25: q(-0.7), median: q(0), p75: q(0.7), p95: q(1.6), max: q(2.9) };
}

function shift(id: string, title: string, old: number, fresh: number, width: number): ScoreShift {
  const edges = [...Array(41).keys()].map((i) => 0.3 + i * 0.0175);
  const bell = (center: number): number[] => {
    const raw = edges.slice(1).map((edge) => Math.exp(-(((edge - 0.009 - center) / width) ** 2) / 2));
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((value) => value / sum);
  };
  const distances = { ks: 0.8123, wasserstein: Math.abs(old - fresh), psi: 2.4671 };
  return {
    id,
    title,
    old: summary(old, width),
    new: summary(fresh, width),
    distances,
    histogram: { edges, old: bell(old), new: bell(fresh) },
  };
}

const effect = (threshold: number, passRate: number, precision: number | null): ThresholdEffect => ({
  threshold,
  passRate,
  precision,
  recall: precision === null ? null : passRate * 0.9,
  f1: precision === null ? null : 0.5312,
  judgedShare: precision === null ? null : 0.9125,
});

function consumer(
  given: Partial<Consumer> & { readonly name: string },
  accepted: FixtureOptions['accepted'],
  judged: boolean,
): ConsumerResult {
  const spec: Consumer = {
    threshold: 0.85,
    pairs: 'query-document',
    among: 'top-k',
    k: 10,
    keep: 'precision',
    tolerance: 0.02,
    usedBy: null,
    accepted: accepted === 'none' ? null : 0.68,
    ...given,
  };
  const labels = judged && spec.pairs === 'query-document';
  const measured = {
    consumer: spec,
    pairs: { old: 2400, new: 2400 },
    before: effect(spec.threshold, 0.4213, labels ? 0.6127 : null),
    unchanged: effect(spec.threshold, 0.0021, labels ? 0.9 : null),
    translated: effect(0.6812345, 0.4198, labels ? 0.6131 : null),
    whyUntranslated: null,
    accepted: accepted === 'none' ? null : effect(0.68, 0.4233, labels ? 0.6104 : null),
    withinTolerance: accepted === 'all',
    flips: { common: 1874, lost: 987, gained: 3 },
  };
  const outOfSample = { splits: 100, checks: 200, before: 0.6127, kept: 0.6085, missed: 0.18, withinTolerance: false };
  return { ...measured, outOfSample, intervals: intervalsOf(accepted !== 'none', labels), patch: consumerLine(measured) };
}

function intervalsOf(accepted: boolean, labels: boolean): ConsumerIntervals {
  const share = labels ? { lower: 0.5518, upper: 0.6679 } : null;
  const bounds = { passRate: { lower: 0.3912, upper: 0.4508 }, precision: share, recall: share };
  const facts = { confidence: 0.95, resamples: 1000, by: labels ? ('need' as const) : ('item' as const) };
  const unchanged = { passRate: { lower: 0, upper: 0.0047 }, precision: null, recall: null };
  return {
    ...facts,
    threshold: { lower: 0.6714, upper: 0.6903 },
    before: bounds,
    unchanged,
    translated: bounds,
    accepted: accepted ? bounds : null,
  };
}

/** @returns an evaluation whose means are the means of its per-query values */
export function makeEvaluation(options: FixtureOptions = {}): Evaluation {
  const { loss = 0, warnings = [], judged = true, accepted = 'all', hostile } = options;
  const n = options.queries ?? 120;
  const range = [...Array(n).keys()];
  const say = (text: string, i: number): string => (hostile === undefined ? text : `${hostile} ${i}`);
  const styles = range.map((i) => STYLES[i % STYLES.length] ?? 'keywords');
  const lengths = range.map((i) => LENGTHS[i % LENGTHS.length] ?? '');
  const topics = range.map((i) => TOPICS[i % TOPICS.length] ?? 'billing');
  const documents = ARTICLES.length;

  const quality = (level: number, jitter: number): SidedColumn => {
    const old = range.map((i) => (i % 23 === 22 ? null : Math.min(1, level + 0.5 * (noise(i) - 0.5))));
    const fresh = old.map((value, i) => {
      if (value === null) return null;
      const moved = value + jitter * (noise(i + 500) - 0.5) - (styles[i] === 'typo' ? loss : loss / 4);
      return Math.max(0, Math.min(1, i % 3 === 0 ? value : moved));
    });
    return { old: column(old), new: column(fresh) };
  };
  const columns: Record<string, { served: SidedColumn; exact: SidedColumn }> = {
    'nDCG@10': { served: quality(0.71, 0.12), exact: quality(0.712, 0.12) },
    'R@10': { served: quality(0.78, 0.1), exact: quality(0.78, 0.1) },
    'Judged@10': { served: quality(0.7, 0), exact: quality(0.7, 0) },
    'nDCG(judged_only=True)@10': { served: quality(0.73, 0.1), exact: quality(0.73, 0.1) },
  };
  const near = (low: number): { served: Column; exact: Column } => {
    const make = (offset: number) => column(range.map((i) => Math.min(1, low + Math.round(4 * noise(i + offset)) / 10)));
    return { served: make(40), exact: make(41) };
  };
  const neighbours = { 'overlap@10': near(0.5), 'jaccard@10': near(0.35), 'rbo@50': near(0.55), topChange: near(0) };

  const slice = (field: string, value: string, members: readonly number[], automatic = false): SliceResult => {
    const mean = (c: Column): number | null => column(members.map((i) => c.perQuery[i] ?? null)).mean;
    return {
      field,
      value,
      automatic,
      queries: members.length,
      needs: members.length,
      topScores: { old: summary(0.89, 0.03), new: summary(0.76, 0.03), distances: { ks: 0.9012, wasserstein: 0.1305, psi: 3.1241 } },
      quality: judged
        ? Object.fromEntries(
            Object.entries(columns).map(([name, { served, exact }]) => [
              name,
              { served: { old: mean(served.old), new: mean(served.new) }, exact: { old: mean(exact.old), new: mean(exact.new) } },
            ]),
          )
        : {},
      neighbours: Object.fromEntries(
        Object.entries(neighbours).map(([name, { served, exact }]) => [name, { served: mean(served), exact: mean(exact) }]),
      ),
    };
  };
  const members = (of: readonly string[], value: string): number[] => range.filter((i) => of[i] === value);

  return {
    kind: 'cutover.evaluation',
    schemaVersion: 1,
    cutoverVersion: '0.1.0',
    seed: 7,
    dataset: {
      name: hostile ?? 'helpdesk',
      licence: 'CC0-1.0',
      hashes: { corpus: sha('corpus'), queries: sha('queries'), qrels: judged ? sha('qrels') : null },
      documents: 1320,
      queries: n,
      needs: n,
      judgedQueries: judged ? (columns['nDCG@10']?.served.new.n ?? 0) : 0,
      judgements: judged ? 2317 : 0,
      warnings: hostile === undefined ? ['5 queries have no judgement; they are left out of quality.'] : [hostile],
    },
    versions: {
      old: version(hostile ?? 'bge-small-en', 'cls', []),
      new: version(hostile ?? 'bge-small-en-v1.5', warnings.length > 0 ? 'mean' : 'cls', warnings),
    },
    search: { limit: 10, k: 100, similarity: 'cosine', hnsw: { m: 16, efConstruction: 200, efSearch: 128 }, engine: 'hnsw', kUsed: 100 },
    metrics: METRICS,
    queries: {
      ids: range.map((i) => say(`q${String(i).padStart(3, '0')}`, i)),
      needs: range.map((i) => `n${String(i).padStart(3, '0')}`),
      slices: { style: hostile === undefined ? styles : range.map(() => hostile), topic: topics },
      automatic: { 'query length': lengths },
      judged: range.map((i) => judged && i % 23 !== 22),
      texts: range.map((i) => say(QUESTIONS[i % QUESTIONS.length] ?? '', i)),
    },
    quality: judged ? columns : { notApplicable: 'the data set has no judgements' },
    neighbours,
    index: {
      'annRecall@10': { old: column(range.map((i) => (i % 40 === 3 ? 0.9 : 1))), new: column(range.map((i) => (i % 50 === 3 ? 0.9 : 1))) },
    },
    scores: [
      shift('top-1', 'Score of the first result', 0.89, 0.76, 0.03),
      shift('rank-10', 'Score at rank 10', 0.84, 0.66, 0.025),
      ...(judged
        ? [shift('relevant', 'Scores of relevant pairs', 0.87, 0.73, 0.04), shift('other', 'Scores of other pairs', 0.82, 0.61, 0.03)]
        : []),
    ],
    consumers: [
      consumer(
        { name: hostile ?? 'rag-floor', usedBy: hostile ?? 'answer service', ...(judged ? {} : { keep: 'pass-rate' }) },
        accepted,
        judged,
      ),
      consumer({ name: 'near-duplicate', threshold: 0.95, pairs: 'document-document', among: 'nearest', keep: 'pass-rate' }, 'all', judged),
    ],
    slices: [
      ...(hostile === undefined ? STYLES.map((style) => slice('style', style, members(styles, style))) : [slice(hostile, hostile, range)]),
      ...TOPICS.map((topic) => slice('topic', topic, members(topics, topic))),
      ...LENGTHS.map((length) => slice('query length', length, members(lengths, length), true)),
    ],
    separation: judged
      ? [
          {
            id: 'results',
            title: 'Relevant against other pairs among the first 10 results',
            old: { relevant: 412, other: 788, auc: 0.6743 },
            new: { relevant: 419, other: 781, auc: 0.6944 },
          },
        ]
      : [],
    margin: { old: summary(0.012, 0.004), new: summary(0.028, 0.009) },
    rerankers: [
      {
        reranker: { name: hostile ?? 'cross-encoder', depth: 50, usedBy: hostile ?? 'answer service' },
        depthUsed: 50,
        relevant: judged
          ? {
              total: 702,
              old: 0.8123,
              new: 0.8301,
              kept: 0.9712,
              difference: { mean: 0.0178, needs: 120, confidence: 0.95, interval: { lower: 0.0021, upper: 0.0344, method: 'bca' } },
            }
          : { notApplicable: 'the data set has no relevance judgements' },
        unseen: 0.2817,
        scores: shift('candidates', 'Score of its candidates', 0.83, 0.64, 0.03),
      },
    ],
    geometry: {
      documents: 1000,
      between: { cka: 0.9848, rsa: 0.9684, procrustes: 0.2554 },
      within: { effectiveRank: { old: 214.2765, new: 211.9422 }, hubness: { old: 1.5921, new: null } },
      padded: false,
    },
    graph: { k: 10, jaccard: summary(0.76, 0.1), clusters: [{ name: hostile ?? 'table, field, import', documents: 48, mean: 0.7858 }] },
    values: {
      untranslatedConsumers: accepted === 'all' ? 0 : 1,
      'overlapLossOverNoise@10': { notApplicable: 'the noise floor was not measured' },
    },
    shown: {
      depth: 10,
      documents: {
        ids: ARTICLES.map((_, i) => say(`doc-${String(i).padStart(4, '0')}`, i)),
        titles: ARTICLES.map(([title], i) => say(title, i)),
        excerpts: ARTICLES.map(([, text], i) => say(text, i)),
      },
      lists: range.map((i) => {
        const old = [...Array(Math.min(10, documents)).keys()].map((rank) => (i + rank) % documents);
        const fresh = [...Array(Math.min(10, documents)).keys()].map((rank) => (i + ((rank * 3) % 13)) % documents);
        return { old, new: fresh, oldScores: old.map((_, r) => 0.9123 - r * 0.0071), newScores: fresh.map((_, r) => 0.7788 - r * 0.0093) };
      }),
      grades: range.map((i) =>
        judged
          ? { [i % documents]: 3, [(i + 1) % documents]: 2, [(i + 4) % documents]: 0, [(i + 15) % documents]: 2 }
          : ({} as Record<string, number>),
      ),
    },
  };
}

export const TIMINGS: Timings = {
  kind: 'cutover.timings',
  schemaVersion: 1,
  machine: { cpu: 'Example CPU @ 2.40GHz', cores: 2, memoryBytes: 8 * 2 ** 30, platform: 'linux x64', node: 'v20.20.0' },
  entries: {
    'embed.old.documents': { seconds: 15.42, items: 1320, unit: 'texts' },
    'embed.new.documents': { seconds: 15.87, items: 1320, unit: 'texts' },
    'search.new.build': { seconds: 1.12, items: 1320, unit: 'documents' },
  },
};
