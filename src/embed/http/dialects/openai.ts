import { bearer, type Dialect, dataEntries } from '../dialect.ts';

/** OpenAI's form, which Ollama, vLLM, TEI, LM Studio, LiteLLM and most gateways speak too. */
export const openai: Dialect = {
  id: 'openai',
  title: 'OpenAI, Ollama, vLLM, TEI, LM Studio and others that speak its form',
  source: 'https://platform.openai.com/docs/api-reference/embeddings/create',
  // Texts go nowhere that nobody named.
  url: null,
  keyFrom: 'OPENAI_API_KEY',
  batch: 2048,
  fields: { query: {}, document: {} },
  path: () => 'embeddings',
  keyHeader: bearer,
  request: (model, texts, fields) => ({ model, input: texts, encoding_format: 'float', ...fields }),
  entries: dataEntries,
};
