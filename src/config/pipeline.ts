import { resolve } from 'node:path';
import type { FusionSpec, LexicalSource, Pipeline } from '../model/pipeline.ts';
import type { On } from '../model/policy.ts';
import type { MetricDepths } from './depths.ts';
import { problemAt, valueAt } from './problems.ts';
import { recordOf } from './records.ts';
import type { PipelineInput } from './schemas/pipeline.ts';
import type { Problem, Source } from './source.ts';

/** Lucene's default list for English. */
const ENGLISH =
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with';

function lexicalOf(input: PipelineInput['lexical'], limit: number, folder: string): LexicalSource {
  const { run, k1 = 1.2, b = 0.75, stopWords = 'none', depth = limit } = input === 'bm25' ? {} : input;
  if (run !== undefined) return { source: 'run', file: resolve(folder, run), depth };
  const named = { none: [], english: ENGLISH.split(' ') };
  return { source: 'bm25', k1, b, stopWords: typeof stopWords === 'string' ? named[stopWords] : stopWords, depth };
}

function fusionOf(input: PipelineInput['fusion']): FusionSpec {
  const { method, k = 60, vectors = 0.5 } = typeof input === 'string' ? { method: input } : input;
  if (method === 'rrf') return { method, k };
  return method === 'weighted' ? { method, vectors } : { method };
}

/** Defaults filled in, paths absolute. @param limit of the search */
export function pipelineOf(input: PipelineInput, limit: number, folder: string): Pipeline {
  return { limit: input.limit ?? limit, lexical: lexicalOf(input.lexical, limit, folder), fusion: fusionOf(input.fusion) };
}

/** Keys that nobody would read. */
export function pipelineProblems(source: Source): Problem[] {
  const lexical = recordOf(valueAt(source.value, ['pipeline', 'lexical'])) ?? {};
  const fusion = recordOf(valueAt(source.value, ['pipeline', 'fusion'])) ?? {};
  const method = fusion.method ?? 'rrf';
  const stray = (path: readonly string[], text: string) => problemAt(source, ['pipeline', ...path], text, 'key');
  return [
    ...['k1', 'b', 'stopWords'].flatMap((key) =>
      'run' in lexical && key in lexical ? [stray(['lexical', key], 'it is for BM25; a run file is taken as it is')] : [],
    ),
    ...('k' in fusion && method !== 'rrf' ? [stray(['fusion', 'k'], 'only `method: rrf` takes k')] : []),
    ...('vectors' in fusion && method !== 'weighted' ? [stray(['fusion', 'vectors'], 'only `method: weighted` takes a weight')] : []),
  ];
}

/** Where a rule looks that doesn't say: at what the user gets, where a pipeline is configured and the metric is of lists. */
export function usualOn(isConfigured: boolean, { isOfServed }: MetricDepths): (metric: string) => On {
  return (metric) => (isConfigured && isOfServed?.(metric) !== true ? 'pipeline' : 'served');
}
