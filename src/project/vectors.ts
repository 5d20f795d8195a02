import { sha256 } from '../core/hash.ts';
import { documentText } from '../dataset/corpus.ts';
import { vectorFolder } from '../embed/cache/cache.ts';
import { type Entry, openVectorStore, type VectorStore } from '../embed/cache/vector-store.ts';
import { processorOf } from '../embed/processor.ts';
import type { Dataset } from '../model/dataset.ts';
import type { VectorSet } from '../model/vectors.ts';
import { type Role, SIDES, type Side } from '../model/version.ts';
import { type Corpus, inBlocks } from '../search/corpus.ts';
import type { Workspace } from './workspace.ts';

/** A text of the data set as an embedder gets it. */
export interface Text extends Entry {
  readonly text: string;
}

/** Texts of a data set that were hashed before: every stage wants them, of either side. */
const hashed = new WeakMap<Dataset, Map<Role, readonly Text[]>>();

/** Every text of a role, ascending by id. */
export function textsOf({ dataset }: Pick<Workspace, 'dataset'>, role: Role): readonly Text[] {
  const roles = hashed.get(dataset) ?? new Map<Role, readonly Text[]>();
  hashed.set(dataset, roles);
  const texts = roles.get(role) ?? hashTexts(dataset, role);
  roles.set(role, texts);
  return texts;
}

function hashTexts({ documents, queries }: Dataset, role: Role): Text[] {
  if (role === 'query') return queries.map(({ id, text }) => ({ id, text, textHash: sha256(text) }));
  return documents.map((document) => {
    const text = documentText(document);
    return { id: document.id, text, textHash: sha256(text) };
  });
}

/** The cached vectors of a side's version, of one instruction set unless the configuration mixes them. */
export async function openStore(workspace: Workspace, side: Side): Promise<VectorStore> {
  return openStoreOf(workspace, side, await processorOfRun(workspace));
}

function openStoreOf({ config, embedders, clock, cacheTrust }: Workspace, side: Side, reads: string | null): Promise<VectorStore> {
  const { version } = embedders[side];
  return openVectorStore(vectorFolder(config.cache, version.cacheKey), version.fingerprint, {
    clock,
    processor: processorOf(version),
    reads,
    // Which machine made a vector of a cache that anybody may have written can't be known: those of this one count alone.
    mixed: config.mixProcessors && cacheTrust.believes,
  });
}

/** By what was opened: a run keeps to what it began with. */
const chosen = new WeakMap<Workspace['embedders'], Promise<string | null>>();

/**
 * The instruction set whose vectors a run takes: that of this machine, unless another one made every vector of both versions and
 * this one lacks some, as after a merge of shards. null where none decides a vector.
 */
export function processorOfRun(workspace: Workspace): Promise<string | null> {
  const known = chosen.get(workspace.embedders) ?? choose(workspace);
  chosen.set(workspace.embedders, known);
  return known;
}

async function choose(workspace: Workspace): Promise<string | null> {
  const sides = SIDES.filter((side) => processorOf(workspace.embedders[side].version) !== null);
  const [here = null] = sides.map((side) => processorOf(workspace.embedders[side].version));
  if (here === null || workspace.config.mixProcessors || !workspace.cacheTrust.believes) return here;
  let lacking = false;
  let whole: readonly string[] | null = null;
  for (const side of sides) {
    const store = await openStoreOf(workspace, side, here);
    for (const role of ['document', 'query'] as const) {
      const hashes = [...new Set(textsOf(workspace, role).map(({ textHash }) => textHash))];
      lacking ||= store.missing(role, hashes).length > 0;
      const there = store.elsewhere(role, hashes);
      whole = (whole ?? [...there.keys()]).filter((processor) => there.get(processor) === hashes.length);
    }
  }
  return lacking ? (whole?.[0] ?? here) : here;
}

/** A side's documents and queries. @throws CutoverError STORE_VECTOR_MISSING when the cache was pruned since they were embedded */
export async function loadVectors<S extends Side>(
  workspace: Workspace,
  side: S,
): Promise<{ documents: VectorSet<S>; queries: VectorSet<S> }> {
  const store = await openStore(workspace, side);
  const load = async (role: Role) => (await store.load(side, role, textsOf(workspace, role))).vectors;
  return { documents: await load('document'), queries: await load('query') };
}

/** The same, the documents left on disk. Throws likewise. */
export async function openVectors<S extends Side>(workspace: Workspace, side: S): Promise<{ documents: Corpus<S>; queries: VectorSet<S> }> {
  const store = await openStore(workspace, side);
  const texts = textsOf(workspace, 'document');
  const { vectors: queries } = await store.load(side, 'query', textsOf(workspace, 'query'));
  const documents = inBlocks({
    ids: texts.map(({ id }) => id),
    fingerprint: queries.fingerprint,
    dimension: queries.dimension,
    read: () => store.blocks(side, 'document', texts),
    pick: async (rows) =>
      (
        await store.load(
          side,
          'document',
          rows.flatMap((row) => texts[row] ?? []),
        )
      ).vectors,
  });
  return { documents, queries };
}
