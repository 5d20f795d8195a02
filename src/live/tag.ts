import type { Sha256 } from '../core/brand.ts';
import { CONFIDENCE } from '../core/confidence.ts';
import { CutoverError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { sampleWithout, seededRandom } from '../core/random.ts';
import type { TaggingRecord } from '../model/ledger.ts';
import { appendEntry, readLedger } from '../proof/chain.ts';
import { boundOf } from './attest/attest.ts';
import type { CosineSpread, LikelyCause } from './attest/likely-cause.ts';
import { Recheck } from './attest/recheck.ts';
import { pinHead, requireAnchored } from './ledger/anchor.ts';
import { standingOf } from './ledger/states.ts';
import { refuse } from './migrate/columns/start.ts';
import { type OpenVersion, type StoreAccess, type StoreOptions, withStore } from './store-access.ts';
import type { TaggingPlan } from './stores/live-store.ts';
import { snapshotOf } from './stores/snapshot.ts';

/** Rows of a stratum that must be embedded again before all of it is tagged: none false then means at most 5 % with 95 % confidence. */
export const LEAST_SAMPLE = 59;
/** Rows attested and tagged at a time with `all`: a kill loses no more. */
const BATCH = 256;

export interface TagOptions extends StoreOptions {
  readonly version: string;
  readonly method: 'all' | 'sample';
  /** Id of a runtime whose vectors of the same weights count as the version's; null takes those of this one alone. */
  readonly runtime: string | null;
  /** Told before anything is done. */
  readonly onPlan: (plan: TaggingPlan) => void;
}

export interface TagResult {
  readonly plan: TaggingPlan;
  readonly record: TaggingRecord;
  /** Untagged rows that remain, a few of them by id. */
  readonly untagged: { readonly rows: number; readonly examples: readonly string[] };
  /** Cosines of all rows that were embedded again; null where none was. */
  readonly cosines: CosineSpread | null;
  /** The least cosine that was enough. */
  readonly enough: number;
  /** Why rows did not match, the most frequent cause first; empty where all did. */
  readonly causes: readonly LikelyCause[];
}

/** What `tag apply` would change; changes nothing. */
export async function planTags(
  options: StoreOptions,
): Promise<{ readonly plan: TaggingPlan; readonly untagged: number; readonly title: string }> {
  return withStore(options, async ({ store }) => {
    const plan = await store.planTagging();
    // A table that can't be read is refused for its own reason.
    const counts = await store.counts().catch((error: unknown) => {
      if ((plan.refusals ?? []).length === 0) throw error;
      return new Map<string | null, number>();
    });
    return { plan, untagged: counts.get(null) ?? 0, title: store.title };
  });
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
      const ledger = { config: access.config, name: store.spec.name, title: store.title, entries };
      await requireAnchored(ledger);
      const plan = await store.planTagging();
      options.onPlan(plan);
      refuse('Tagging', { refusals: plan.refusals ?? [], warnings: plan.warnings ?? [] }, (warning) => options.console.warn(warning));
      await store.prepareTagging();
      const recheck = new Recheck(access, version, options.runtime, options);
      const work = { access, version, recheck, strata: await untaggedStrata(access), options };
      const found = options.method === 'all' ? await tagAll(work) : await tagStrata(work);
      const runtime = options.runtime === null ? {} : { runtime: options.runtime };
      const record: TaggingRecord = { tag: version.tag, method: options.method, confidence: CONFIDENCE, ...found, ...runtime };
      const standing = standingOf(entries);
      // In a column of one version each row's tag is checked against the live one: from now on there is one.
      const live = standing.live ?? version.tag;
      const isUnrecorded = live !== standing.live && ((await store.counts()).get(version.tag) ?? 0) > 0;
      if (record.rows > 0 || isUnrecorded) {
        const proposal = {
          event: { type: 'tagging', tagging: record },
          from: standing.live,
          to: version.tag,
          live,
          snapshot: await snapshotOf(store),
        } as const;
        const entry = await appendEntry(store.ledger, store.title, entries, proposal, options.now());
        await pinHead({ ...ledger, entries: [...entries, entry] });
      }
      const { cosines, enough } = recheck;
      return { plan, record, untagged: await leftOver(access), cosines, enough, causes: await recheck.causes() };
    });
  });
}

/** Untagged ids by stratum, ascending. */
async function untaggedStrata({ store }: StoreAccess): Promise<ReadonlyMap<string, readonly string[]>> {
  const strata = new Map<string, string[]>();
  for await (const { ids, strata: own } of store.read({ tag: null, vectors: false }))
    ids.forEach((id, row) => {
      const stratum = own[row] ?? '';
      const known = strata.get(stratum);
      if (known === undefined) strata.set(stratum, [id]);
      else known.push(id);
    });
  for (const ids of strata.values()) ids.sort();
  return new Map([...strata].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Found = Pick<TaggingRecord, 'rows' | 'attested' | 'bound' | 'left'>;

interface Tagging {
  readonly access: StoreAccess;
  readonly version: OpenVersion;
  readonly recheck: Recheck;
  /** Untagged ids by stratum. */
  readonly strata: ReadonlyMap<string, readonly string[]>;
  readonly options: TagOptions;
}

async function tagAll({ access, version, recheck, strata, options }: Tagging): Promise<Found> {
  const ids = [...strata.values()].flat();
  let [rows, attested] = [0, 0];
  const batch = access.store.tagBatch ?? BATCH;
  for (let first = 0; first < ids.length; first += batch) {
    const checked = await recheck.rows(ids.slice(first, first + batch), progress(access, options, first, ids.length));
    attested += checked.right.length + checked.wrong;
    rows += await access.store.tagRows(checked.right, version.tag);
  }
  return { rows, attested, bound: 0, left: [] };
}

async function tagStrata({ access, version, recheck, strata, options }: Tagging): Promise<Found> {
  const left: string[] = [];
  let [rows, attested, bound] = [0, 0, 0];
  for (const [stratum, ids] of strata) {
    // Small strata are taken whole: fewer than 59 say too little.
    const picked = sampleWithout(
      seededRandom(access.config.seed, `tag-${stratum}`),
      ids.length,
      Math.min(LEAST_SAMPLE, ids.length),
    ).flatMap((i) => ids[i] ?? []);
    const { right, wrong, unknown } = await recheck.rows(picked, progress(access, options, attested, null));
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

function progress({ store }: StoreAccess, { console }: TagOptions, before: number, total: number | null): (done: number) => void {
  return (done) => console.progress({ task: `attesting ${store.spec.name}`, done: before + done, total, unit: 'rows' });
}

/** Text hashes of rows that are tagged with their stratum. @throws CutoverError TEXT_UNKNOWN */
async function hashesOf(access: StoreAccess, ids: readonly string[]): Promise<{ id: string; textHash: Sha256 }[]> {
  const hashes = new Map<string, Sha256>();
  for await (const batch of access.store.read({ tag: null, ids, vectors: false }))
    batch.ids.forEach((id, row) => {
      const text = batch.texts?.[row] ?? null;
      if (text !== null) hashes.set(id, sha256(text));
    });
  const corpus = await access.corpus();
  return ids.map((id) => {
    const textHash = hashes.get(id) ?? corpus.hashOf(id);
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
