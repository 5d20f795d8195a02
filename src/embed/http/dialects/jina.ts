import { bearer, type Dialect, dataEntries } from '../dialect.ts';

/** Jina AI. Older models have no tasks: `body: { query: { task: null }, document: { task: null } }` leaves them out. */
export const jina: Dialect = {
  id: 'jina',
  title: 'Jina AI',
  source: 'https://api.jina.ai/redoc#tag/embeddings',
  url: 'https://api.jina.ai/v1',
  keyFrom: 'JINA_API_KEY',
  batch: 512,
  fields: { query: { task: 'retrieval.query' }, document: { task: 'retrieval.passage' } },
  path: () => 'embeddings',
  keyHeader: bearer,
  request: (model, texts, fields) => ({ model, input: texts, embedding_type: 'float', ...fields }),
  entries: dataEntries,
};
