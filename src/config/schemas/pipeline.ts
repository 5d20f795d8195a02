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
});

export type PipelineInput = z.output<typeof pipelineSchema>;
