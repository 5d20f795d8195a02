import { bearer, type Dialect, dataEntries } from '../dialect.ts';

/** Voyage AI. Its `encoding_format` knows base64 and nothing, so none is sent. */
export const voyage: Dialect = {
  id: 'voyage',
  title: 'Voyage AI',
  source: 'https://docs.voyageai.com/reference/embeddings-api',
  url: 'https://api.voyageai.com/v1',
  keyFrom: 'VOYAGE_API_KEY',
  batch: 128,
  fields: { query: { input_type: 'query' }, document: { input_type: 'document' } },
  path: () => 'embeddings',
  keyHeader: bearer,
  request: (model, texts, fields) => ({ model, input: texts, ...fields }),
  entries: dataEntries,
};
