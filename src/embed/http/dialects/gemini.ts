import { type Dialect, type Entry, field } from '../dialect.ts';

/** Google's Gemini API: a request a text within one call, and the fields in each. */
export const gemini: Dialect = {
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
