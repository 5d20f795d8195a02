import type { Embedder, TextItem } from '../../embed/embedder.ts';
import type { FalseTagCause } from '../../model/audit.ts';
import type { Pooling, VersionSpec } from '../../model/version.ts';
import { agrees, type ClaimedRow, embedTexts, likenessOf, type Tolerance } from '../../project/likeness.ts';
import type { OpenVersion } from '../store-access.ts';

const POOLINGS: readonly Pooling[] = ['cls', 'mean', 'max', 'last'];
/** Ascending. */
const CUTS = [64, 128, 256];

/** Another way in which a vector may have been made. */
export interface Variant {
  readonly cause: FalseTagCause;
  /** In words: `mean pooling`. */
  readonly note: string;
  readonly spec: VersionSpec;
}

/** The claimed version with one thing changed, and the other versions that are known. Those that change nothing are left out. */
export function variantsOf({ spec, tag }: OpenVersion, others: readonly OpenVersion[]): Variant[] {
  const variants: Variant[] = others
    .filter((other) => other.tag !== tag)
    .map((other) => ({ cause: 'other-version', note: `it is of ${other.spec.id}`, spec: other.spec }));
  const { prefixes } = spec;
  const withPrefix = (document: string): VersionSpec => ({ ...spec, prefixes: { ...prefixes, document } });
  if (prefixes.document !== '')
    variants.push({ cause: 'missing-prefix', note: 'the prefix of documents is missing', spec: withPrefix('') });
  if (prefixes.query !== prefixes.document && prefixes.query !== '')
    variants.push({ cause: 'other-prefix', note: 'it has the prefix of queries', spec: withPrefix(prefixes.query) });
  if (spec.pooling !== undefined)
    for (const pooling of POOLINGS.filter((other) => other !== spec.pooling))
      variants.push({ cause: 'other-pooling', note: `${pooling} pooling`, spec: { ...spec, pooling } });
  if (spec.maxTokens !== undefined)
    for (const maxTokens of CUTS.filter((cut) => cut < (spec.maxTokens ?? 0)))
      variants.push({ cause: 'truncated', note: `cut at ${maxTokens} tokens`, spec: { ...spec, maxTokens } });
  return variants;
}

/** What a change of prefix can't show, since there is none. */
export function sameBySpec({ prefixes }: VersionSpec): string[] {
  return prefixes.document === '' ? ['missing prefix: documents of this version have none'] : [];
}

/** Which of the variants made each row, and which leave all of these texts' vectors as they are. */
export interface Explained {
  readonly causes: readonly ({ readonly cause: FalseTagCause; readonly note: string } | null)[];
  readonly indistinguishable: readonly string[];
}

/**
 * Embeds the rows' texts under each variant and compares.
 * @param fresh vectors of the claimed version, one a row
 */
export async function tryVariants(
  rows: readonly ClaimedRow[],
  fresh: readonly Float32Array[],
  variants: readonly Variant[],
  tolerance: Tolerance,
  open: (spec: VersionSpec) => Promise<Embedder>,
  signal: AbortSignal,
): Promise<Explained> {
  const causes: ({ cause: FalseTagCause; note: string } | null)[] = rows.map(() => null);
  const same: string[] = [];
  // Texts that end before a cut end before a later one: those are not embedded again.
  let areShort = false;
  for (const { cause, note, spec } of variants) {
    if (cause === 'truncated' && areShort) {
      same.push(unchanged(note));
      continue;
    }
    const vectors = await vectorsOf(rows, spec, open, signal);
    if (vectors === null) continue;
    if (vectors.every((vector, i) => agrees(likenessOf(vector, fresh[i] ?? vector), tolerance))) {
      same.push(unchanged(note));
      areShort ||= cause === 'truncated';
      continue;
    }
    rows.forEach((row, i) => {
      if (
        causes[i] === null &&
        agrees(likenessOf(row.vector, vectors[i] as Float32Array), { ...tolerance, relativeLength: Number.POSITIVE_INFINITY })
      )
        causes[i] = { cause, note };
    });
  }
  return { causes, indistinguishable: same };
}

function unchanged(note: string): string {
  return `${note}: leaves every text that was tried as it is`;
}

/** null where the variant can't be run here: a model that isn't there, say. */
export async function vectorsOf(
  items: readonly TextItem[],
  spec: VersionSpec,
  open: (spec: VersionSpec) => Promise<Embedder>,
  signal: AbortSignal,
): Promise<Float32Array[] | null> {
  const embedder = await open(spec).catch(() => null);
  if (embedder === null) return null;
  try {
    return await embedTexts(embedder, items, signal);
  } finally {
    await embedder.close();
  }
}

/** Opens a variant in the sessions of the claimed version where the model is the same: loading one takes as long as twenty texts. */
export async function openVariant(claimed: Embedder, spec: VersionSpec, open: (spec: VersionSpec) => Promise<Embedder>): Promise<Embedder> {
  return (spec.embedder === claimed.version.decides.embedder ? await claimed.variant?.(spec) : null) ?? open(spec);
}

/** Whether a stored vector is the fresh one on the grid of few bits: 8 bits a value, scaled by the vector's largest. */
export function isRounded(stored: Float32Array, fresh: Float32Array): boolean {
  if (stored.length !== fresh.length) return false;
  const largest = fresh.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const step = largest / 127;
  return fresh.every((value, i) => Math.abs((stored[i] as number) - value) <= 1.01 * step);
}
