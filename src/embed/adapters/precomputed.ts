import { type FileVector, readVectorFile } from '../../formats/vector-file.ts';
import type { Role, VectorFile } from '../../model/version.ts';
import type { EmbeddedText, EmbedderAdapter, TextItem } from '../embedder.ts';
import { requireValue } from '../models/requirement.ts';
import { readVectors, resolvePrecomputed, rowsOf } from '../precomputed-version.ts';
import { answered, finisher } from '../vector.ts';

/** Vectors made elsewhere, read from files; a text is found by its id. Prefixes were put on where they were made. */
export const precomputed: EmbedderAdapter = {
  id: 'precomputed',
  title: 'Vectors made elsewhere (JSONL, .npy, .npz, Arrow, Parquet)',
  options: { vectors: 'optional', tag: 'optional', encoding: 'optional' },
  open: async (spec) => {
    const files = requireValue(spec.vectors, spec, 'vectors', 'the precomputed embedder needs the files of both roles');
    const { version, tags } = await resolvePrecomputed(spec, files);
    const finish = finisher({ version: spec.id, dimensions: spec.dimensions ?? null, normalize: spec.normalize });
    const loaded = new Map<Role, Promise<ReadonlyMap<string, FileVector>>>();
    const load = (role: Role): Promise<ReadonlyMap<string, FileVector>> => {
      const rows = loaded.get(role) ?? readVectors(files[role], tags[role], (row) => row);
      loaded.set(role, rows);
      return rows;
    };
    /** Rows of each file, once they were looked at. */
    const sizes = new Map<Role, number>();
    let closed = false;
    return {
      version,
      check: async (items, role) => {
        // The vectors are read and let go again: those of two versions need not fit into memory together.
        const rows = await readVectors(files[role], tags[role], ({ textHash }) => ({ textHash }));
        rowsOf(items, rows, files[role].path);
        sizes.set(role, rows.size);
      },
      embed: async function* (items, role, signal, cuts) {
        if (closed) throw new Error(`The embedder of ${spec.id} is closed.`);
        const places = new Map(items.map(({ id }, index) => [id, index]));
        const isMost = 2 * items.length >= (sizes.get(role) ?? Number.POSITIVE_INFINITY) && places.size === items.length;
        if (isMost && !loaded.has(role)) {
          const answer = (row: FileVector, start: number) => answered([row], [row.vector], finish, { start, role, signal, cuts });
          yield* passingBy(files[role], items, places, answer);
          return;
        }
        const rows = rowsOf(items, await load(role), files[role].path);
        const vectors = rows.map(({ vector }) => vector);
        yield* answered(rows, vectors, finish, { start: 0, role, signal, cuts });
      },
      close: async () => {
        closed = true;
        loaded.clear();
      },
    };
  },
};

/**
 * Where most of a file is wanted, its rows as they come: memory is that of one. The file was checked before.
 * @param places id → index of the item
 */
async function* passingBy(
  file: VectorFile,
  items: readonly TextItem[],
  places: ReadonlyMap<string, number>,
  answer: (row: FileVector, index: number) => Iterable<EmbeddedText>,
): AsyncGenerator<EmbeddedText> {
  const left = new Set(places.keys());
  for await (const row of readVectorFile(file)) {
    const index = places.get(row.id);
    const item = items[index ?? -1];
    if (index === undefined || item === undefined) continue;
    rowsOf([item], new Map([[row.id, row]]), file.path);
    left.delete(row.id);
    yield* answer(row, index);
  }
  rowsOf(
    items.filter(({ id }) => left.has(id)),
    new Map<string, FileVector>(),
    file.path,
  );
}
