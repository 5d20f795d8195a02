import { resolve } from 'node:path';
import type { FusionSpec, LexicalSource, Pipeline, RerankSpec } from '../model/pipeline.ts';
import type { On } from '../model/policy.ts';
import { limitsOf, type MetricDepths } from './depths.ts';
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

function rerankOf(input: NonNullable<PipelineInput['rerank']>, limit: number, folder: string): RerankSpec {
  const { depth = limit, run, url, model = '', revision = 'main', dtype = 'q8', maxTokens = null, keyFrom = null } = input;
  if (run !== undefined) return { source: 'run', file: resolve(folder, run), depth };
  if (url !== undefined) return { source: 'service', url, model: model === '' ? null : model, keyFrom, depth };
  return { source: 'model', model, revision, dtype, maxTokens, depth };
}

/** Defaults filled in, paths absolute. @param served limit of the search */
export function pipelineOf(input: PipelineInput, served: number, folder: string): Pipeline {
  const limit = input.limit ?? served;
  return {
    limit,
    lexical: lexicalOf(input.lexical, served, folder),
    fusion: fusionOf(input.fusion),
    ...(input.rerank === undefined ? {} : { rerank: rerankOf(input.rerank, limit, folder) }),
  };
}

/** What only one kind of re-ranker takes. */
const OF_MODEL = ['revision', 'dtype', 'maxTokens'];

function rerankProblems(source: Source): Problem[] {
  const rerank = recordOf(valueAt(source.value, ['pipeline', 'rerank']));
  if (rerank === null) return [];
  const path = ['pipeline', 'rerank'];
  const has = (key: string) => key in rerank;
  const stray = (keys: readonly string[], taker: string) =>
    keys.filter(has).map((key) => problemAt(source, [...path, key], `only a re-ranker ${taker} takes ${key}`, 'key'));
  const limit = limitsOf(source).pipeline;
  const tooFew = typeof rerank.depth === 'number' && typeof limit === 'number' && rerank.depth < limit;
  return [
    ...(has('run') && has('url') ? [problemAt(source, [...path, 'run'], 'a re-ranker is a run file or a service, not both', 'key')] : []),
    ...(['run', 'url', 'model'].some(has) ? [] : [problemAt(source, path, 'set model, url or run')]),
    ...(has('url')
      ? stray(OF_MODEL, 'of this machine')
      : has('run')
        ? stray(['model', 'keyFrom', ...OF_MODEL], 'that is a model or a service')
        : []),
    ...(has('url') || has('run') ? [] : stray(['keyFrom'], 'with `url`')),
    ...(tooFew ? [problemAt(source, [...path, 'depth'], `the user gets ${limit} results, so it must get ${limit} or more`)] : []),
  ];
}

/** Keys that nobody would read, and a re-ranker that can't be. */
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
    ...rerankProblems(source),
  ];
}

/** Where a rule looks that doesn't say: at what the user gets, where a pipeline is configured and the metric is of lists. */
export function usualOn(isConfigured: boolean, { isOfServed }: MetricDepths): (metric: string) => On {
  return (metric) => (isConfigured && isOfServed?.(metric) !== true ? 'pipeline' : 'served');
}
