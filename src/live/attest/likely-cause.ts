import type { IndexedText } from '../../dataset/corpus-index.ts';
import type { Embedder } from '../../embed/embedder.ts';
import { quantile } from '../../measure/stats/quantile.ts';
import type { VersionSpec } from '../../model/version.ts';
import { type ClaimedRow, embedTexts, likenessOf } from '../../project/likeness.ts';
import { type Variant, vectorsOf } from './variants.ts';

/** Another text that a row's vector may have been made of. */
interface TextVariant {
  /** In words: `the title alone`. */
  readonly note: string;
  /** @param document the row as the corpus has it, where it does. @returns null where there is no such text */
  readonly of: (text: string, document: IndexedText | null) => string | null;
}

/** Ways in which the text of a row may have been put together differently. */
const TEXT_VARIANTS: readonly TextVariant[] = [
  {
    note: 'the text with its title before it',
    of: (text, document) => titled(document, ({ text: whole }) => (whole === text ? null : whole)),
  },
  {
    note: 'the text without its title',
    of: (text, document) => titled(document, ({ body }) => (body.trim() === text ? null : body.trim())),
  },
  { note: 'the title alone', of: (_, document) => titled(document, ({ title }) => title) },
  { note: 'title and text with a colon between them', of: (_, document) => titled(document, ({ title, body }) => `${title}: ${body}`) },
  { note: 'title and text on separate lines', of: (_, document) => titled(document, ({ title, body }) => `${title}\n${body}`) },
  { note: 'the text in lower case', of: (text) => (text === text.toLowerCase() ? null : text.toLowerCase()) },
];

function titled(document: IndexedText | null, of: (document: IndexedText) => string | null): string | null {
  return document === null || document.title === '' ? null : of(document);
}

/** Cosines of stored vectors with those made here. */
export interface CosineSpread {
  readonly rows: number;
  readonly least: number;
  readonly p5: number;
  readonly median: number;
  readonly greatest: number;
}

/** Why rows are not what they are said to be. */
export interface LikelyCause {
  /** In words: `cls pooling`. */
  readonly note: string;
  /** Rows looked at for which it is the likeliest. */
  readonly rows: number;
  /** Median cosine of these rows under it; null where nothing was embedded for it. */
  readonly cosine: number | null;
}

/** Rows that causes are looked for, spread over those that failed: each variant embeds them once more. */
const LOOKED_AT = 12;
/** Texts of one run where the batch is suspected. */
const BATCH = 32;
/** A cause has to take away so much of what is missing to a cosine of 1: two runtimes differ a little under every cause. */
const CLOSER = 0.5;
/** Above this the version is right and its runtime another one; measured: 0.9984 and above, text by text. */
const OTHER_RUNTIME = 0.9975;
/** Above this an int8 model's vectors are those of a batch; measured: 0.992 to 0.998. */
const BATCHED = 0.985;
/** Below this nothing is left in common. */
const UNRELATED = 0.5;

/** null where no row has the dimension of the version. */
export function spreadOf(cosines: readonly (number | null)[]): CosineSpread | null {
  const known = Float64Array.from(cosines.filter((value) => value !== null)).sort();
  if (known.length === 0) return null;
  const at = (share: number) => quantile(known, share);
  return { rows: known.length, least: at(0), p5: at(0.05), median: at(0.5), greatest: at(1) };
}

/** A row that did not match, and the vector that the claimed version makes of its text. */
export interface FailedRow {
  readonly row: ClaimedRow;
  readonly fresh: Float32Array;
}

interface Asked {
  readonly failed: readonly FailedRow[];
  /** Of the version that is claimed. */
  readonly embedder: Embedder;
  /** The version with one thing changed, and other versions. */
  readonly variants: readonly Variant[];
  /** Documents of the corpus by id, as far as it has them. */
  readonly documents: (ids: ReadonlySet<string>) => Promise<ReadonlyMap<string, IndexedText>>;
  readonly open: (spec: VersionSpec) => Promise<Embedder>;
  readonly signal: AbortSignal;
}

/**
 * The likeliest cause of some failed rows, by the variant whose vectors are nearest to those stored; grouped, the most frequent
 * first. A cause is named only where it is clearly nearer than the version itself: another runtime is near under none exactly.
 * What needs no other model is tried first, and rows that are explained are not embedded any more.
 */
export async function likelyCauses({ failed, embedder, variants, documents, open, signal }: Asked): Promise<LikelyCause[]> {
  const found = spread(failed, LOOKED_AT).map((one) => new Suspect(one));
  const suspects = () => found.filter(({ isExplained }) => !isExplained);
  const known = await documents(new Set(suspects().map(({ row }) => row.id)));
  for (const { note, of } of TEXT_VARIANTS) {
    const tried = suspects().flatMap((suspect) => {
      const text = of(suspect.row.text, known.get(suspect.row.id) ?? null);
      return text === null ? [] : [{ suspect, id: suspect.row.id, text }];
    });
    if (tried.length === 0) continue;
    const vectors = await embedTexts(embedder, tried, signal);
    for (const [i, { suspect }] of tried.entries()) suspect.consider(note, vectors[i]);
  }
  if (suspects().length > 0) {
    const together = await inOneRun(embedder, failed, signal);
    for (const suspect of suspects()) suspect.consider(`embedded in runs of ${BATCH} texts`, together.get(suspect.row));
  }
  for (const { note, spec } of variants) {
    const tried = suspects();
    if (tried.length === 0) break;
    const rows = tried.map(({ row }) => row);
    const vectors = await vectorsOf(rows, spec, open, signal);
    for (const [i, suspect] of tried.entries()) suspect.consider(note, vectors?.[i]);
  }
  return grouped(found);
}

/** One failed row and the best explanation so far. */
class Suspect {
  readonly row: ClaimedRow;
  readonly #own: number | null;
  #note: string | null = null;
  #cosine: number | null;

  constructor({ row, fresh }: FailedRow) {
    this.row = row;
    this.#own = likenessOf(row.vector, fresh).cosine;
    this.#cosine = this.#own;
  }

  consider(note: string, vector: Float32Array | undefined): void {
    const cosine = vector === undefined ? null : likenessOf(this.row.vector, vector).cosine;
    if (cosine === null || cosine <= (this.#cosine ?? -1) || 1 - cosine >= CLOSER * (1 - (this.#own ?? -1))) return;
    this.#note = note;
    this.#cosine = cosine;
  }

  /** What is left is no more than the rounding of another runtime. */
  get isExplained(): boolean {
    return (this.#cosine ?? 0) >= OTHER_RUNTIME;
  }

  get cause(): { readonly note: string; readonly cosine: number | null } {
    return { note: this.#note ?? unexplained(this.#own), cosine: this.#cosine };
  }
}

function unexplained(cosine: number | null): string {
  if (cosine === null) return 'another model: the dimensions differ';
  if (cosine >= OTHER_RUNTIME) return 'the same version in another runtime, which rounds differently';
  if (cosine >= BATCHED) return 'the same weights in another runtime or in larger runs, or a text that differs a little';
  if (cosine >= UNRELATED)
    return 'another text, such as one with metadata, a template or other white space around it, or settings that were not tried';
  return 'another text than this one alone, such as one with metadata before it, or another model';
}

/** Vectors of the first rows, embedded with their neighbours as production might; empty where the embedder can't. */
async function inOneRun(
  embedder: Embedder,
  failed: readonly FailedRow[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ClaimedRow, Float32Array>> {
  if (embedder.embedTogether === undefined || failed.length < 2) return new Map();
  // One run: more would cost as much as attesting again.
  const rows = failed.slice(0, BATCH).map(({ row }) => row);
  const made = await embedder.embedTogether(rows, 'document', signal);
  return new Map(made.flatMap(({ index, vector }) => (rows[index] === undefined ? [] : [[rows[index], vector] as const])));
}

/** So many of a list at most, evenly apart. */
function spread<T>(items: readonly T[], most: number): T[] {
  const taken = Math.min(items.length, most);
  return Array.from({ length: taken }, (_, i) => items[Math.floor((i * items.length) / taken)] as T);
}

function grouped(found: readonly Suspect[]): LikelyCause[] {
  const notes = new Map<string, (number | null)[]>();
  for (const { cause } of found) notes.set(cause.note, [...(notes.get(cause.note) ?? []), cause.cosine]);
  return [...notes]
    .map(([note, all]) => {
      const cosines = Float64Array.from(all.flatMap((cosine) => cosine ?? [])).sort();
      return { note, rows: all.length, cosine: cosines.length === 0 ? null : quantile(cosines, 0.5) };
    })
    .sort((a, b) => b.rows - a.rows);
}
