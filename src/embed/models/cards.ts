import type { Pooling } from '../../model/version.ts';

/** How the authors of a model say that it is used for retrieval. */
export interface Card {
  /** null where the graph itself pools, so that `output` says what is taken. */
  readonly pooling: Pooling | null;
  /** The graph's output that is taken, where it is not that of the tokens. */
  readonly output?: string;
  readonly normalize: boolean;
  /** null where no source says whether there is one. */
  readonly prefixes: { readonly query: string | null; readonly document: string | null };
  /** What follows the pooling beside normalising, and is in no graph of tokens: files of the folder have to say where it is. */
  readonly steps?: string;
  /** True where the authors say that it works without the prefixes too. */
  readonly prefixIsOptional?: true;
  /** Longest input in tokens. */
  readonly maxTokens: number;
}

/** Models of one family that are used alike. */
export interface Family {
  /** Who published them; other repositories hold the same weights as ONNX under the same name. */
  readonly publisher: string;
  readonly card: Card;
  /** Names behind the organisation, with the longest input where it is not that of the card. */
  readonly names: readonly (string | readonly [name: string, maxTokens: number])[];
  /** Where the use was read. */
  readonly source: string;
}

interface Use {
  readonly query?: string | null;
  readonly document?: string;
  readonly normalize?: boolean;
  readonly output?: string;
  readonly steps?: string;
  readonly prefixIsOptional?: true;
}

const card = (pooling: Pooling | null, maxTokens: number, { query = '', document = '', normalize = true, ...rest }: Use = {}): Card => ({
  pooling,
  maxTokens,
  normalize,
  prefixes: { query, document },
  ...rest,
});

const SEARCHING = 'Represent this sentence for searching relevant passages: ';
/** The instruction of the cards' own example for web search. */
const WEB_SEARCH = 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:';

/** `file` of MTEB 2.26 (mteb/models/model_implementations), checked together with the model's own card. */
const mteb = (publisher: string, file: string): string => `the model cards of ${publisher}, and ${file} of MTEB 2.26`;
/** `file` of FastEmbed 0.9 (fastembed/text). */
const fastembed = (publisher: string, file: string): string => `the model cards of ${publisher}, and ${file} of FastEmbed 0.9`;
/** The table of models in the documentation of sentence-transformers: longest input, pooling, normalising. */
const SBERT_TABLE = 'the table of pretrained models in the documentation of sentence-transformers 5.1';

/** The embedding models most used in JavaScript runtimes, by family. */
export const FAMILIES: readonly Family[] = [
  {
    publisher: 'BAAI',
    card: card('cls', 512, { query: SEARCHING }),
    names: ['bge-small-en', 'bge-base-en', 'bge-large-en'],
    source: mteb('BAAI', 'bge_models.py'),
  },
  {
    publisher: 'BAAI',
    card: card('cls', 512, { query: SEARCHING, prefixIsOptional: true }),
    names: ['bge-small-en-v1.5', 'bge-base-en-v1.5', 'bge-large-en-v1.5'],
    source: mteb('BAAI', 'bge_models.py'),
  },
  {
    publisher: 'BAAI',
    card: card('cls', 512, { query: '为这个句子生成表示以用于检索相关文章：', prefixIsOptional: true }),
    names: ['bge-small-zh-v1.5', 'bge-base-zh-v1.5', 'bge-large-zh-v1.5'],
    source: mteb('BAAI', 'bge_models.py'),
  },
  { publisher: 'BAAI', card: card('cls', 8192), names: ['bge-m3'], source: mteb('BAAI', 'bge_models.py') },
  {
    publisher: 'intfloat',
    card: card('mean', 512, { query: 'query: ', document: 'passage: ' }),
    names: [
      ...['e5-small', 'e5-base', 'e5-large', 'e5-small-v2', 'e5-base-v2', 'e5-large-v2'],
      ...['multilingual-e5-small', 'multilingual-e5-base', 'multilingual-e5-large'],
    ],
    source: mteb('intfloat', 'e5_models.py'),
  },
  {
    publisher: 'intfloat',
    card: card('mean', 512, { query: `${WEB_SEARCH} ` }),
    names: ['multilingual-e5-large-instruct'],
    source: mteb('intfloat', 'e5_instruct.py'),
  },
  {
    publisher: 'thenlper',
    card: card('mean', 512),
    names: ['gte-small', 'gte-base', 'gte-large'],
    source: mteb('thenlper', 'misc_models.py'),
  },
  {
    publisher: 'Alibaba-NLP',
    card: card('cls', 8192),
    names: ['gte-base-en-v1.5', 'gte-large-en-v1.5', 'gte-multilingual-base', 'gte-modernbert-base'],
    source: mteb('Alibaba-NLP', 'gte_models.py'),
  },
  {
    publisher: 'nomic-ai',
    card: card('mean', 8192, { query: 'search_query: ', document: 'search_document: ' }),
    names: [
      'nomic-embed-text-v1',
      'nomic-embed-text-v1.5',
      'nomic-embed-text-v1-unsupervised',
      'modernbert-embed-base',
      ['nomic-embed-text-v2-moe', 512],
    ],
    source: mteb('nomic-ai', 'nomic_models.py'),
  },
  {
    publisher: 'sentence-transformers',
    card: card('mean', 512),
    names: [
      ...([
        ['all-MiniLM-L6-v2', 256],
        ['all-MiniLM-L12-v2', 128],
        ['all-mpnet-base-v2', 384],
      ] as const),
      ...['all-distilroberta-v1', 'multi-qa-MiniLM-L6-cos-v1', 'multi-qa-mpnet-base-cos-v1', 'multi-qa-distilbert-cos-v1'],
    ],
    source: `${SBERT_TABLE}; all-MiniLM-L12-v2: its sentence_bert_config.json`,
  },
  {
    publisher: 'sentence-transformers',
    card: card('mean', 128, { normalize: false }),
    names: [
      ...['paraphrase-MiniLM-L6-v2', 'paraphrase-multilingual-MiniLM-L12-v2', 'paraphrase-multilingual-mpnet-base-v2'],
      ...([
        ['paraphrase-MiniLM-L12-v2', 256],
        ['paraphrase-albert-small-v2', 256],
        ['paraphrase-mpnet-base-v2', 512],
        ['msmarco-distilbert-dot-v5', 512],
      ] as const),
    ],
    source: SBERT_TABLE,
  },
  {
    publisher: 'sentence-transformers',
    card: card('cls', 512, { normalize: false }),
    names: ['multi-qa-MiniLM-L6-dot-v1', 'multi-qa-distilbert-dot-v1', 'multi-qa-mpnet-base-dot-v1', 'msmarco-distilbert-base-tas-b'],
    source: `${SBERT_TABLE}; msmarco-distilbert-base-tas-b: its model card`,
  },
  {
    publisher: 'sentence-transformers',
    card: card('mean', 128, { normalize: false, steps: 'Dense (768 → 512, Tanh)' }),
    names: ['distiluse-base-multilingual-cased-v1', 'distiluse-base-multilingual-cased-v2'],
    source: SBERT_TABLE,
  },
  {
    publisher: 'sentence-transformers',
    card: card('mean', 512, { steps: 'Dense (to 768 dimensions)' }),
    names: ['gtr-t5-base', 'gtr-t5-large', ['sentence-t5-large', 256]],
    source: SBERT_TABLE,
  },
  {
    publisher: 'sentence-transformers',
    card: card('cls', 256, { steps: 'Dense (768 → 768, Tanh)' }),
    names: ['LaBSE'],
    source: 'the model card of sentence-transformers/LaBSE',
  },
  {
    publisher: 'TaylorAI',
    card: card('mean', 512),
    names: ['bge-micro-v2', 'gte-tiny'],
    source: 'registry.py of onnx_embedding_models, which TaylorAI publishes',
  },
  {
    publisher: 'Snowflake',
    card: card('cls', 512, { query: SEARCHING }),
    names: [
      ...['snowflake-arctic-embed-xs', 'snowflake-arctic-embed-s', 'snowflake-arctic-embed-m', 'snowflake-arctic-embed-l'],
      ...['snowflake-arctic-embed-m-v1.5', ['snowflake-arctic-embed-m-long', 2048] as const],
    ],
    source: mteb('Snowflake', 'arctic_models.py'),
  },
  {
    publisher: 'Snowflake',
    card: card('cls', 8192, { query: 'query: ' }),
    names: ['snowflake-arctic-embed-m-v2.0', 'snowflake-arctic-embed-l-v2.0'],
    source: mteb('Snowflake', 'arctic_models.py'),
  },
  {
    publisher: 'jinaai',
    card: card('mean', 8192),
    names: [
      ...['jina-embeddings-v2-small-en', 'jina-embeddings-v2-base-en', 'jina-embeddings-v2-base-de'],
      ...['jina-embeddings-v2-base-es', 'jina-embeddings-v2-base-zh', 'jina-embeddings-v2-base-code'],
    ],
    source: fastembed('jinaai', 'pooled_normalized_embedding.py'),
  },
  {
    publisher: 'mixedbread-ai',
    card: card('cls', 512, { query: SEARCHING }),
    names: ['mxbai-embed-large-v1'],
    source: mteb('mixedbread-ai', 'mixedbread_ai_models.py'),
  },
  {
    publisher: 'mixedbread-ai',
    card: card('cls', 512, { query: SEARCHING, prefixIsOptional: true }),
    names: ['mxbai-embed-2d-large-v1'],
    source: 'the documentation of mixedbread: the query can be preceded by the prompt',
  },
  {
    publisher: 'mixedbread-ai',
    card: card('mean', 4096, { query: null }),
    names: ['mxbai-embed-xsmall-v1'],
    source: 'the documentation of mixedbread, and the WebGPU guide of transformers.js 4',
  },
  {
    publisher: 'mixedbread-ai',
    card: card('mean', 512, { query: 'query: ', document: 'passage: ' }),
    names: ['deepset-mxbai-embed-de-large-v1'],
    source: mteb('mixedbread-ai', 'mixedbread_ai_models.py'),
  },
  {
    publisher: 'ibm-granite',
    card: card('cls', 512),
    names: [
      ...['granite-embedding-30m-english', 'granite-embedding-125m-english'],
      ...['granite-embedding-107m-multilingual', 'granite-embedding-278m-multilingual'],
      ...([
        ['granite-embedding-english-r2', 8192],
        ['granite-embedding-small-english-r2', 8192],
      ] as const),
    ],
    source: mteb('ibm-granite', 'ibm_granite_models.py'),
  },
  {
    publisher: 'Qwen',
    card: card('last', 32_768, { query: WEB_SEARCH }),
    names: ['Qwen3-Embedding-0.6B', 'Qwen3-Embedding-4B', 'Qwen3-Embedding-8B'],
    source: `${mteb('Qwen', 'qwen3_models.py')}, and last_token_normalized_embedding.py of FastEmbed 0.9`,
  },
  {
    publisher: 'google',
    card: card(null, 2048, {
      output: 'sentence_embedding',
      steps: 'two Dense',
      query: 'task: search result | query: ',
      document: 'title: none | text: ',
    }),
    names: ['embeddinggemma-300m'],
    source: fastembed('google', 'builtin_sentence_embedding.py'),
  },
  {
    publisher: 'WhereIsAI',
    card: card('cls', 512, { query: SEARCHING }),
    names: ['UAE-Large-V1'],
    source: mteb('WhereIsAI', 'uae_models.py'),
  },
  {
    publisher: 'avsolatorio',
    card: card('cls', 512),
    names: ['GIST-small-Embedding-v0', 'GIST-Embedding-v0', 'GIST-large-Embedding-v0'],
    source: mteb('avsolatorio', 'misc_models.py'),
  },
  {
    publisher: 'MongoDB',
    card: card('mean', 512, { query: SEARCHING, steps: 'Dense (from 384 dimensions)' }),
    names: ['mdbr-leaf-ir', 'mdbr-leaf-mt'],
    source: mteb('MongoDB', 'mdbr_models.py'),
  },
];

/** Endings that exporters add to the name of the same weights. */
const EXPORTED = /-onnx(?:-web|-q)?$|-transformers\.js$/i;

/** A card and whose it is; null for a name that isn't in the list. @param model `<org>/<name>`, any organisation's export */
export function cardOf(model: string): { readonly card: Card; readonly source: string } | null {
  const wanted = (model.split('/').at(-1) ?? '').replace(EXPORTED, '').toLowerCase();
  for (const { names, card: shared, source } of FAMILIES)
    for (const entry of names) {
      const [name, maxTokens] = typeof entry === 'string' ? [entry, shared.maxTokens] : entry;
      if (name.toLowerCase() === wanted) return { card: { ...shared, maxTokens }, source };
    }
  return null;
}
