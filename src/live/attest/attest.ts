import { CONFIDENCE } from '../../core/confidence.ts';
import { CutoverError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { sampleWithout, seededRandom } from '../../core/random.ts';
import type { CorpusIndex } from '../../dataset/corpus-index.ts';
import { binomialCdf, couldDiffer } from '../../measure/stats/distributions.ts';
import type { Attestation, AttestedFailure } from '../../model/audit.ts';
import { agrees, type ClaimedRow, embedTexts, likenessOf, measureTolerance, type Tolerance } from '../../project/likeness.ts';
import { openVersion, type StageOptions } from '../../project/workspace.ts';
import type { OpenVersion, StoreAccess } from '../store-access.ts';
import type { LiveStore, Place } from '../stores/live-store.ts';
import { isRounded, openVariant, sameBySpec, tryVariants, variantsOf } from './variants.ts';

/** None false among these means at most 1 % false with 95 % confidence. */
export const DEFAULT_SAMPLE = 299;
/** Rows that causes are looked for. */
const EXPLAINED = 12;
/** Texts tried where nothing failed, to say what could not have been distinguished. */
const PROBED = 5;

export interface AttestRequest {
  /** The version that the rows claim. */
  readonly claimed: OpenVersion;
  /** Other versions that may have made them. */
  readonly others: readonly OpenVersion[];
  readonly size: number;
  /** The column that holds them; the one that is served unless given. */
  readonly place?: Place;
  /** Whether causes are looked for, which embeds texts under other settings: several times the work of the comparison. */
  readonly explained: boolean;
}

/**
 * Embeds a seeded random sample of the rows that claim a version again and compares.
 * @param ids of all rows that claim it
 * @throws CutoverError TEXT_UNKNOWN when no sampled row has a text
 */
export async function attest(
  access: StoreAccess,
  ids: readonly string[],
  request: AttestRequest,
  options: StageOptions,
): Promise<Attestation> {
  const { claimed, size, place = 'current' } = request;
  const { store, config } = access;
  const picked = sampleWithout(seededRandom(config.seed, `attest-${claimed.tag}`), ids.length, Math.min(size, ids.length)).flatMap(
    (i) => ids[i] ?? [],
  );
  const { rows, withoutText } = await claimedRows(store, { tag: claimed.tag, place }, picked, () => access.corpus());
  if (rows.length === 0 && picked.length > 0)
    throw new CutoverError('TEXT_UNKNOWN', { count: picked.length, store: store.title, id: picked[0] ?? '' });
  const tolerance = await measureTolerance(claimed.embedder, rows, options.signal);
  const task = `embedding ${claimed.spec.id} again`;
  const fresh = await embedTexts(claimed.embedder, rows, options.signal, (done) =>
    options.console.progress({ task, done, total: rows.length, unit: 'texts' }),
  );
  const wrong = rows.flatMap((row, i) => (agrees(likenessOf(row.vector, fresh[i] as Float32Array), tolerance) ? [] : [i]));
  const explained = request.explained
    ? await explain(access, request, { rows, fresh, wrong, tolerance }, options)
    : { failures: [], indistinguishable: [] };
  return {
    population: ids.length,
    sampled: rows.length,
    failed: wrong.length,
    confidence: CONFIDENCE,
    bound: boundOf(wrong.length, rows.length, ids.length),
    tolerance,
    failures: explained.failures,
    indistinguishable: explained.indistinguishable,
    withoutText,
  };
}

/**
 * The largest share that could be false: exact one-sided Clopper-Pearson; the share itself where every row was taken.
 * Source: Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404
 */
export function boundOf(failed: number, sampled: number, population: number, confidence = CONFIDENCE): number {
  if (sampled === 0) return 1;
  if (sampled === population) return failed / population;
  if (failed === 0) return couldDiffer(sampled, confidence);
  if (failed === sampled) return 1;
  let [low, high] = [failed / sampled, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (binomialCdf(failed, sampled, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** Rows of these ids with their texts; those that have none, or whose text is only in a corpus that has another one by now, are counted. */
export async function claimedRows(
  store: LiveStore,
  { tag, place = 'current' }: { readonly tag: string | null; readonly place?: Place },
  ids: readonly string[],
  corpus: () => Promise<CorpusIndex>,
): Promise<{ readonly rows: ClaimedRow[]; readonly withoutText: number }> {
  const found = new Map<string, { vector: Float32Array; hash: string | null; text: string | null; isOwn: boolean }>();
  for await (const { ids: own, texts, textHashes, offsets, values } of store.read({ tag, ids, place }))
    own.forEach((id, row) => {
      found.set(id, {
        vector: values.slice(offsets[row], offsets[row + 1]),
        hash: textHashes[row] ?? null,
        text: texts?.[row] ?? null,
        isOwn: texts?.[row] != null,
      });
    });
  const lacking = new Set([...found].filter(([, { text }]) => text === null).map(([id]) => id));
  if (lacking.size > 0) for await (const { id, text } of (await corpus()).texts(lacking)) Object.assign(found.get(id) ?? {}, { text });
  const rows = ids.flatMap((id) => {
    const row = found.get(id);
    // A text of the store's own that is not the one hashed belongs to a vector that is not of it: embedded again, it shows.
    if (row === undefined || row.text === null || (!row.isOwn && row.hash !== null && row.hash !== sha256(row.text))) return [];
    return [{ id, text: row.text, vector: row.vector }];
  });
  return { rows, withoutText: ids.length - rows.length };
}

interface Compared {
  readonly rows: readonly ClaimedRow[];
  readonly fresh: readonly Float32Array[];
  /** Places of the rows that failed. */
  readonly wrong: readonly number[];
  readonly tolerance: Tolerance;
}

async function explain(
  { config }: StoreAccess,
  { claimed, others }: AttestRequest,
  { rows, fresh, wrong, tolerance }: Compared,
  options: StageOptions,
): Promise<{ failures: AttestedFailure[]; indistinguishable: string[] }> {
  const places = wrong.length > 0 ? wrong.slice(0, EXPLAINED) : rows.slice(0, PROBED).map((_, i) => i);
  const probed = places.map((i) => rows[i] as ClaimedRow);
  const probedFresh = places.map((i) => fresh[i] as Float32Array);
  const variants = claimed.embedder.version.verifiable ? variantsOf(claimed, others) : variantsOf(claimed, others).slice(0, others.length);
  const { causes, indistinguishable } = await tryVariants(
    probed,
    probedFresh,
    variants,
    tolerance,
    (spec) => openVariant(claimed.embedder, spec, () => openVersion(config, spec, options)),
    options.signal,
  );
  const failures =
    wrong.length === 0 ? [] : probed.map((row, i) => failureOf(row, probedFresh[i] as Float32Array, causes[i] ?? null, tolerance));
  return { failures, indistinguishable: [...sameBySpec(claimed.spec), ...indistinguishable] };
}

function failureOf(
  { id, vector }: ClaimedRow,
  fresh: Float32Array,
  found: { cause: AttestedFailure['cause']; note: string } | null,
  tolerance: Tolerance,
): AttestedFailure {
  const { cosine, length } = likenessOf(vector, fresh);
  if (cosine === null)
    return {
      id,
      cosine,
      cause: found?.cause ?? 'other-model',
      note: found?.note ?? `it has ${vector.length} dimensions, not ${fresh.length}`,
    };
  if (cosine >= tolerance.cosine)
    return { id, cosine, cause: 'not-normalised', note: `its length is ${length.toFixed(4)} times what it should be` };
  if (isRounded(vector, fresh)) return { id, cosine, cause: 'precision-loss', note: 'it is the right vector, kept with few bits' };
  if (found !== null) return { id, cosine, ...found };
  return { id, cosine, cause: cosine < 0.5 ? 'other-model' : 'unknown', note: 'none of the variants tried gives this vector' };
}
