import type { Sha256 } from '../core/brand.ts';
import { CONFIDENCE } from '../core/confidence.ts';
import { CutoverError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { sampleWithout, seededRandom } from '../core/random.ts';
import type { TaggingRecord } from '../model/ledger.ts';
import { appendEntry, readLedger } from '../proof/chain.ts';
import { boundOf, claimedRows } from './attest/attest.ts';
import { agrees, embedTexts, likenessOf, measureTolerance } from './attest/compare.ts';
import { standingOf } from './ledger/states.ts';
import { refuse } from './migrate/columns/start.ts';
import { type OpenVersion, type StoreAccess, type StoreOptions, withStore } from './store-access.ts';
import type { TaggingPlan, TagRow } from './stores/live-store.ts';
import { snapshotOf } from './stores/snapshot.ts';

/** Rows of a stratum that must be embedded again before all of it is tagged: none false then means at most 5 % with 95 % confidence. */
export const LEAST_SAMPLE = 59;
/** Rows attested and tagged at a time with `all`: a kill loses no more. */
const BATCH = 256;

export interface TagOptions extends StoreOptions {
  readonly version: string;
  readonly method: 'all' | 'sample';
  /** Told before anything is done. */
  readonly onPlan: (plan: TaggingPlan) => void;
}

export interface TagResult {
  readonly plan: TaggingPlan;
  readonly record: TaggingRecord;
  /** Untagged rows that remain, a few of them by id, and why. */
  readonly untagged: { readonly rows: number; readonly examples: readonly string[] };
}

/** What `tag apply` would change; changes nothing. */
export async function planTags(
  options: StoreOptions,
): Promise<{ readonly plan: TaggingPlan; readonly untagged: number; readonly title: string }> {
  return withStore(options, async ({ store }) => ({
    plan: await store.planTagging(),
    untagged: (await store.counts()).get(null) ?? 0,
    title: store.title,
  }));
}

/**
 * Gives untagged rows the tag of the version that their vectors turn out to be of; what fails stays untagged. An
 * interrupted run goes on with what is untagged.
 * @throws CutoverError TEXT_UNKNOWN, and what the store throws
 */
export async function applyTags(options: TagOptions): Promise<TagResult> {
  return withStore(options, async (access) => {
    const { store } = access;
    const version = await access.version(options.version);
    return store.ledger.exclusively(async () => {
      const entries = await readLedger(store.ledger, store.title);
      const plan = await store.planTagging();
      options.onPlan(plan);
      refuse('Tagging', { refusals: plan.refusals ?? [], warnings: plan.warnings ?? [] }, (warning) => options.console.warn(warning));
      await store.prepareTagging();
      const strata = await untaggedStrata(access);
      const found =
        options.method === 'all' ? await tagAll(access, version, strata, options) : await tagStrata(access, version, strata, options);
      const record: TaggingRecord = { tag: version.tag, method: options.method, confidence: CONFIDENCE, ...found };
      const standing = standingOf(entries);
      // In a column of one version each row's tag is checked against the live one: from now on there is one.
      const live = standing.live ?? (store.layout === 'columns' ? version.tag : null);
      const isUnrecorded = live !== standing.live && ((await store.counts()).get(version.tag) ?? 0) > 0;
      if (record.rows > 0 || isUnrecorded) {
        const proposal = {
          event: { type: 'tagging', tagging: record },
          from: standing.live,
          to: version.tag,
          live,
          snapshot: await snapshotOf(store),
        } as const;
        await appendEntry(store.ledger, store.title, entries, proposal, options.now());
      }
      return { plan, record, untagged: await leftOver(access) };
    });
  });
}

/** Untagged ids by stratum, ascending. */
async function untaggedStrata({ store }: StoreAccess): Promise<ReadonlyMap<string, readonly string[]>> {
  const strata = new Map<string, string[]>();
  for await (const { ids, strata: own } of store.read({ tag: null, vectors: false }))
    ids.forEach((id, row) => {
      const stratum = own[row] ?? '';
      strata.set(stratum, [...(strata.get(stratum) ?? []), id]);
    });
  for (const ids of strata.values()) ids.sort();
  return new Map([...strata].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Found = Pick<TaggingRecord, 'rows' | 'attested' | 'bound' | 'left'>;

async function tagAll(
  access: StoreAccess,
  version: OpenVersion,
  strata: ReadonlyMap<string, readonly string[]>,
  options: TagOptions,
): Promise<Found> {
  const ids = [...strata.values()].flat();
  let [rows, attested] = [0, 0];
  for (let first = 0; first < ids.length; first += BATCH) {
    const checked = await check(access, version, ids.slice(first, first + BATCH), options, { done: first, total: ids.length });
    attested += checked.right.length + checked.wrong;
    rows += await access.store.tagRows(checked.right, version.tag);
  }
  return { rows, attested, bound: 0, left: [] };
}

async function tagStrata(
  access: StoreAccess,
  version: OpenVersion,
  strata: ReadonlyMap<string, readonly string[]>,
  options: TagOptions,
): Promise<Found> {
  const left: string[] = [];
  let [rows, attested, bound] = [0, 0, 0];
  for (const [stratum, ids] of strata) {
    // Small strata are taken whole: fewer than 59 say too little.
    const picked = sampleWithout(
      seededRandom(access.config.seed, `tag-${stratum}`),
      ids.length,
      Math.min(LEAST_SAMPLE, ids.length),
    ).flatMap((i) => ids[i] ?? []);
    const { right, wrong, unknown } = await check(access, version, picked, options, { done: attested, total: null });
    attested += right.length + wrong;
    if (wrong > 0 || unknown > 0) {
      left.push(stratum);
      continue;
    }
    bound = Math.max(bound, boundOf(0, right.length, ids.length, CONFIDENCE));
    rows += await access.store.tagRows(await hashesOf(access, ids), version.tag);
  }
  return { rows, attested, bound, left };
}

/** Embeds rows again. @returns those that match, how many don't, and how many have no text */
async function check(
  access: StoreAccess,
  version: OpenVersion,
  ids: readonly string[],
  options: TagOptions,
  { done, total }: { readonly done: number; readonly total: number | null },
): Promise<{ readonly right: readonly TagRow[]; readonly wrong: number; readonly unknown: number }> {
  const { rows, withoutText } = await claimedRows(access.store, { tag: null }, ids, () => access.corpus());
  if (rows.length === 0) return { right: [], wrong: 0, unknown: withoutText };
  const tolerance = await measureTolerance(version.embedder, rows, options.signal);
  const task = `attesting ${access.store.spec.name}`;
  const fresh = await embedTexts(version.embedder, rows, options.signal, (count) =>
    options.console.progress({ task, done: done + count, total, unit: 'rows' }),
  );
  const right = rows.filter((row, i) => agrees(likenessOf(row.vector, fresh[i] as Float32Array), tolerance));
  return {
    right: right.map(({ id, text, vector }) => ({ id, textHash: sha256(text), vector })),
    wrong: rows.length - right.length,
    unknown: withoutText,
  };
}

/** Text hashes of rows that are tagged with their stratum. @throws CutoverError TEXT_UNKNOWN */
async function hashesOf(access: StoreAccess, ids: readonly string[]): Promise<{ id: string; textHash: Sha256 }[]> {
  const texts = new Map<string, string | null>();
  for await (const batch of access.store.read({ tag: null, ids, vectors: false }))
    batch.ids.forEach((id, row) => {
      texts.set(id, batch.texts?.[row] ?? null);
    });
  const corpus = await access.corpus();
  return ids.map((id) => {
    const text = texts.get(id) ?? null;
    const textHash = text === null ? corpus.hashOf(id) : sha256(text);
    if (textHash === null) throw new CutoverError('TEXT_UNKNOWN', { count: 1, store: access.store.title, id });
    return { id, textHash };
  });
}

async function leftOver({ store }: StoreAccess): Promise<TagResult['untagged']> {
  const examples: string[] = [];
  let rows = 0;
  for await (const { ids } of store.read({ tag: null, vectors: false })) {
    rows += ids.length;
    examples.push(...ids.slice(0, Math.max(0, 5 - examples.length)));
  }
  return { rows, examples };
}
