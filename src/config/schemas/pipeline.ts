import { z } from 'zod';
import { count, mapping, name } from './mapping.ts';

const lexical = mapping({
  run: name()
    .exactOptional()
    .describe('A TREC run (or JSON of scores by query and document) of what words find, from your own engine; instead of an index here.'),
  k1: z.number().min(0).exactOptional().describe('BM25: how soon another occurrence of a word counts little. Default: 1.2, as in Lucene.'),
  b: z.number().min(0).max(1).exactOptional().describe("BM25: how much a document's length counts. Default: 0.75, as in Lucene."),
  stopWords: z
    .union([z.enum(['none', 'english']), z.array(name())])
    .exactOptional()
    .describe("Words that are left out: none (default), Lucene's 33 of English, or a list."),
  depth: count().exactOptional().describe('Results that it hands on. Default: `search.limit`.'),
});

const fusion = mapping({
  method: z
    .enum(['rrf', 'weighted', 'dbsf'])
    .default('rrf')
    .describe('By rank (reciprocal rank fusion), by scores scaled to 0…1 and weighted, or by scores scaled by mean and spread.'),
  k: z.number().min(0).exactOptional().describe('`rrf`: how little ranks differ. Default: 60.'),
  vectors: z
    .union([z.number().min(0).max(1), z.literal('tuned')])
    .exactOptional()
    .describe(
      '`weighted`: weight of the vectors, words have the rest (default 0.5); `tuned`: on one half of the needs, judged on the other.',
    ),
});

const rerank = mapping({
  depth: count().exactOptional().describe('Results of the fused list that it gets; `limit` at least. Default: `limit`.'),
  model: name()
    .exactOptional()
    .describe('A cross-encoder with one score, `<org>/<name>`, found where models are; with `url` the name that the service is told.'),
  revision: name().exactOptional().describe('Branch, tag or commit of the model. Default: main.'),
  dtype: z.enum(['fp32', 'fp16', 'q8']).exactOptional().describe('Numeric type of the weights. Default: q8.'),
  maxTokens: count().exactOptional().describe('Tokens of query and document together. Default: what the model takes, 512 at most.'),
  url: z
    .url({ protocol: /^https?$/ })
    .exactOptional()
    .describe('A service: `POST <url>/rerank` with query and documents; its answer has `results` with `index` and `relevance_score`.'),
  keyFrom: name().exactOptional().describe('`url`: the environment variable that holds the key. It is never stored in a file.'),
  run: name().exactOptional().describe('A TREC run (or JSON) with a score for every candidate, from your own re-ranker.'),
});

/** `pipeline` as written. */
export const pipelineSchema = mapping({
  limit: count().exactOptional().describe('Results that the user gets. Default: `search.limit`, which is what the vectors hand on.'),
  lexical: z
    .union([z.literal('bm25'), lexical])
    .default('bm25')
    .describe('What finds documents by their words.'),
  fusion: z
    .union([z.enum(['rrf', 'weighted', 'dbsf']), fusion])
    .default('rrf')
    .describe('How both lists become one.'),
  rerank: rerank.exactOptional().describe('What orders the first of the fused list again. Default: nothing.'),
});

export type PipelineInput = z.output<typeof pipelineSchema>;
