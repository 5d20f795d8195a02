import { bearer, type Dialect, dataEntries, type Entry, field } from './dialect.ts';

/** OpenAI's form, which Ollama, vLLM, TEI, LM Studio, LiteLLM and most gateways speak too. */
const openai: Dialect = {
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

/** Cohere's embed, version 2; version 1 answers with the bare lists. It cuts long texts unless told not to. */
const cohere: Dialect = {
  id: 'cohere',
  title: 'Cohere',
  source: 'https://docs.cohere.com/reference/embed',
  url: 'https://api.cohere.com/v2',
  keyFrom: 'COHERE_API_KEY',
  batch: 96,
  fields: {
    query: { input_type: 'search_query', truncate: 'NONE' },
    document: { input_type: 'search_document', truncate: 'NONE' },
  },
  path: () => 'embed',
  keyHeader: bearer,
  request: (model, texts, fields) => ({ model, texts, embedding_types: ['float'], ...fields }),
  entries: (answer) => {
    const embeddings = field(answer, 'embeddings');
    const lists = Array.isArray(embeddings) ? embeddings : (field(embeddings, 'float') ?? field(embeddings, 'base64'));
    return Array.isArray(lists) ? lists.map((embedding): Entry => ({ embedding })) : null;
  },
};

/** Voyage AI. Its `encoding_format` knows base64 and nothing, so none is sent. It cuts long texts unless told not to. */
const voyage: Dialect = {
  id: 'voyage',
  title: 'Voyage AI',
  source: 'https://docs.voyageai.com/reference/embeddings-api',
  url: 'https://api.voyageai.com/v1',
  keyFrom: 'VOYAGE_API_KEY',
  batch: 128,
  fields: { query: { input_type: 'query', truncation: false }, document: { input_type: 'document', truncation: false } },
  path: () => 'embeddings',
  keyHeader: bearer,
  request: (model, texts, fields) => ({ model, input: texts, ...fields }),
  entries: dataEntries,
};

/** Jina AI. Older models have no tasks: `body: { query: { task: null }, document: { task: null } }` leaves them out. */
const jina: Dialect = {
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

/** NVIDIA NIM, hosted or in a container; its retrieval models want to know the role. */
const nim: Dialect = {
  id: 'nim',
  title: 'NVIDIA NIM',
  source: 'https://docs.nvidia.com/nim/nemo-retriever/text-embedding/latest/reference.html',
  url: 'https://integrate.api.nvidia.com/v1',
  keyFrom: 'NVIDIA_API_KEY',
  batch: 64,
  fields: { query: { input_type: 'query' }, document: { input_type: 'passage' } },
  path: () => 'embeddings',
  keyHeader: bearer,
  request: (model, texts, fields) => ({ model, input: texts, encoding_format: 'float', ...fields }),
  entries: dataEntries,
};

/** Google's Gemini API: a request a text within one call, and the fields in each. */
const gemini: Dialect = {
  id: 'gemini',
  title: 'Google Gemini',
  source: 'https://ai.google.dev/api/embeddings#method:-models.batchembedcontents',
  url: 'https://generativelanguage.googleapis.com/v1beta',
  keyFrom: 'GEMINI_API_KEY',
  batch: 100,
  fields: { query: { taskType: 'RETRIEVAL_QUERY' }, document: { taskType: 'RETRIEVAL_DOCUMENT' } },
  path: (model) => `${resource(model)}:batchEmbedContents`,
  keyHeader: (key) => ({ 'x-goog-api-key': key }),
  request: (model, texts, fields) => ({
    requests: texts.map((text) => ({ model: resource(model), content: { parts: [{ text }] }, ...fields })),
  }),
  entries: (answer) => {
    const embeddings = field(answer, 'embeddings');
    return Array.isArray(embeddings) ? embeddings.map((one: unknown): Entry => ({ embedding: field(one, 'values') })) : null;
  },
};

function resource(model: string): string {
  return model.startsWith('models/') ? model : `models/${model}`;
}

/** Every dialect of the http embedder; the only list. The first is taken where a version names none. */
export const DIALECTS = [openai, cohere, voyage, jina, nim, gemini] as const satisfies readonly Dialect[];

/** @param id one of the registry's; the schema took no other */
export function dialectOf(id: string | undefined): Dialect {
  return DIALECTS.find((dialect) => dialect.id === id) ?? DIALECTS[0];
}
