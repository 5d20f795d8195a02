import type { Progress } from '../core/console.ts';
import type { ResolvedVersion, Role, VersionSpec } from '../model/version.ts';

/** A text to embed. Prefixes are added by the embedder, not by the caller. */
export interface TextItem {
  readonly id: string;
  readonly text: string;
}

/** How many of the first dimensions a version keeps; null keeps all. */
export type KeptDimensions = number | null;

/** One embedded text. `index` is its place in the call's input; results may come in any order. */
export interface EmbeddedText {
  readonly index: number;
  /** Float32Array [d]; unit length where the spec says `normalize`. */
  readonly vector: Float32Array;
  /** Tokens fed to the model, special tokens counted; null where the embedder can't know. */
  readonly tokenCount: number | null;
  readonly truncated: boolean;
  /**
   * The same raw vector finished with other numbers of kept dimensions, in the order asked for: bytes that a version of that
   * number would get. null where there is no such vector. Missing where none was asked for.
   */
  readonly cuts?: readonly (Float32Array | null)[];
}

/**
 * Turns texts into vectors of one version. An embedding is a pure function of version, role and text:
 * it must not depend on neighbours, order or the number of workers.
 */
export interface Embedder {
  readonly version: ResolvedVersion;
  /**
   * Embeds every item once and yields as results come. Loads the model on the first call.
   * @param cuts numbers of dimensions to cut each raw vector to beside the version's own
   * @throws CutoverError on a vector that is NaN, infinite, all zero or of another dimension than its neighbours.
   */
  embed(items: readonly TextItem[], role: Role, signal?: AbortSignal, cuts?: readonly KeptDimensions[]): AsyncIterable<EmbeddedText>;
  /**
   * Embeds all items in one run of the model, padded to the longest, as production may. With quantised weights a vector
   * then depends on its neighbours: for the noise floor only, never for the cache. Missing where the embedder can't.
   */
  embedTogether?(items: readonly TextItem[], role: Role, signal?: AbortSignal): Promise<EmbeddedText[]>;
  /**
   * One text as production sends it: a single request, without the checks that `embed` makes beside it. Call `embed` once before.
   * Missing where `embed` does no more than that.
   * @param started called when the request goes out, again with each further try
   */
  embedOne?(item: TextItem, role: Role, started: () => void, signal?: AbortSignal): Promise<EmbeddedText>;
  /** What embedding these would cost, estimated from their length; missing where it costs nothing but time. */
  price?(items: readonly TextItem[]): { readonly tokens: number; readonly price: number | null };
  /**
   * Looks for what would make {@link Embedder.embed} fail on these items, where that takes no model: before hours are spent on
   * another version. Missing where there is nothing to look for.
   * @throws CutoverError as `embed` would
   */
  check?(items: readonly TextItem[], role: Role): Promise<void>;
  /**
   * The same model under another specification, run by the workers of this embedder: it ends with it, and loads nothing. null where
   * the specification is of another model. Missing where no model is loaded here.
   * @throws CutoverError as opening it would
   */
  variant?(spec: VersionSpec): Promise<Embedder | null>;
  /** Frees workers and sessions; safe to call twice. */
  close(): Promise<void>;
}

/** What an embedder adapter may know of the machine; handed in from the edge. */
export interface EmbedderContext {
  /** Folders laid out as `<org>/<name>/…`, looked in first, in order. */
  readonly modelFolders: readonly string[];
  /** The hub's download cache, looked in second. */
  readonly hubCache: string;
  /** Whether a missing model may be downloaded. */
  readonly allowNetwork: boolean;
  /** Worker count; one single-threaded session each. */
  readonly workers: number;
  /** Where keys of services come from; missing where none may be used. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Nothing is to be written: a record that is made now is let go again. */
  readonly dry?: boolean;
  /** Told of waits and further tries. */
  readonly onNotice?: (line: string) => void;
  /** Which key may go to which host, as `VARIABLE@host`; null or missing where nobody restricts it. */
  readonly keyPairs?: readonly string[] | null;
  /** Called now and then with texts done. */
  readonly onProgress?: (progress: Progress) => void;
}

/** One file of `embedding/` implements this and is in the registry there. */
export interface EmbedderAdapter {
  readonly id: string;
  readonly title: string;
  /**
   * Keys of a version that are this embedder's, beside those of every version: `id`, `embedder`, `normalize`, `prefixes`,
   * `dimensions`. Another embedder's key is refused, because it would be ignored in silence.
   */
  readonly options: Readonly<Partial<Record<keyof VersionSpec, 'needed' | 'optional'>>>;
  /** Finds and hashes what decides the vectors, and returns an embedder that hasn't loaded anything yet. */
  open(spec: VersionSpec, context: EmbedderContext): Promise<Embedder>;
}
