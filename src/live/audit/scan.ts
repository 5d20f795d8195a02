import { CutoverError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import type { LiveStore, Place, StoreBatch } from '../stores/live-store.ts';

/** How far from 1 a length may be: what half precision costs, and more. */
const UNIT = 1e-3;
/** Examples kept of each kind. */
const EXAMPLES = 5;

/** Counts one kind of fault and keeps a few of its ids, lowest first. */
export class Tally {
  count = 0;
  #examples: { id: string; note: string }[] = [];

  add(id: string, note: () => string): void {
    this.count++;
    const last = this.#examples.at(-1);
    if (this.#examples.length >= EXAMPLES && last !== undefined && id >= last.id) return;
    this.#examples = [...this.#examples, { id, note: note() }].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, EXAMPLES);
  }

  get examples(): readonly { readonly id: string; readonly note: string }[] {
    return this.#examples;
  }
}

/** A tally of each kind of fault, all at nothing. */
export const noFaults = () => ({
  untagged: new Tally(),
  foreign: new Tally(),
  stale: new Tally(),
  pending: new Tally(),
  duplicate: new Tally(),
  'wrong-dimension': new Tally(),
  'not-finite': new Tally(),
  zero: new Tally(),
  'not-unit-length': new Tally(),
});

type Faults = Readonly<ReturnType<typeof noFaults>>;

/** What one pass over a store found. */
export interface Scan {
  readonly rows: number;
  /** Rows by tag; null for untagged. */
  readonly tags: ReadonlyMap<string | null, number>;
  /** Ids under the expected tag and their text hashes. */
  readonly ids: ReadonlyMap<string, string | null>;
  /** Their texts' hashes, where the store keeps texts; else what is said beside the vector. */
  readonly texts: ReadonlyMap<string, string | null>;
  /** Whether the store keeps its texts; otherwise they are those of the corpus. */
  readonly hasTexts: boolean;
  /** Rows without a tag that have a vector. */
  readonly untagged: ReadonlySet<string>;
  /** Ids that have a row of a version that may not be there. */
  readonly foreign: ReadonlySet<string>;
  /** The most common dimension under the expected tag; null without a row. */
  readonly dimension: number | null;
  readonly faults: Faults;
}

export interface ScanRequest {
  readonly expected: string;
  /** Tags that may be beside the expected one. */
  readonly allowed: ReadonlySet<string>;
  readonly normalize: boolean;
  /** The column that is looked at, where there are two. */
  readonly place: Place;
  readonly signal: AbortSignal;
  readonly onRows?: (rows: number) => void;
}

/** Reads a store once, in memory set by its ids and not by its vectors. */
export async function scanStore(store: LiveStore, request: ScanRequest): Promise<Scan> {
  const tags = new Map<string | null, number>();
  const ids = new Map<string, string | null>();
  const texts = new Map<string, string | null>();
  let hasTexts = false;
  const untagged = new Set<string>();
  const foreign = new Set<string>();
  const others = new Map<string, Set<string>>();
  const faults = noFaults();
  const widths = new Map<number, number>();
  /** Rows of a dimension that isn't the first one seen; which is wrong shows at the end. */
  const uneven = new Map<number, Tally>();
  let rows = 0;
  for await (const batch of store.read({ signal: request.signal, place: request.place, empty: true })) {
    hasTexts ||= batch.texts !== undefined;
    for (let row = 0; row < batch.ids.length; row++) {
      const id = batch.ids[row] as string;
      const tag = batch.tags[row] ?? null;
      if (batch.offsets[row] === batch.offsets[row + 1]) {
        faults.pending.add(id, () => 'no vector');
        continue;
      }
      tags.set(tag, (tags.get(tag) ?? 0) + 1);
      if (tag === null) {
        faults.untagged.add(id, () => 'no tag');
        untagged.add(id);
      } else if (tag === request.expected) {
        if (ids.has(id)) faults.duplicate.add(id, () => 'two rows of this tag have this id');
        else {
          const hash = batch.textHashes[row] ?? null;
          const text = batch.texts?.[row] ?? null;
          ids.set(id, hash);
          texts.set(id, text === null ? hash : sha256(text));
          if (text !== null && texts.get(id) !== hash)
            faults.stale.add(id, () =>
              hash === null
                ? 'without a text hash, so it is unknown whether the text changed'
                : 'its text is not the one that was embedded',
            );
        }
      } else {
        if (!request.allowed.has(tag)) {
          faults.foreign.add(id, () => `tag ${tag.slice(0, 12)}`);
          foreign.add(id);
        }
        const own = others.get(tag) ?? new Set();
        others.set(tag, own);
        if (own.has(id)) faults.duplicate.add(id, () => `two rows of ${tag.slice(0, 12)} have this id`);
        own.add(id);
      }
      if (tag === request.expected) checkVector(batch, row, id, request, faults, widths, uneven);
    }
    rows += batch.ids.length;
    request.onRows?.(rows);
    if (request.signal.aborted) throw new CutoverError('INTERRUPTED', {});
  }
  const dimension = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? null;
  for (const [width, tally] of uneven) if (width !== dimension) mergeInto(faults['wrong-dimension'], tally);
  return { rows, tags, ids, texts, hasTexts, untagged, foreign, dimension, faults };
}

function mergeInto(target: Tally, source: Tally): void {
  for (const { id, note } of source.examples) target.add(id, () => note);
  target.count += source.count - source.examples.length;
}

function checkVector(
  { offsets, values }: StoreBatch,
  row: number,
  id: string,
  { normalize }: ScanRequest,
  faults: Scan['faults'],
  widths: Map<number, number>,
  uneven: Map<number, Tally>,
): void {
  const [start, end] = [offsets[row] as number, offsets[row + 1] as number];
  const width = end - start;
  widths.set(width, (widths.get(width) ?? 0) + 1);
  let tally = uneven.get(width);
  if (tally === undefined) {
    tally = new Tally();
    uneven.set(width, tally);
  }
  // Only the first few of each dimension are ever shown; the common one drops out at the end.
  tally.add(id, () => `${width} dimensions`);
  let sum = 0;
  for (let i = start; i < end; i++) sum += (values[i] as number) * (values[i] as number);
  if (Number.isFinite(sum)) {
    if (sum === 0) faults.zero.add(id, () => (width === 0 ? 'no vector' : 'all values are 0'));
    else if (normalize && Math.abs(Math.sqrt(sum) - 1) > UNIT)
      faults['not-unit-length'].add(id, () => `length ${Math.sqrt(sum).toFixed(4)}`);
  } else faults['not-finite'].add(id, () => 'a value is NaN or infinite');
}
