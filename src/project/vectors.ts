import { sha256 } from '../core/hash.ts';
import { documentText } from '../dataset/corpus.ts';
import { vectorFolder } from '../embed/cache/cache.ts';
import { type Entry, openVectorStore, type VectorStore } from '../embed/cache/vector-store.ts';
import type { Dataset } from '../model/dataset.ts';
import type { VectorSet } from '../model/vectors.ts';
import type { Role, Side } from '../model/version.ts';
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

/** The cached vectors of a side's version. */
export function openStore({ config, embedders, clock }: Workspace, side: Side): Promise<VectorStore> {
  const { cacheKey, fingerprint } = embedders[side].version;
  return openVectorStore(vectorFolder(config.cache, cacheKey), fingerprint, { clock });
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
