import { z } from 'zod';
import { POOLINGS, VECTOR_ENCODINGS } from '../../model/version.ts';
import { count, mapping, name } from './mapping.ts';

const prefixes = mapping({
  query: z.string().default('').describe('Put before every query, white space included.'),
  document: z.string().default('').describe('Put before every document, white space included.'),
});

const encoding = z.enum(VECTOR_ENCODINGS).exactOptional();

const vectorFile = z.union([
  name(),
  mapping({
    path: name().describe('The vector file: `.jsonl`, `.npy`, `.npz`, `.arrow` or `.parquet`.'),
    ids: name().exactOptional().describe('A file of one id a line, in the order of the vectors; `.npy` needs it.'),
    encoding: encoding.describe('What its whole numbers stand for, where that is not what the version says.'),
  }),
]);

const vectors = mapping({
  query: vectorFile.describe('Vectors of the queries: a path, or `path` and `ids`.'),
  document: vectorFile.describe('Vectors of the documents: a path, or `path` and `ids`.'),
});

const requests = mapping({
  batch: count().default(64).describe('Texts of one request, at most.'),
  characters: count().default(100_000).describe('Characters of one request, at most; a longer text goes alone.'),
  concurrency: count().default(4).describe('Requests under way at once.'),
  requestsPerMinute: z.number().positive().exactOptional().describe('Requests a minute, at most.'),
  tokensPerMinute: z.number().positive().exactOptional().describe('Tokens a minute, at most; counted at four characters a token.'),
  timeoutSeconds: z.number().positive().default(60).describe('How long to wait for one answer.'),
  retries: z
    .int()
    .min(0)
    .default(6)
    .describe('Further tries of a request that failed in a way that may pass (429, 5xx, a dropped connection), with growing pauses.'),
  pricePerMillionTokens: z
    .number()
    .min(0)
    .exactOptional()
    .describe('For the estimate of cost that `run --plan` shows, in whatever currency.'),
});

const fields = (of: string) => z.record(z.string(), z.unknown()).exactOptional().describe(`Fields of requests for ${of}.`);

const body = mapping({ both: fields('queries and documents'), query: fields('queries'), document: fields('documents') });

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256: 64 lower-case hex digits');

/** A version as written. Which of the optional keys are needed is the embedder's to say. */
export const versionSchema = mapping({
  id: name().describe('A name for people; not part of the fingerprint.'),
  embedder: name()
    .default('transformers')
    .describe('What makes the vectors: `transformers`, `huggingface`, `http`, `precomputed`, or the path of a module of yours.'),
  model: name()
    .exactOptional()
    .describe('`<org>/<name>`, on the hub or under a models folder; `http`: the name that the service knows it by.'),
  revision: name().exactOptional().describe('`transformers`, `huggingface`: branch, tag or commit on the hub.'),
  dtype: z
    .enum(['fp32', 'fp16', 'q8'])
    .exactOptional()
    .describe('`transformers`, `huggingface`: numeric type of the weights; it chooses the file under `onnx/`.'),
  pooling: z.enum(POOLINGS).exactOptional().describe('`transformers`, `huggingface`: how token vectors become one text vector.'),
  output: name()
    .exactOptional()
    .describe(
      "`transformers`, `huggingface`: the graph's output that is taken. `sentence_embedding` where the graph holds pooling and what comes after it; the tokens' output (`last_hidden_state`) is pooled here. Needed where a graph has both.",
    ),
  includePrompt: z
    .boolean()
    .exactOptional()
    .describe(
      "`transformers`, `huggingface`: whether the prefix's tokens are pooled with the others. Default: as the model's folder publishes it, else true.",
    ),
  normalize: z
    .boolean()
    .exactOptional()
    .describe(
      'Scale every vector to length 1. Default: true for `transformers` and `huggingface`; false elsewhere, where vectors are taken as they come.',
    ),
  prefixes: prefixes.prefault({}).describe('Text put before what is embedded, by role.'),
  maxTokens: count()
    .exactOptional()
    .describe(
      'Longest input in tokens; the rest is cut. `transformers`, `huggingface`: special tokens counted. `http`: estimated, since its tokenizer is not here, and rather too many than too few.',
    ),
  maxCharacters: count().exactOptional().describe('`http`: longest input in characters, prefix counted; the rest is cut.'),
  dimensions: count().exactOptional().describe('Keep only the first n dimensions (Matryoshka), before normalising.'),
  sha256: z
    .record(z.string(), hash)
    .exactOptional()
    .describe("`transformers`, `huggingface`: expected SHA-256 of files of the model's folder, by path relative to it."),
  vectors: vectors.exactOptional().describe('`precomputed`: the vector files by role.'),
  tag: name()
    .exactOptional()
    .describe('`precomputed`: the tag to claim for vectors whose file has none, and to demand of those whose file has one.'),
  encoding: encoding.describe(
    '`precomputed`: what whole numbers in the vector files stand for, by the names of sentence-transformers: `int8` themselves; `ubinary` and `binary` 8 dimensions packed into a byte, from 0 and from -128. Floats need none.',
  ),
  module: name()
    .exactOptional()
    .describe('`module`: path of an ES module of yours that makes the vectors; `embedder: ./mine.mjs` is short for it.'),
  url: z
    .url({ protocol: /^https?$/ })
    .exactOptional()
    .describe(
      '`http`: base address of the service, e.g. `https://api.openai.com/v1` or `http://localhost:11434/v1`. Default: that of the dialect, except for `openai`.',
    ),
  dialect: name()
    .exactOptional()
    .describe(
      '`http`: how the service wants to be asked: `openai` (default; also Ollama, vLLM, TEI, LM Studio), `cohere`, `voyage`, `jina`, `nim` or `gemini`. All but the first say the role of a text.',
    ),
  body: body
    .exactOptional()
    .describe(
      '`http`: further fields of the request, under `both`, `query` or `document`, e.g. `{ query: { input_type: query }, document: { input_type: passage } }`. null leaves out a field of the dialect. They are part of the fingerprint.',
    ),
  keyFrom: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'expected the name of an environment variable, such as OPENAI_API_KEY; the key itself is in no file')
    .exactOptional()
    .describe('`http`: the environment variable that holds the key, e.g. OPENAI_API_KEY.'),
  requests: requests.exactOptional().describe('`http`: how the service may be asked.'),
  canaries: name()
    .exactOptional()
    .describe('`http`: file of the recorded answers to the canary texts. Default: `<id>.canaries.json` beside this file. Commit it.'),
  options: z.record(z.string(), z.unknown()).exactOptional().describe('`module`: handed to the module as it is; part of the fingerprint.'),
}).meta({ title: 'cutover version', description: 'Everything that decides the vectors of one embedding version.' });

/** What `requests` says where nothing is written. */
export const DEFAULT_REQUESTS = requests.parse({});

export type VersionInput = z.output<typeof versionSchema>;
