import { sized, varint } from '../varint.ts';

/** LEB128 of a constant, whose highest bit is its sign. */
function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}

function list(...items: readonly (readonly number[])[]): number[] {
  return [...varint(items.length), ...items.flat()];
}

function section(id: number, ...items: readonly (readonly number[])[]): number[] {
  return [id, ...sized(list(...items))];
}

function text(value: string): number[] {
  return sized([...Buffer.from(value)]);
}

const I32 = 0x7f;
const V128 = 0x7b;

const get = (local: number) => [0x20, ...varint(local)];
const set = (local: number) => [0x21, ...varint(local)];
const constant = (value: number) => [0x41, ...signed(value)];
const vector = (code: number, ...immediates: number[]) => [0xfd, ...varint(code), ...immediates];
const NO_VALUE = 0x40;
const loop = (...body: readonly (readonly number[])[]) => [0x03, NO_VALUE, ...body.flat(), 0x0b];
const AGAIN_IF = [0x0d, 0];
const LESS = [0x49];
const ADD = [0x6a];
const SHIFT_LEFT = [0x74];
const F64_ADD = [0xa0];
const F32_DEMOTE = [0xb6];
const F32_STORE = [0x38, 2, 0];
const load = (offset: number) => [0x28, 2, offset];
/** Two float64 of the query. */
const loadTwo = (offset: number) => vector(0x00, 3, offset);
/** Two float32 of a document, as float64. */
const loadWidened = (offset: number) => [...vector(0x5d, 2, offset), ...vector(0x5f)];
const TWO_ADD = vector(0xf0);
const TWO_MULTIPLY = vector(0xf2);
const twoOf = (value: number) => [0x44, ...new Uint8Array(Float64Array.of(value).buffer), ...vector(0x14)];
/** Both halves of a vector added up. */
const across = (local: number) => [...get(local), ...vector(0x21, 0), ...get(local), ...vector(0x21, 1), ...F64_ADD];

/**
 * A WebAssembly module (SIMD, under 300 bytes) of one function, `scores(pair, end, out, dimension)`: the dot products of the pairs from
 * `pair` up to `end`. All but `dimension` are byte addresses in the memory it imports as `memory.shared`: a pair is two int32, the
 * addresses of a query, float64 [d], and of a document, float32 [d]; out is float32 [pairs]. d is a multiple of 4, and there is a pair.
 *
 * Four float64 sums, value i going to sum i mod 4; then (sum 0 + sum 1) + (sum 2 + sum 3), rounded to float32 once.
 * Source: https://webassembly.github.io/spec/core/binary/
 */
export function dotModule(): Uint8Array<ArrayBuffer> {
  const [pair, end, out, dimension, query, document, documentEnd, low, high] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const step = (local: number, bytes: number) => [...get(local), ...constant(bytes), ...ADD, ...set(local)];
  const addProducts = (sums: number, offset: number) => [
    ...get(sums),
    ...[...get(query), ...loadTwo(2 * offset)],
    ...[...get(document), ...loadWidened(offset)],
    ...[...TWO_MULTIPLY, ...TWO_ADD, ...set(sums)],
  ];
  const products = loop(
    addProducts(low, 0),
    addProducts(high, 8),
    step(query, 32),
    step(document, 16),
    [...get(document), ...get(documentEnd), ...LESS],
    AGAIN_IF,
  );
  const pairs = loop(
    [...get(pair), ...load(0), ...set(query), ...get(pair), ...load(4), ...set(document)],
    [...get(document), ...get(dimension), ...constant(2), ...SHIFT_LEFT, ...ADD, ...set(documentEnd)],
    [...twoOf(0), ...set(low), ...twoOf(0), ...set(high)],
    products,
    [...get(out), ...across(low), ...across(high), ...F64_ADD, ...F32_DEMOTE, ...F32_STORE],
    step(out, 4),
    step(pair, 8),
    [...get(pair), ...get(end), ...LESS],
    AGAIN_IF,
  );
  const locals = list([3, I32], [2, V128]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [0x60, ...list([I32], [I32], [I32], [I32]), 0]),
    ...section(2, [...text('memory'), ...text('shared'), 2, 0, 1]),
    ...section(3, [0]),
    ...section(7, [...text('scores'), 0, 0]),
    ...section(10, sized([...locals, ...pairs, 0x0b])),
  ]);
}
