import type { HnswParams } from '../../model/search.ts';

/** What the worker of a graph is asked to do; it holds one index at a time. */
export type GraphTask =
  | {
      readonly kind: 'create';
      readonly dimension: number;
      readonly capacity: number;
      readonly params: HnswParams;
      readonly seed: number;
    }
  /** Float32Array [n × d]; row i gets label i of `labels`. */
  | { readonly kind: 'add'; readonly labels: readonly number[]; readonly data: Float32Array }
  | { readonly kind: 'save'; readonly file: string }
  /** A whole file of this version of the library; what is damaged must have been told before. */
  | { readonly kind: 'load'; readonly dimension: number; readonly file: string; readonly count: number; readonly params: HnswParams }
  /** Float32Array [n × d]; of `allowed` labels only, where it is given. Answered with Int32Array [n × k] of labels, padded with -1. */
  | { readonly kind: 'search'; readonly data: Float32Array; readonly k: number; readonly efSearch: number; readonly allowed?: Uint8Array }
  /** Answered with Float64Array [n] of milliseconds, one query after the other. */
  | { readonly kind: 'time'; readonly data: Float32Array; readonly k: number; readonly efSearch: number }
  /** Lets go of the index. */
  | { readonly kind: 'forget' };
