/** The i-th of n parts of all texts; i counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}
