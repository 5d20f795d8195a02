import { basename, join } from 'node:path';
import type { InputHashes } from '../../core/hash.ts';
import { type Weighing, weighedMean } from '../../measure/columns.ts';
import { qualityColumns } from '../../measure/quality-columns.ts';
import type { Config } from '../../model/config.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Pipeline, PipelineRecord } from '../../model/pipeline.ts';
import type { Rankings, Run } from '../../model/search.ts';
import { SIDES, type Side } from '../../model/version.ts';
import { pipelineFiles } from '../../project/settings.ts';
import type { StageSummary, Workspace } from '../../project/workspace.ts';
import { emptyRankings } from '../../search/rescore.ts';
import { readRankings, toRun, writeRankings } from '../../search/run-table.ts';
import { sha256File, writeFileAtomic } from '../../system/files.ts';
import { readArtifact } from '../../system/json.ts';
import { isFresh, requireFresh, writeManifest } from '../../system/manifest.ts';
import { inputsOf, partsOf, STAGES, searchFiles } from '../freshness.ts';
import type { MeasureList } from '../measuring/measure-list.ts';
import { fusedRuns, NONE } from './fused.ts';
import { reranked } from './rerank.ts';
import { wordsRun } from './words.ts';

const [PIPELINE_FILE] = STAGES.pipeline.writes;

/** `pipeline.json`: the pipeline as it ran, its words' quality apart, which the measuring adds. */
interface PipelineArtifact {
  readonly kind: 'cutover.pipeline';
  readonly schemaVersion: 1;
  readonly record: Omit<PipelineRecord, 'wordsAlone'>;
}

/** What the pipeline left: its record, the lists that the user gets, and what words find by themselves. */
export interface PipelineLists {
  readonly record: PipelineArtifact['record'];
  readonly lists: { readonly [S in Side]: Rankings };
  readonly words: Run;
}

async function inputs(workspace: Workspace): Promise<InputHashes> {
  return inputsOf('pipeline', partsOf(workspace), await pipelineFiles(workspace.config, workspace));
}

/**
 * Carries the vectors' results as served through the rest of the search: words, fusion. Nothing without a `pipeline:`.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE when the search stage has not run for these inputs; what reading the run file does
 */
export async function pipeline(workspace: Workspace): Promise<StageSummary> {
  const { config, console, clock, timings, dataset } = workspace;
  const summary = { stage: 'pipeline', output: config.output, cached: true, files: [] };
  if (config.pipeline === undefined) return summary;
  const madeFrom = await inputs(workspace);
  if (await isFresh(config.output, 'pipeline', madeFrom)) {
    console.info('pipeline  unchanged');
    return summary;
  }
  await requireFresh(config.output, 'search', inputsOf('search', partsOf(workspace)));
  const start = clock();
  const files = await write(workspace, config.pipeline);
  timings.record('pipeline', clock() - start, dataset.queries.length, 'queries');
  await timings.save();
  await writeManifest(config.output, 'pipeline', madeFrom, files);
  console.info(
    `pipeline  ${dataset.queries.length} queries, vectors and ${config.pipeline.lexical.source} by ${config.pipeline.fusion.method}`,
  );
  return { ...summary, cached: false, files };
}

async function write(workspace: Workspace, asked: Pipeline): Promise<string[]> {
  const { config, dataset, embedders } = workspace;
  const served = {
    old: (await readRankings(join(config.output, searchFiles.rankings('old', 'served')))).rankings,
    new: (await readRankings(join(config.output, searchFiles.rankings('new', 'served')))).rankings,
  };
  const words = await wordsRun(dataset, asked.lexical);
  const fused = fusedRuns(workspace, asked, served, words);
  const { rerank, limit } = asked;
  const ordered = rerank === undefined ? null : await reranked(workspace, rerank, fused.runs, limit);
  const runs = ordered?.runs ?? fused.runs;
  for (const side of SIDES) {
    const about = { version: embedders[side].version.fingerprint };
    await writeRankings(join(config.output, searchFiles.pipeline(side)), toRankings(runs[side], served[side], limit), about);
  }
  await writeRankings(join(config.output, searchFiles.words), toRankings(words, served.old, asked.lexical.depth));
  const record = {
    ...(await recordOf(asked, words, config)),
    ...(fused.tuned === null ? {} : { tuned: fused.tuned }),
    ...(ordered === null ? {} : { rerank: ordered.record }),
  };
  const artifact: PipelineArtifact = { kind: 'cutover.pipeline', schemaVersion: 1, record };
  await writeFileAtomic(join(config.output, PIPELINE_FILE), `${JSON.stringify(artifact, null, 2)}\n`);
  return [PIPELINE_FILE, searchFiles.words, ...SIDES.map(searchFiles.pipeline)];
}

function toRankings(run: Run, { queryIds, documentIds }: Rankings, depth: number): Rankings {
  const place = new Map(documentIds.map((id, row) => [id, row]));
  const rankings = emptyRankings(queryIds, documentIds, Math.min(depth, documentIds.length));
  for (const [query, id] of queryIds.entries()) {
    const { ids, scores } = run.get(id) ?? NONE;
    for (const [rank, document] of ids.entries()) {
      rankings.neighbours[query * rankings.k + rank] = place.get(document) ?? -1;
      rankings.scores[query * rankings.k + rank] = scores[rank] ?? 0;
    }
  }
  return rankings;
}

async function recordOf({ limit, lexical, fusion }: Pipeline, words: Run, { search }: Config): Promise<PipelineArtifact['record']> {
  const queries = [...words.values()].filter(({ ids }) => ids.length > 0).length;
  const source = lexical.source === 'bm25' ? lexical : { ...lexical, file: basename(lexical.file), sha256: await sha256File(lexical.file) };
  return { limit, vectors: search.limit, lexical: { ...source, queries }, fusion };
}

/** What {@link pipeline} left for these inputs; null without a `pipeline:`. @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE */
export async function readPipeline(workspace: Workspace): Promise<PipelineLists | null> {
  const { output } = workspace.config;
  if (workspace.config.pipeline === undefined) return null;
  await requireFresh(output, 'pipeline', await inputs(workspace));
  const { value } = await readArtifact<PipelineArtifact>(join(output, PIPELINE_FILE), 'cutover.pipeline', 'pipeline');
  const read = async (file: string) => (await readRankings(join(output, file))).rankings;
  return {
    record: value.record,
    lists: { old: await read(searchFiles.pipeline('old')), new: await read(searchFiles.pipeline('new')) },
    words: toRun(await read(searchFiles.words)),
  };
}

/** Measure → its mean on what words find by themselves, as deep as they hand on. */
export function wordsAlone(
  { words, record }: PipelineLists,
  { qrels }: Pick<Dataset, 'qrels'>,
  queries: Weighing & { readonly ids: readonly string[] },
  { quality }: MeasureList,
): PipelineRecord['wordsAlone'] {
  if (qrels === null) return {};
  const names = quality.filter(({ judgedOnly, cutoff }) => !judgedOnly && (cutoff ?? 0) <= record.lexical.depth);
  const { columns } = qualityColumns(names, words, qrels, queries.ids);
  return Object.fromEntries(names.map(({ name }) => [name, weighedMean(columns[name]?.perQuery ?? [], queries)]));
}
