import { join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import type { InputHashes } from '../core/hash.ts';
import { sha256, sha256Json } from '../core/hash.ts';
import { filterCounts } from '../dataset/filters.ts';
import { isChunked, judgedDocuments, parentOf, parentsOf } from '../dataset/parents.ts';
import { columnOf } from '../measure/columns.ts';
import { countUntranslated } from '../measure/metrics/summary/untranslatedConsumers.ts';
import { nearDuplicates } from '../measure/near-duplicates.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Column, Evaluation, VersionRecord } from '../model/evaluation.ts';
import { qualityOf } from '../model/lookup.ts';
import { DEFAULT_MEASURE } from '../model/metric.ts';
import type { Studies } from '../model/studies.ts';
import { SIDES, type Side } from '../model/version.ts';
import { pipelineFiles } from '../project/settings.ts';
import { CUTOVER_VERSION, type StageSummary, type Workspace } from '../project/workspace.ts';
import { paramsOf, servingEngine } from '../search/registry.ts';
import { toRun } from '../search/run-table.ts';
import { writeFileAtomic } from '../system/files.ts';
import { readArtifact } from '../system/json.ts';
import { isFresh, requireFresh, writeManifest } from '../system/manifest.ts';
import { type EmbeddingFacts, readEmbeddingFacts } from './embed.ts';
import { inputsOf, partsOf, STAGES } from './freshness.ts';
import { readNeighbours, type SideNeighbours } from './measuring/artifacts.ts';
import { consumerResults } from './measuring/consumers.ts';
import { corpusMap } from './measuring/corpus-map.ts';
import { neighbourGraph } from './measuring/geometry.ts';
import { type MeasureList, measureList, measureNames, metadataOf, studyValues, VERSION_METRICS } from './measuring/measure-list.ts';
import { queryTable, topicsOf } from './measuring/query-table.ts';
import { rerankerResults } from './measuring/rerankers.ts';
import { measureRuns, type SidedRuns } from './measuring/runs.ts';
import { scoreShifts, separations, topMargins, topScores } from './measuring/scores.ts';
import { DEPTH as SHOWN_DEPTH, shownLists } from './measuring/shown.ts';
import { sliceResults } from './measuring/slices.ts';
import { readSpaces, type Spaces } from './measuring/spaces.ts';
import { type PipelineLists, readPipeline, wordsAlone } from './pipeline/pipeline.ts';
import { readStudies } from './study.ts';

export const [EVALUATION_FILE] = STAGES.measure.writes;

/**
 * Computes evaluation.json from what the search stage found.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE when the search stage has not run for these inputs
 */
export async function measure(workspace: Workspace): Promise<StageSummary> {
  const { config, console } = workspace;
  const list = measureList(config);
  const studies = await readStudies(workspace);
  const inputs = await inputsWith(workspace, list, studies);
  const summary = { stage: 'measure', output: config.output, files: [EVALUATION_FILE] };
  if (await isFresh(config.output, 'measure', inputs)) {
    console.info('measure   unchanged');
    return { ...summary, cached: true };
  }
  const { files } = await requireFresh(config.output, 'search', inputsOf('search', partsOf(workspace)));
  const sides = {
    old: await readNeighbours(config.output, 'old', files),
    new: await readNeighbours(config.output, 'new', files),
  };
  const facts = await readEmbeddingFacts(config.output);
  const found = { sides, facts, spaces: await readSpaces(workspace), studies, piped: await readPipeline(workspace) };
  const evaluation = evaluationOf(workspace, list, found);
  for (const { consumer, warnings = [] } of evaluation.consumers)
    for (const warning of warnings) console.warn(`${consumer.name}: ${warning}`);
  await writeFileAtomic(join(config.output, EVALUATION_FILE), `${JSON.stringify(evaluation)}\n`);
  await writeManifest(config.output, 'measure', inputs, [EVALUATION_FILE]);
  console.info(`measure   ${measureNames(list).length} measures on exact and served neighbours`);
  return { ...summary, cached: false };
}

/** What evaluation.json would be made from now. */
export async function currentMeasureInputs(workspace: Workspace): Promise<InputHashes> {
  return inputsWith(workspace, measureList(workspace.config), await readStudies(workspace));
}

async function inputsWith(workspace: Workspace, list: MeasureList, studies: Studies | null): Promise<InputHashes> {
  const found = studies === null ? 'none' : sha256Json(studies);
  return inputsOf('measure', partsOf(workspace), {
    measures: measureNames(list).join(' '),
    studies: found,
    ...(await pipelineFiles(workspace.config, workspace)),
  });
}

/** What earlier stages and the vectors left. */
interface Found {
  readonly sides: { readonly [S in Side]: SideNeighbours };
  readonly facts: EmbeddingFacts;
  readonly spaces: Spaces;
  readonly studies: Studies | null;
  /** null without a pipeline. */
  readonly piped: PipelineLists | null;
}

function evaluationOf(workspace: Workspace, list: MeasureList, { sides, facts, spaces, studies, piped }: Found): Evaluation {
  const { config, dataset } = workspace;
  const crowd = { documents: isChunked(dataset) ? null : sides.new.nearestDocuments, queries: sides.old.nearestQueries };
  const queries = queryTable(dataset, { ...spacesOfJudged(spaces, dataset), crowd }, sides.old.served);
  const runs = {
    exact: { old: toRun(sides.old.exact), new: toRun(sides.new.exact) },
    served: { old: toRun(sides.old.served), new: toRun(sides.new.served) },
    ...(piped === null ? {} : { pipeline: { old: toRun(piped.lists.old), new: toRun(piped.lists.new) } }),
  };
  const limits = { served: config.search.limit, pipeline: piped?.record.limit ?? 0 };
  const known = { found: chunkRuns(sides), limits, silence: dataset.silence };
  const columns = measureRuns(runs, dataset.qrels, queries, list, known);
  const consumers = consumerResults(config.consumers, sides, dataset, config.seed);
  return {
    kind: 'cutover.evaluation',
    schemaVersion: 1,
    cutoverVersion: CUTOVER_VERSION,
    seed: config.seed,
    dataset: datasetFacts(dataset),
    versions: { old: versionRecord(workspace, 'old', facts.old), new: versionRecord(workspace, 'new', facts.new) },
    search: servedBy(workspace, sides),
    ...(piped === null ? {} : { pipeline: { ...piped.record, wordsAlone: wordsAlone(piped, dataset, queries, list) } }),
    metrics: metadataOf(list, VERSION_METRICS),
    queries,
    ...columns,
    scores: scoreShifts(sides, dataset.qrels),
    separation: separations(sides, dataset.qrels),
    margin: topMargins(sides),
    consumers,
    rerankers: rerankerResults(config.rerankers, { old: sides.old.served, new: sides.new.served }, dataset, config.seed),
    slices: sliceResults(queries, columns, topScores(sides)),
    geometry: spaces.geometry,
    graph: neighbourGraph(sides, topicsOf(spaces.topics)),
    map: corpusMap(spaces.map, sides, new Map(dataset.documents.map(({ id, title }) => [id, title])), topicsOf(spaces.topics)),
    values: { untranslatedConsumers: countUntranslated(consumers), ...studyValues(config, studies) },
    ...(config.projection === null ? {} : { projection: config.projection }),
    ...(studies === null ? {} : { studies }),
    ...duplicatesOf(dataset, sides),
    shown: shownLists(
      { ...dataset, documents: judgedDocuments(dataset) },
      piped?.lists ?? { old: sides.old.served, new: sides.new.served },
      lossOf(columns),
    ),
  };
}

/** Only where a document that is not listed counts as not relevant. */
function duplicatesOf(dataset: Dataset, sides: Found['sides']): Pick<Evaluation, 'nearDuplicates'> {
  if (dataset.qrels === null || dataset.silence?.means !== 'complete') return {};
  const texts = new Map(judgedDocuments(dataset).map(({ id, title, text }) => [id, `${title} ${text}`]));
  const lists = { old: toRun(sides.old.served), new: toRun(sides.new.served) };
  const found = nearDuplicates(dataset.qrels, lists, (id) => texts.get(id) ?? '', SHOWN_DEPTH);
  return found === null ? {} : { nearDuplicates: found };
}

function servedBy({ config: { search }, dataset }: Workspace, sides: Found['sides']): Evaluation['search'] {
  const { id } = servingEngine(search);
  const reproducible = SIDES.every((side) => servingEngine(paramsOf(search, side)).reproducible);
  const kUsed = Math.min(search.k, parentsOf(dataset)?.ids.length ?? dataset.documents.length);
  const said = [...SIDES].flatMap((side) => (sides[side].servedBy === null ? [] : [[side, sides[side].servedBy] as const]));
  const database = said.length === 0 ? {} : { servedBy: Object.fromEntries(said) };
  return { ...search, engine: id, kUsed, ...(reproducible ? {} : { reproducible: false }), ...database };
}

/** What the indexes found; missing where that is what the runs hold already. */
function chunkRuns({ old: before, new: after }: Found['sides']): SidedRuns | undefined {
  if (before.chunks === null || after.chunks === null) return undefined;
  return {
    exact: { old: toRun(before.chunks.exact), new: toRun(after.chunks.exact) },
    served: { old: toRun(before.chunks.served), new: toRun(after.chunks.served) },
  };
}

/** Topics and cuts by judged document: the topic of its first chunk, cut where any chunk was. */
function spacesOfJudged({ topics, truncated }: Spaces, dataset: Dataset): Pick<Spaces, 'topics' | 'truncated'> {
  if (!isChunked(dataset)) return { topics, truncated };
  const parent = new Map(dataset.documents.map((document) => [document.id, parentOf(document)]));
  const judged = (ids: readonly string[]) => [...new Set(ids.map((id) => parent.get(id) ?? id))];
  const documents: Record<string, number> = {};
  for (const { id } of dataset.documents) {
    const topic = topics?.documents[id];
    if (topic !== undefined) documents[parent.get(id) ?? id] ??= topic;
  }
  return {
    topics: topics === null ? null : { ...topics, documents },
    truncated: { old: judged(truncated.old), new: judged(truncated.new) },
  };
}

function datasetFacts(dataset: Dataset): Evaluation['dataset'] {
  const { name, licence, hashes, documents, queries, qrels, silence, warnings, judging, sample, weakGrades } = dataset;
  const parents = parentsOf(dataset);
  const filtered = filterCounts(dataset);
  const judged = [...(qrels?.values() ?? [])];
  return {
    name,
    licence,
    hashes,
    documents: documents.length,
    ...(parents === null ? {} : { parents: parents.ids.length }),
    queries: queries.length,
    needs: new Set(queries.map(({ need }) => need)).size,
    judgedQueries: judged.filter(({ size }) => size > 0).length,
    judgements: judged.reduce((sum, { size }) => sum + size, 0),
    ...(silence === undefined ? {} : { silence }),
    warnings,
    ...(filtered === null ? {} : { filtered }),
    ...(judging === undefined ? {} : { judging }),
    ...(sample === undefined ? {} : { sample }),
    ...(weakGrades === undefined ? {} : { weakGrades }),
  };
}

function versionRecord({ embedders }: Workspace, side: Side, facts: EmbeddingFacts[Side]): VersionRecord {
  const { id, fingerprint, verifiable, decides, names, warnings } = embedders[side].version;
  return { id, fingerprint, verifiable, decides, names, ...facts, warnings: [...warnings, ...(facts.warnings ?? [])] };
}

/** New − old a query, as the user gets it, by which queries are ranked for their texts; null without judgements. */
function lossOf(evaluation: Pick<Evaluation, 'quality'>): Column | null {
  const byOn = qualityOf(evaluation)[DEFAULT_MEASURE] ?? Object.values(qualityOf(evaluation))[0];
  const columns = byOn?.pipeline ?? byOn?.served;
  if (columns === undefined) return null;
  return columnOf(columns.new.perQuery.map((value, i) => difference(value, columns.old.perQuery[i] ?? null)));
}

function difference(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before;
}

/**
 * evaluation.json of a folder, with the hash of its bytes.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_FOREIGN
 */
export async function readEvaluation(folder: string): Promise<{ readonly evaluation: Evaluation; readonly hash: Sha256 }> {
  const { value, text } = await readArtifact<Evaluation>(join(folder, EVALUATION_FILE), 'cutover.evaluation', 'measure');
  return { evaluation: value, hash: sha256(text) };
}
