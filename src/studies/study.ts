import type { NotApplicable } from '../core/absence.ts';
import type { Console } from '../core/console.ts';
import type { Embedder } from '../embed/embedder.ts';
import type { Config } from '../model/config.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Rankings } from '../model/search.ts';
import type { Studies } from '../model/studies.ts';
import type { VectorSet } from '../model/vectors.ts';
import type { ResolvedVersion, Side, VersionSpec } from '../model/version.ts';
import type { ServingStore } from '../search/databases/serving.ts';

/** A version's vectors of the whole data set. */
export interface VersionVectors<S extends Side> {
  readonly documents: VectorSet<S>;
  readonly queries: VectorSet<S>;
}

/** One of the two versions, embedded and searched already. */
export interface StudySide<S extends Side> {
  readonly spec: VersionSpec;
  readonly version: ResolvedVersion;
  /** A separate embedder, to be closed by the caller. @param workers those of the configuration unless given */
  open(workers?: number): Promise<Embedder>;
  readonly exact: Rankings;
  readonly served: Rankings;
  /** Exact neighbours before chunks were put together to judged documents; missing where documents are not chunked. */
  readonly exactChunks?: Rankings;
  /** Vectors of queries and documents, read when asked for. */
  vectors(): Promise<VersionVectors<S>>;
  /** Where the index as served is saved; null where it isn't. */
  readonly indexFolder: string | null;
}

/** A version that is in no configuration: one of the two with other settings. */
export interface Variant {
  readonly version: ResolvedVersion;
  /** Texts that have no vector yet: what `vectors` costs. */
  readonly toEmbed: number;
  /** Embeds what is missing, through the same cache as the two versions. */
  vectors(): Promise<VersionVectors<'new'>>;
}

/** What a study may use; handed in by the stage. */
export interface StudyContext {
  readonly config: Config;
  readonly dataset: Dataset;
  readonly sides: { readonly [S in Side]: StudySide<S> };
  /**
   * The same for both versions: at the same time, or one after the other where two would need too much memory or share a database.
   * @param task to be stopped by the signal; of two at the same time, the first failure stops the other
   */
  forBoth<T>(task: (side: Side, signal: AbortSignal) => Promise<T>): Promise<{ readonly [S in Side]: T }>;
  /** Finds and hashes a version; embeds nothing yet. */
  variant(spec: VersionSpec): Promise<Variant>;
  /** The database that serves, where the engine is one of a database. */
  readonly serving?: ServingStore;
  readonly console: Console;
  /** Milliseconds, for what is a record of time. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/** Runs part of the pipeline again to explain what was measured. One file of `studies/`, one line of its registry. */
export interface Study<Id extends keyof Studies = keyof Studies> {
  readonly id: Id;
  readonly title: string;
  /** Whether what it finds is a record of time on this machine, which another run would not find again. */
  readonly isTimed?: boolean;
  /** What the result depends on beside data set, versions, search and seed; any JSON. */
  inputs(config: Config, versions: { readonly [S in Side]: ResolvedVersion }): unknown;
  /** null where it can run, else why not. */
  applies(context: StudyContext): NotApplicable | null;
  /** Runs it. Only called where {@link applies} gives null. */
  run(context: StudyContext): Promise<Studies[Id]>;
}
