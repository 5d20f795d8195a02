import { bearer, type Dialect, dataEntries } from '../dialect.ts';

/** NVIDIA NIM, hosted or in a container; its retrieval models want to know the role. */
export const nim: Dialect = {
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
