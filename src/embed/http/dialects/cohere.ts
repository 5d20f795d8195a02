import { bearer, type Dialect, type Entry, field } from '../dialect.ts';

/** Cohere's embed, version 2; version 1 answers with the bare lists. */
export const cohere: Dialect = {
  id: 'cohere',
  title: 'Cohere',
  source: 'https://docs.cohere.com/reference/embed',
  url: 'https://api.cohere.com/v2',
  keyFrom: 'COHERE_API_KEY',
  batch: 96,
  fields: { query: { input_type: 'search_query' }, document: { input_type: 'search_document' } },
  path: () => 'embed',
  keyHeader: bearer,
  request: (model, texts, fields) => ({ model, texts, embedding_types: ['float'], ...fields }),
  entries: (answer) => {
    const embeddings = field(answer, 'embeddings');
    const lists = Array.isArray(embeddings) ? embeddings : (field(embeddings, 'float') ?? field(embeddings, 'base64'));
    return Array.isArray(lists) ? lists.map((embedding): Entry => ({ embedding })) : null;
  },
};
