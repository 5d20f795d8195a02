import { basename } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { sha256Json } from '../core/hash.ts';
import { meaningOf } from '../dataset/description.ts';
import { findCrossEncoder } from '../embed/rerankers/cross-encoder.ts';
import type { Config } from '../model/config.ts';
import type { Pipeline } from '../model/pipeline.ts';
import { sha256File } from '../system/files.ts';
import { filesNamedIn, type NamedFile } from './named-files.ts';
import { embedderContext, type StageOptions } from './workspace.ts';

type Piped = Pick<Config, 'pipeline' | 'models' | 'workers'>;
type Options = Pick<StageOptions, 'console' | 'env' | 'dry' | 'keyPairs'>;

/**
 * Hash of what a certificate holds for beside versions, rows and policy: who depends on a score, how results are searched, with the
 * content of every file that takes part, and how the data set is read.
 * @throws CutoverError as {@link pipelineFiles}
 */
export async function settingsHash(config: Config, options: Options): Promise<Sha256> {
  const { search, consumers, rerankers, pipeline } = config;
  const piped = pipeline === undefined ? {} : { pipeline: wherever(pipeline) };
  const dataset = await meaningOf(config.dataset);
  const read = Object.keys(dataset).length === 0 ? {} : { dataset };
  return sha256Json({ search, consumers, rerankers, ...read, ...piped, ...(await pipelineFiles(config, options)) });
}

/** The same in whichever folder a project is: files by their names. */
function wherever(pipeline: Pipeline): object {
  const paths = new Set(filesOf(pipeline).map(({ path }) => path));
  return JSON.parse(JSON.stringify(pipeline), (_, value: unknown) =>
    typeof value === 'string' && paths.has(value) ? basename(value) : value,
  ) as object;
}

/** Whatever it names but stop words, which may look like paths. */
function filesOf(pipeline: Pipeline | undefined): NamedFile[] {
  return filesNamedIn(pipeline).filter(({ key }) => !key.startsWith('lexical.stopWords.'));
}

/**
 * Hash of what a pipeline reads: every file that it names, and a re-ranker's model. Nothing where it reads none, or there is no pipeline.
 * @throws CutoverError FILE_MISSING, FILE_UNREADABLE, MODEL_MISSING, MODEL_UNUSABLE
 */
export async function pipelineFiles(config: Piped, options: Options): Promise<{ readonly files?: Sha256 }> {
  const read: (readonly [key: string, hash: string])[] = [];
  for (const { key, path } of filesOf(config.pipeline)) read.push([key, await sha256File(path)]);
  const model = await rerankerFingerprint(config, options);
  if (model !== null) read.push(['rerank', model]);
  return read.length === 0 ? {} : { files: sha256Json(read) };
}

/** What decides the scores of a local re-ranker; null where none is configured: what a service answers can't be known before it is asked. */
export async function rerankerFingerprint(config: Piped, options: Options): Promise<string | null> {
  const spec = config.pipeline?.rerank;
  if (spec?.source !== 'model') return null;
  return (await findCrossEncoder(spec, await embedderContext(config, options, false))).fingerprint;
}
