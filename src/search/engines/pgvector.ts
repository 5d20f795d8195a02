import { tableEngine } from '../databases/table-engine.ts';

/**
 * pgvector in a database of the team's own: the vectors go into a table beside the live ones, and its own index serves.
 * Source: https://github.com/pgvector/pgvector
 */
export const pgvector = tableEngine({
  id: 'pgvector',
  title: 'pgvector, in the database that serves',
  stores: ['postgres', 'pglite'],
  builtBy: ({ hnsw: { m, efConstruction }, pgvector: params }) => {
    const { index = 'hnsw', type = 'vector', lists = null } = params ?? {};
    return { type, index, ...(index === 'hnsw' ? { m, efConstruction } : index === 'ivfflat' ? { lists } : {}) };
  },
});
