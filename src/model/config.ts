import type { DatasetSource } from './dataset.ts';
import type { Pipeline } from './pipeline.ts';
import type { Policy } from './policy.ts';
import type { SearchParams } from './search.ts';
import type { StoreSpec } from './store.ts';
import type { VersionSpec } from './version.ts';

/** One candidate of a sweep, complete: what would replace the old version, and how it would be searched. */
export interface SweepCandidate {
  /** Unique; also the name of its folder. */
  readonly name: string;
  readonly new: VersionSpec;
  readonly search: SearchParams;
}

/** Which pairs a consumer's threshold is applied to. */
export type ConsumerPairs = 'query-document' | 'document-document' | 'query-query';

/** Which of those pairs it sees: the top k of each query, each item's nearest other item, or all of them (sampled). */
export type ConsumerAmong = 'top-k' | 'nearest' | 'all';

/** What the translated threshold has to keep. */
export type ConsumerKeep = 'pass-rate' | 'precision' | 'recall' | 'f1';
/** What of a kept quantity has to be within the tolerance. */
export type ConsumerBound = 'estimate' | 'lower';

/** Scales in which stores show a cosine; in the last three lower is nearer. */
export const SCALES = ['cosine', 'unit', 'distance', 'l2', 'squared-l2'] as const;
/** One of {@link SCALES}. */
export type Scale = (typeof SCALES)[number];

/** Least and greatest value of each scale. */
export const SCALE_RANGES: Readonly<Record<Scale, readonly [least: number, most: number]>> = {
  cosine: [-1, 1],
  unit: [0, 1],
  distance: [0, 2],
  l2: [0, 2],
  'squared-l2': [0, 4],
};

/** Something downstream that compares a similarity with a fixed number. */
export interface Consumer {
  readonly name: string;
  /** The threshold in use with the old version; a pair passes when its score is at least this. */
  readonly threshold: number;
  /** What the thresholds are written in; cosines unless given. A pair passes a distance when it is no larger. */
  readonly scale?: Scale;
  readonly pairs: ConsumerPairs;
  readonly among: ConsumerAmong;
  /** Depth of `top-k`. */
  readonly k: number;
  readonly keep: ConsumerKeep;
  /**
   * How far the kept quantity may be off under the accepted value, in absolute terms. A pass rate must also stay between
   * half and twice the old one: where 2 of 312 pairs pass, an absolute tolerance would accept any value.
   */
  readonly tolerance: number;
  /** `lower`: not only the estimate but its one-sided bound has to be within the tolerance. The estimate alone unless given. */
  readonly bound?: ConsumerBound;
  /** Who depends on it, in words. */
  readonly usedBy: string | null;
  /** The value the team has accepted for the new version; null while undecided. */
  readonly accepted: number | null;
}

/** What production varies between two builds of one version; the noise floor is measured under it. */
export interface Production {
  /** Texts that production embeds in one run of the model; null where it embeds them one by one. */
  readonly batchSize: number | null;
  /** How often each index is built again to measure the noise; 0 leaves that out. */
  readonly rebuilds: number;
}

/** A model downstream that reorders the first results of the search and sees nothing else. */
export interface Reranker {
  readonly name: string;
  /** Results of each query it gets. */
  readonly depth: number;
  /** Who depends on it, in words. */
  readonly usedBy: string | null;
}

/** The whole configuration, defaults filled in, every path absolute. */
export interface Config {
  /** Absolute path of the file it was read from. */
  readonly file: string;
  readonly dataset: DatasetSource;
  readonly old: VersionSpec;
  readonly new: VersionSpec;
  readonly search: SearchParams;
  /** ir_measures names to measure beside those the policy names. */
  readonly metrics: readonly string[];
  readonly consumers: readonly Consumer[];
  readonly rerankers: readonly Reranker[];
  /** What the search does with the vectors' results; missing where they are what the user gets. */
  readonly pipeline?: Pipeline;
  readonly production: Production;
  /** Documents of the corpus in production, for the cost projected from what was measured; null where nobody said. */
  readonly projection: { readonly documents: number } | null;
  /** Embed the new version as its model publishes it, too, where the spec disagrees. */
  readonly counterfactual: boolean;
  /** Whether vectors that different instruction sets made of quantised weights may be compared. */
  readonly mixProcessors: boolean;
  /** Stores that serve, or are to serve, by name. */
  readonly stores: readonly StoreSpec[];
  /** Candidates of `cutover sweep`; empty where none are named. */
  readonly sweep: readonly SweepCandidate[];
  readonly policy: Policy;
  readonly seed: number;
  /** Report folder. */
  readonly output: string;
  /** Cache folder: vectors and indexes. */
  readonly cache: string;
  readonly models: {
    readonly folders: readonly string[];
    readonly hubCache: string;
    readonly allowNetwork: boolean;
  };
  readonly workers: number;
}
