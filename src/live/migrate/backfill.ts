import { CutoverError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { vectorFolder } from '../../embed/cache/cache.ts';
import { openVectorStore } from '../../embed/cache/vector-store.ts';
import { processorOf } from '../../embed/processor.ts';
import type { StageOptions } from '../../project/workspace.ts';
import type { OpenVersion, StoreAccess } from '../store-access.ts';
import type { NewRow, RowStore } from '../stores/live-store.ts';
import type { Completeness } from './checks.ts';

/** Rows written at a time. */
const BATCH = 512;

/**
 * Embeds what the store lacks of a version and writes it beside the rest. Vectors that an evaluation has embedded already
 * come from its cache; what is embedded here goes there, so a kill loses a segment at most.
 * @throws CutoverError INTERRUPTED
 */
export async function backfill(
  access: StoreAccess,
  store: RowStore,
  { embedder, tag, spec }: OpenVersion,
  { missing, stale, documents }: Completeness,
  { console, signal, clock }: StageOptions,
): Promise<void> {
  const todo = new Set([...missing, ...stale]);
  const cache = await openVectorStore(vectorFolder(access.config.cache, embedder.version.cacheKey), tag, {
    clock,
    processor: processorOf(embedder.version),
  });
  const corpus = await access.corpus();
  let done = documents - todo.size;
  const task = `backfilling ${spec.id}`;
  const writeBatch = async (batch: readonly { readonly id: string; readonly text: string }[]) => {
    const texts = batch.map(({ id, text }) => ({ id, text, textHash: sha256(text) }));
    const lacking = new Set(
      cache.missing(
        'document',
        texts.map(({ textHash }) => textHash),
      ),
    );
    const items = texts.filter(({ textHash }) => lacking.delete(textHash));
    try {
      for await (const { index, ...embedded } of embedder.embed(items, 'document', signal)) {
        const item = items[index];
        if (item !== undefined) await cache.append({ id: item.id, role: 'document', textHash: item.textHash, tag, ...embedded });
        if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
      }
    } finally {
      await cache.flush();
    }
    const { vectors } = await cache.load('new', 'document', texts);
    const place = new Map(vectors.ids.map((id, row) => [id, row]));
    const rows: NewRow[] = texts.map(({ id, text, textHash }) => {
      const row = place.get(id) ?? 0;
      return { id, tag, textHash, text, vector: vectors.data.slice(row * vectors.dimension, (row + 1) * vectors.dimension) };
    });
    await store.write(rows);
    done += rows.length;
    console.progress({ task, done, total: documents, unit: 'documents' });
    if (signal.aborted) throw new CutoverError('INTERRUPTED', {});
  };
  let batch: { id: string; text: string }[] = [];
  for await (const document of corpus.texts(todo)) {
    batch.push(document);
    if (batch.length >= BATCH) {
      await writeBatch(batch);
      batch = [];
    }
  }
  if (batch.length > 0) await writeBatch(batch);
}
