import { basename } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { sha256Json } from '../core/hash.ts';
import type { Config } from '../model/config.ts';
import type { Pipeline } from '../model/pipeline.ts';

/** Hash of what a certificate holds for beside versions, data set and policy: who depends on a score, and how results are searched. */
export function settingsHash({ search, consumers, rerankers, pipeline }: Config): Sha256 {
  return sha256Json({ search, consumers, rerankers, ...(pipeline === undefined ? {} : { pipeline: wherever(pipeline) }) });
}

/** The same in whichever folder a project lies: files by their names. */
function wherever(pipeline: Pipeline): Pipeline {
  const { lexical, rerank } = pipeline;
  return {
    ...pipeline,
    ...(lexical.source === 'run' ? { lexical: { ...lexical, file: basename(lexical.file) } } : {}),
    ...(rerank?.source === 'run' ? { rerank: { ...rerank, file: basename(rerank.file) } } : {}),
  };
}
