import { readFileSync } from 'node:fs';

export const GROUP_BITS = 6;
/** Documents that are held at a time, from a multiple of this number on. */
export const GROUP = 1 << GROUP_BITS;
/** Pairs of one call. */
export const CALL = 1024;
/** Bytes of the queries that are held. */
const QUERY_BYTES = 1 << 23;
/** Bytes of a page of WebAssembly's memory. */
const PAGE = 1 << 16;

/** What is used of it; Node's types leave it out. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { memory: { shared: object } }) => { readonly exports: { readonly scores: Scores } };
};

/** What the build assembles from `dot-kernel.wat`. */
const MODULE = new URL('./dot-kernel.wasm', import.meta.url);

type Scores = (pair: number, end: number, out: number, dimension: number) => void;

/** The module, and what is in its memory. */
export interface Kernel {
  readonly scores: Scores;
  /** Values of a row: the dimension, and zeros up to a multiple of 4. */
  readonly width: number;
  /** Addresses of a query and a document, pair by pair. */
  readonly pairs: Int32Array;
  readonly out: Float32Array;
  readonly documents: Float32Array;
  readonly queries: Float64Array;
}

/** Kept for the next call: most have the dimension of the one before. */
let kept: { readonly dimension: number; readonly kernel: Kernel } | undefined;

/** For rows of so many values. What is in its memory is good until somebody else asks for a kernel. */
export function kernelFor(dimension: number): Kernel {
  if (kept?.dimension !== dimension) kept = { dimension, kernel: openKernel(Math.ceil(dimension / 4) * 4) };
  return kept.kernel;
}

function openKernel(width: number): Kernel {
  const held = Math.max(1, Math.floor(QUERY_BYTES / (8 * width)));
  const bytes = 8 * CALL + 4 * CALL + 4 * GROUP * width + 8 * held * width;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const { scores } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(MODULE)), { memory: { shared: memory } }).exports;
  const pairs = new Int32Array(memory.buffer, 0, 2 * CALL);
  const out = new Float32Array(memory.buffer, end(pairs), CALL);
  const documents = new Float32Array(memory.buffer, end(out), GROUP * width);
  const queries = new Float64Array(memory.buffer, end(documents), held * width);
  return { scores, width, pairs, out, documents, queries };
}

function end({ byteOffset, byteLength }: ArrayBufferView): number {
  return byteOffset + byteLength;
}
