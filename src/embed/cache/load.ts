import type { Fingerprint, Sha256 } from '../../core/brand.ts';
import { CutoverError } from '../../core/errors.ts';
import { byCodeUnits } from '../../core/order.ts';
import type { VectorSet } from '../../model/vectors.ts';
import type { Role, Side } from '../../model/version.ts';
import { readSegment, type SegmentRows } from './segment.ts';

/** A text of a data set: several ids may share one text. */
export interface Entry {
  readonly id: string;
  readonly textHash: Sha256;
}

/** What is known of the texts of a set of vectors. */
export interface TextFacts {
  /** How many of the entries were cut at the version's longest input. */
  readonly truncated: number;
  /** Which ones; ascending. */
  readonly truncatedIds: readonly string[];
  /** Mean tokens an entry; null where any count is unknown. */
  readonly meanTokens: number | null;
  /** Instruction sets that made the vectors, ascending; none where none decides them. */
  readonly processors: readonly string[];
}

/** A set of vectors and what is known of its texts. */
export interface LoadedVectors<S extends Side> extends TextFacts {
  readonly vectors: VectorSet<S>;
}

/** Where a vector is stored. */
interface Place {
  readonly file: string;
  readonly row: number;
}

interface Rows extends TextFacts, Pick<VectorSet, 'ids' | 'dimension' | 'data'> {}

/** Reads each segment that is needed once and puts its rows where the ids, ascending, want them. */
export async function loadRows(
  entries: readonly Entry[],
  role: Role,
  tag: Fingerprint,
  placeOf: (entry: Entry) => Place | null,
): Promise<Rows> {
  let data = new Float32Array(0);
  const { ids, dimension, ...facts } = await readRows(entries, role, tag, placeOf, (segment, { at, row }) => {
    if (data.length === 0) data = new Float32Array(entries.length * segment.dimension);
    data.set(segment.data.subarray(row * segment.dimension, (row + 1) * segment.dimension), at * segment.dimension);
  });
  return { ids, dimension, data, ...facts };
}

/** What {@link loadRows} gives beside the vectors; memory is that of one segment. */
export async function readRows(
  entries: readonly Entry[],
  role: Role,
  tag: Fingerprint,
  placeOf: (entry: Entry) => Place | null,
  take: (segment: SegmentRows, place: { readonly at: number; readonly row: number }) => void = () => undefined,
): Promise<Omit<Rows, 'data'>> {
  const sorted = [...entries].sort((a, b) => byCodeUnits(a.id, b.id));
  checkIds(sorted);
  let dimension = 0;
  const cut: number[] = [];
  const processors = new Set<string>();
  let tokens: number | null = 0;
  for (const [file, wanted] of bySegment(sorted, role, placeOf)) {
    const segment = await readSegment(file, tag);
    if (dimension === 0) dimension = segment.dimension;
    if (segment.processor !== null) processors.add(segment.processor);
    for (const place of wanted) {
      take(segment, place);
      if (segment.truncated[place.row] === true) cut.push(place.at);
      tokens = add(tokens, segment, place.row);
    }
  }
  return {
    ids: sorted.map(({ id }) => id),
    dimension,
    truncated: cut.length,
    truncatedIds: cut.sort((a, b) => a - b).flatMap((at) => sorted[at]?.id ?? []),
    meanTokens: tokens === null ? null : tokens / sorted.length,
    processors: [...processors].sort(byCodeUnits),
  };
}

/** The vectors of the entries as one set a segment, each ascending by id: what is in memory is one segment. */
export async function* blocksOf<S extends Side>(
  side: S,
  entries: readonly Entry[],
  role: Role,
  tag: Fingerprint,
  placeOf: (entry: Entry) => Place | null,
): AsyncGenerator<VectorSet<S>> {
  const sorted = [...entries].sort((a, b) => byCodeUnits(a.id, b.id));
  checkIds(sorted);
  for (const [file, wanted] of bySegment(sorted, role, placeOf)) {
    const segment = await readSegment(file, tag);
    const { dimension } = segment;
    const data = new Float32Array(wanted.length * dimension);
    for (const [i, { row }] of wanted.entries()) data.set(segment.data.subarray(row * dimension, (row + 1) * dimension), i * dimension);
    yield { side, fingerprint: tag, dimension, ids: wanted.map(({ at }) => sorted[at]?.id ?? ''), data };
  }
}

function checkIds(sorted: readonly Entry[]): void {
  if (sorted.length === 0) throw new RangeError('No entries to load.');
  for (let i = 1; i < sorted.length; i++)
    if (sorted[i - 1]?.id === sorted[i]?.id) throw new RangeError(`The id "${sorted[i]?.id}" is there twice.`);
}

function bySegment(
  sorted: readonly Entry[],
  role: Role,
  placeOf: (entry: Entry) => Place | null,
): Map<string, { at: number; row: number }[]> {
  const segments = new Map<string, { at: number; row: number }[]>();
  const missing: string[] = [];
  for (const [at, entry] of sorted.entries()) {
    const place = placeOf(entry);
    if (place === null) {
      missing.push(entry.id);
      continue;
    }
    const wanted = segments.get(place.file) ?? [];
    wanted.push({ at, row: place.row });
    segments.set(place.file, wanted);
  }
  const [id] = missing;
  if (id !== undefined) throw new CutoverError('STORE_VECTOR_MISSING', { count: missing.length, role, id });
  return segments;
}

function add(sum: number | null, segment: SegmentRows, row: number): number | null {
  const count = segment.tokenCounts[row] ?? null;
  return sum === null || count === null ? null : sum + count;
}
