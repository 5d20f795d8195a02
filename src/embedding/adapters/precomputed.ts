import type { EmbedderAdapter } from '../../contract/embedder.ts';
import type { Role } from '../../contract/version.ts';
import type { FileVector } from '../../tables/vector-file.ts';
import { resolvePrecomputed } from '../precomputed-version.ts';
import { requireValue } from '../requirement.ts';
import { answered, finisher } from '../vector.ts';
import { readVectors, rowsOf } from '../vector-source.ts';

/** Vectors made elsewhere, read from files; a text is found by its id. Prefixes were put on where they were made. */
export const precomputed: EmbedderAdapter = {
  id: 'precomputed',
  title: 'Vectors made elsewhere (JSONL, .npy, .npz, Arrow, Parquet)',
  options: { vectors: 'optional', tag: 'optional' },
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
    let closed = false;
    return {
      version,
      check: async (items, role) => {
        // The vectors are read and let go again: those of two versions need not fit into memory together.
        rowsOf(items, await readVectors(files[role], tags[role], ({ textHash }) => ({ textHash })), files[role].path);
      },
      embed: async function* (items, role, signal, cuts) {
        if (closed) throw new Error(`The embedder of ${spec.id} is closed.`);
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
