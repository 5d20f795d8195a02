import { join } from 'node:path';
import { isNotApplicable, type NotApplicable } from '../core/absence.ts';
import type { Sha256 } from '../core/brand.ts';
import type { InputHashes } from '../core/hash.ts';
import { sha256Json } from '../core/hash.ts';
import { isChunked } from '../dataset/parents.ts';
import { isCost } from '../measure/measure-name.ts';
import type { Studies } from '../model/studies.ts';
import { SIDES, type Side, type VersionSpec } from '../model/version.ts';
import { loadVectors, openStore, textsOf } from '../project/vectors.ts';
import { openVersion, type StageSummary, type Workspace } from '../project/workspace.ts';
import { readRankings } from '../search/run-table.ts';
import { STUDIES } from '../studies/registry.ts';
import type { Study, StudyContext, StudySide, Variant } from '../studies/study.ts';
import { readText, sha256File, writeFileAtomic } from '../system/files.ts';
import { isFresh, readManifest, requireFresh, writeManifest } from '../system/manifest.ts';
import { sideBySide } from '../system/workers/side-by-side.ts';
import { embedSide, missingOf, ROLES } from './embed.ts';
import { inputsOf, partsOf, STAGES, searchFiles } from './freshness.ts';
import { indexFolder, isLarge } from './search.ts';

export const [STUDIES_FILE] = STAGES.study.writes;

/** One study's result and what it was made from, so that a change for one study runs no other again. */
interface Finding<Id extends keyof Studies> {
  readonly madeFrom: Sha256;
  readonly result: Studies[Id];
}

interface StudiesFile {
  readonly kind: 'cutover.studies';
  readonly schemaVersion: 1;
  readonly studies: { readonly [Id in keyof Studies]: Finding<Id> };
}

/**
 * Runs the studies that explain what search found, and writes studies.json.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE when the search stage has not run for these inputs
 */
export async function study(workspace: Workspace): Promise<StageSummary> {
  const { config, console } = workspace;
  const summary = { stage: 'study', output: config.output, files: [STUDIES_FILE] };
  if (!isTimedAgain(workspace) && (await isStudied(workspace))) {
    console.info('study     unchanged');
    return { ...summary, cached: true };
  }
  await requireFresh(config.output, 'search', inputsOf('search', partsOf(workspace)));
  const earlier = await earlierFindings(config.output);
  const context = await contextOf(workspace);
  const found: [string, Finding<keyof Studies>][] = [];
  try {
    for (const of of Object.values(STUDIES)) found.push([of.id, await finding(workspace, context, of as Study, earlier?.[of.id] ?? null)]);
  } finally {
    await workspace.serving?.close();
  }
  const studies = Object.fromEntries(found) as unknown as StudiesFile['studies'];
  const file: StudiesFile = { kind: 'cutover.studies', schemaVersion: 1, studies };
  await writeFileAtomic(join(config.output, STUDIES_FILE), `${JSON.stringify(file, null, 2)}\n`);
  await workspace.timings.save();
  await writeManifest(config.output, 'study', studyInputs(workspace), [STUDIES_FILE]);
  const run = Object.values(studies).filter(({ result }) => !isNotApplicable(result)).length;
  console.info(`study     ${run} of ${Object.keys(studies).length} studies apply`);
  return { ...summary, cached: false };
}

function studyInputs(workspace: Workspace): InputHashes {
  const parts = partsOf(workspace);
  const studies = Object.values(STUDIES).map((study) => [study.id, study.inputs(parts.config, parts.versions)]);
  return inputsOf('study', parts, { studies: sha256Json(studies) });
}

/** Whether the findings of these inputs are already there. */
export function isStudied(workspace: Workspace): Promise<boolean> {
  return isFresh(workspace.config.output, 'study', studyInputs(workspace));
}

/** Whether something is to be timed again, although it is there. */
export function isTimedAgain({ timeAgain, config: { policy } }: Workspace): boolean {
  return timeAgain === true && policy.rules.some(({ metric }) => isCost(metric));
}

/** What a finished study stage found; null where none ran for these inputs, with or without the counterfactual. */
export async function readStudies(workspace: Workspace): Promise<Studies | null> {
  const { config } = workspace;
  const other = { ...workspace, config: { ...config, counterfactual: !config.counterfactual } };
  if (!(await isStudied(workspace)) && !(await isStudied(other))) return null;
  const found = await earlierFindings(config.output);
  if (found === null) return null;
  return Object.fromEntries(Object.entries(found).map(([id, { result }]) => [id, result])) as unknown as Studies;
}

/** Findings of any inputs; null where there is no such file, or one that the study stage did not write. */
async function earlierFindings(folder: string): Promise<StudiesFile['studies'] | null> {
  try {
    const manifest = await readManifest(folder, 'study');
    if (manifest?.files[STUDIES_FILE] !== (await sha256File(join(folder, STUDIES_FILE)))) return null;
    const file = JSON.parse(await readText(join(folder, STUDIES_FILE))) as Partial<StudiesFile> | null;
    return file?.kind === 'cutover.studies' && file.schemaVersion === 1 ? (file.studies ?? null) : null;
  } catch {
    return null;
  }
}

async function finding<Id extends keyof Studies>(
  workspace: Workspace,
  context: StudyContext,
  { id, inputs, applies, run, isTimed }: Study<Id>,
  earlier: Finding<Id> | null,
): Promise<Finding<Id>> {
  const { clock, timings, config, timeAgain } = workspace;
  const parts = partsOf(workspace);
  const madeFrom = sha256Json([inputsOf('search', parts), inputs(config, parts.versions)]);
  if (earlier?.madeFrom === madeFrom && !(isTimed === true && timeAgain === true)) return earlier;
  const not: NotApplicable | null = applies(context);
  if (not !== null) return { madeFrom, result: not as Studies[Id] };
  const start = clock();
  const result = await run(context);
  timings.record(`study.${id}`, clock() - start, workspace.dataset.queries.length, 'queries');
  return { madeFrom, result };
}

async function contextOf(workspace: Workspace): Promise<StudyContext> {
  const { config, dataset, console, clock, signal, serving } = workspace;
  return {
    ...(serving === null ? {} : { serving }),
    config,
    dataset,
    console,
    clock,
    signal,
    sides: { old: await sideOf(workspace, 'old'), new: await sideOf(workspace, 'new') },
    forBoth: (task) => forBoth(workspace, task),
    variant: (spec) => variantOf(workspace, spec),
  };
}

/** At the same time, unless the corpus is large or both sides would want the same database. */
export async function forBoth<T>(
  workspace: Pick<Workspace, 'dataset' | 'serving' | 'signal'>,
  task: (side: Side, signal: AbortSignal) => Promise<T>,
): Promise<{ [S in Side]: T }> {
  const { signal, serving } = workspace;
  if (isLarge(workspace) || serving !== null) return { old: await task('old', signal), new: await task('new', signal) };
  const both = SIDES.map((side) => async (stop: AbortSignal) => [side, await task(side, stop)] as const);
  return Object.fromEntries(await sideBySide(both, signal)) as { [S in Side]: T };
}

async function sideOf<S extends Side>(workspace: Workspace, side: S): Promise<StudySide<S>> {
  const { config, embedders } = workspace;
  const read = async (file: string) => (await readRankings(join(config.output, file))).rankings;
  return {
    spec: config[side],
    version: embedders[side].version,
    // The stage's own was closed after embedding.
    open: (workers = config.workers) => openVersion({ ...config, workers }, config[side], workspace),
    exact: await read(searchFiles.rankings(side, 'exact')),
    served: await read(searchFiles.rankings(side, 'served')),
    ...(isChunked(workspace.dataset) ? { exactChunks: await read(searchFiles.chunks(side, 'exact')) } : {}),
    vectors: () => loadVectors(workspace, side),
    indexFolder: indexFolder(workspace, side),
  };
}

async function variantOf(workspace: Workspace, spec: VersionSpec): Promise<Variant> {
  const embedder = await openVersion(workspace.config, spec, workspace);
  const changed: Workspace = { ...workspace, embedders: { ...workspace.embedders, new: embedder } };
  const store = await openStore(changed, 'new');
  const toEmbed = ROLES.reduce((sum, role) => sum + missingOf(textsOf(changed, role), store, role).length, 0);
  return {
    version: embedder.version,
    toEmbed,
    vectors: async () => {
      try {
        await embedSide(changed, 'new', { timing: `study.${spec.id}` });
        return await loadVectors(changed, 'new');
      } finally {
        await embedder.close();
      }
    },
  };
}
