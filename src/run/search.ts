import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError } from '../core/errors.ts';
import { filtersOf } from '../dataset/filters.ts';
import { parentsOf } from '../dataset/parents.ts';
import { versionFolder } from '../embed/cache/cache.ts';
import { quantile } from '../measure/stats/quantile.ts';
import type { Rankings } from '../model/search.ts';
import type { VectorSet } from '../model/vectors.ts';
import { SIDES, type Side } from '../model/version.ts';
import { loadVectors, openVectors } from '../project/vectors.ts';
import type { StageSummary, Workspace } from '../project/workspace.ts';
import { inMemory } from '../search/corpus.ts';
import type { SearchIndex, SearchOptions } from '../search/engine.ts';
import { nearestOthers } from '../search/nearest.ts';
import { paramsOf, SEARCH_ENGINES, servingEngine } from '../search/registry.ts';
import { writeRankings } from '../search/run-table.ts';
import { answering, filtering } from '../studies/answers.ts';
import type { VersionVectors } from '../studies/study.ts';
import { writeFileAtomic } from '../system/files.ts';
import { isFresh, requireFresh, writeManifest } from '../system/manifest.ts';
import { sideBySide } from '../system/workers/side-by-side.ts';
import { checkCache } from './cache-check.ts';
import { inputsOf, partsOf, searchFiles } from './freshness.ts';
import { type SideVectors, scoredPairs } from './pairs.ts';

/** Nearest others kept an item, for consumers and the neighbour graph. */
const NEAREST = 10;
/** Items whose nearest others are looked up; beyond it a seeded sample. */
const NEAREST_SAMPLE = 5_000;

/**
 * Finds exact and served neighbours of every query under each version, the nearest others of documents and queries,
 * and the scores of judged and sampled pairs.
 * @param atOnce whether both versions are held in memory, which changes no file
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE when the embed stage has not run for these inputs
 */
export async function search(workspace: Workspace, atOnce = !isLarge(workspace)): Promise<StageSummary> {
  const { config, console } = workspace;
  const inputs = inputsOf('search', partsOf(workspace));
  if (await isFresh(config.output, 'search', inputs)) {
    console.info('search    unchanged');
    return { stage: 'search', cached: true, output: config.output, files: [] };
  }
  await requireFresh(config.output, 'embed', inputsOf('embed', partsOf(workspace)));
  // A database in a folder is for one at a time: whoever wants it next, in this process too, finds it closed.
  const files = await (atOnce ? together(workspace) : oneByOne(workspace)).finally(() => workspace.serving?.close());
  // Before the manifest: what was found in a foreign cache is never taken for done.
  await checkCache(workspace);
  await workspace.timings.save();
  await writeManifest(config.output, 'search', inputs, files);
  console.info(
    `search    ${workspace.dataset.queries.length} queries × ${workspace.dataset.documents.length} documents, exact and ${servingEngine(config.search).id}`,
  );
  return { stage: 'search', cached: false, output: config.output, files };
}

/** Documents of both versions together above which only one version is held in memory at a time. */
const TOGETHER = 250_000;

/** Whether one version after the other is held in memory. */
export function isLarge({ dataset }: Pick<Workspace, 'dataset'>): boolean {
  return dataset.documents.length * SIDES.length > TOGETHER;
}

/** Both versions in memory, their indexes built side by side. */
async function together(workspace: Workspace): Promise<string[]> {
  const sides = { old: await loadVectors(workspace, 'old'), new: await loadVectors(workspace, 'new') };
  const exactly = <S extends Side>(side: S, { documents, queries }: VersionVectors<S>) =>
    exactNeighbours(workspace, side, { documents: inMemory(documents), queries });
  return [...(await servedNeighbours(workspace, sides)), ...(await exactly('old', sides.old)), ...(await exactly('new', sides.new))];
}

/** One version after the other, each dropped before the next one is read: the same files. */
async function oneByOne(workspace: Workspace): Promise<string[]> {
  // Each filter is its own search, and each search over documents on disk reads all of them.
  const find = filtersOf(workspace.dataset) === null ? fromDisk : fromMemory;
  const files: string[] = [];
  for (const side of SIDES) files.push(...(await find(workspace, side)));
  return files;
}

async function fromMemory(workspace: Workspace, side: Side): Promise<string[]> {
  const { documents, queries } = await loadVectors(workspace, side);
  const served = await timed(await serve(workspace, side, { documents, queries }));
  return [...served, ...(await exactNeighbours(workspace, side, { documents: inMemory(documents), queries }))];
}

/** The exact search reads block by block; what serves holds the vectors as long as it is asked, unless it scans. */
async function fromDisk(workspace: Workspace, side: Side): Promise<string[]> {
  const { documents, queries } = await openVectors(workspace, side);
  const { similarity } = workspace.config.search;
  const scans = servingEngine(paramsOf(workspace.config.search, side)) === SEARCH_ENGINES.exact;
  const scan = () => documents.openExact(similarity, workspace.signal);
  const served = scans
    ? await timed(await ask(workspace, side, queries, documents.ids.length, scan))
    : await documents
        .pick([...documents.ids.keys()])
        .then((all) => serve(workspace, side, { documents: all, queries }))
        .then(timed);
  return [...served, ...(await exactNeighbours(workspace, side, { documents, queries }))];
}

/** The files of what serves, its times taken, closed. */
async function timed({ files, timeIt, close }: Served): Promise<readonly string[]> {
  try {
    await timeIt();
  } finally {
    await close();
  }
  return files;
}

/** Where a version's index is kept: each graph has its own folder, since both sides may be one version with two graphs. */
export function indexFolder({ config, embedders }: Pick<Workspace, 'config' | 'embedders'>, side: Side): string {
  const { m, efConstruction } = paramsOf(config.search, side).hnsw;
  return join(versionFolder(config.cache, embedders[side].version.cacheKey), 'index', `m${m}-efc${efConstruction}`);
}

function searchOptions(workspace: Workspace, side: Side): SearchOptions {
  return {
    seed: workspace.config.seed,
    signal: workspace.signal,
    rebuilt: !workspace.cacheTrust.believes,
    ...(workspace.serving === null ? {} : { serving: workspace.serving }),
    onProgress: (done, total) =>
      workspace.console.progress({ task: `indexing ${workspace.embedders[side].version.id}`, done, total, unit: 'documents' }),
  };
}

/** Queries whose latency is taken, one after the other. */
const TIMED = 200;

/** Both indexes are built side by side, each in its own worker; then each is timed alone. */
async function servedNeighbours(workspace: Workspace, sides: { [S in Side]: VersionVectors<S> }): Promise<string[]> {
  const old = (signal: AbortSignal) => serve({ ...workspace, signal }, 'old', sides.old);
  const fresh = (signal: AbortSignal) => serve({ ...workspace, signal }, 'new', sides.new);
  // One graph for both is built once and saved; the other side loads it.
  const turns = indexFolder(workspace, 'old') === indexFolder(workspace, 'new') ? [[old], [fresh]] : [[old, fresh]];
  const served: Served[] = [];
  try {
    for (const tasks of turns) served.push(...(await sideBySide(tasks, workspace.signal, ({ close }) => close())));
    for (const { timeIt } of served) {
      await timeIt();
      if (workspace.signal.aborted) throw new CutoverError('INTERRUPTED', {});
    }
  } finally {
    await Promise.all(served.map(({ close }) => close()));
  }
  return served.flatMap(({ files }) => files);
}

interface Served {
  readonly files: readonly string[];
  /** Puts down what the index costs. */
  timeIt(): Promise<void>;
  close(): Promise<void>;
}

function serve<S extends Side>(workspace: Workspace, side: S, { documents, queries }: VersionVectors<S>): Promise<Served> {
  const params = paramsOf(workspace.config.search, side);
  const options = searchOptions(workspace, side);
  return ask(workspace, side, queries, documents.ids.length, () =>
    servingEngine(params).open(documents, params, indexFolder(workspace, side), options),
  );
}

/** Opens what serves, searches and saves what is found. @param count documents of the corpus */
async function ask<S extends Side>(
  workspace: Workspace,
  side: S,
  queries: VectorSet<S>,
  count: number,
  open: () => Promise<SearchIndex<S>>,
): Promise<Served> {
  const { config, clock, timings } = workspace;
  const start = clock();
  const index = await open();
  const spent = clock() - start;
  timings.record(`search.${side}.index`, spent, count, 'documents');
  const files = await saveServed(workspace, side, index, queries).catch(async (error: unknown) => {
    await index.close();
    throw error;
  });
  return {
    files,
    close: () => index.close(),
    timeIt: async () => {
      const times = await index.latencies?.(firstRows(queries, TIMED), config.search.limit);
      if (times === undefined) return;
      const bytes = index.file == null ? (index.bytes ?? null) : ((await stat(index.file).catch(() => null))?.size ?? null);
      const buildSeconds = index.loaded === true ? null : Math.round(spent) / 1000;
      timings.recordIndex(side, { bytes, buildSeconds, p50: quantile(times, 0.5), p95: quantile(times, 0.95), queries: times.length });
    },
  };
}

async function saveServed<S extends Side>(workspace: Workspace, side: S, index: SearchIndex<S>, queries: VectorSet<S>): Promise<string[]> {
  const start = workspace.clock();
  const files = await saveNeighbours(workspace, side, 'served', index, queries);
  workspace.timings.record(`search.${side}.served`, workspace.clock() - start, queries.ids.length, 'queries');
  if (index.servedBy === undefined) return files;
  await writeFileAtomic(join(workspace.config.output, searchFiles.servedBy(side)), `${JSON.stringify(index.servedBy)}\n`);
  return [...files, searchFiles.servedBy(side)];
}

function firstRows<S extends Side>(set: VectorSet<S>, count: number): VectorSet<S> {
  return { ...set, ids: set.ids.slice(0, count), data: set.data.subarray(0, count * set.dimension) };
}

/**
 * What a search finds: the documents, or where they are chunked the chunks and the judged documents. What serves is asked for as many
 * as production asks for: a deeper question would be answered by looking at more candidates than it does.
 */
async function saveNeighbours<S extends Side>(
  workspace: Workspace,
  side: S,
  on: 'exact' | 'served',
  index: SearchIndex<S>,
  queries: VectorSet<S>,
): Promise<string[]> {
  const { k, limit } = workspace.config.search;
  const depth = on === 'served' ? limit : k;
  const parents = parentsOf(workspace.dataset);
  const chunks =
    parents === null
      ? []
      : [await save(workspace, side, searchFiles.chunks(side, on), await filtering(index, workspace.dataset).search(queries, depth))];
  const params = on === 'served' ? paramsOf(workspace.config.search, side) : null;
  const rankings = await answering(index, workspace.dataset, params).search(queries, depth);
  return [await save(workspace, side, searchFiles.rankings(side, on), rankings), ...chunks];
}

async function save(workspace: Workspace, side: Side, file: string, rankings: Rankings): Promise<string> {
  await writeRankings(join(workspace.config.output, file), rankings, { version: workspace.embedders[side].version.fingerprint });
  return file;
}

async function exactNeighbours<S extends Side>(workspace: Workspace, side: S, vectors: SideVectors<S>): Promise<string[]> {
  const { config, clock, timings, signal } = workspace;
  const { documents, queries } = vectors;
  const start = clock();
  const index = await documents.openExact(config.search.similarity, signal);
  const files: string[] = [];
  try {
    files.push(...(await saveNeighbours(workspace, side, 'exact', index, queries)));
  } finally {
    await index.close();
  }
  timings.record(`search.${side}.exact`, clock() - start, queries.ids.length, 'queries');
  for (const [role, set] of [
    ['document', documents],
    ['query', inMemory(queries)],
  ] as const) {
    if (set.ids.length < 2) continue;
    const file = searchFiles.nearest(side, role);
    const sample = { size: NEAREST_SAMPLE, seed: config.seed };
    await writeRankings(
      join(config.output, file),
      await nearestOthers(set, { k: NEAREST, similarity: config.search.similarity, sample, signal }),
    );
    files.push(file);
  }
  return [...files, ...(await scoredPairs(workspace, side, vectors))];
}

/** Whether the neighbours of these inputs are already there. */
export function isSearched(workspace: Workspace): Promise<boolean> {
  return isFresh(workspace.config.output, 'search', inputsOf('search', partsOf(workspace)));
}
