import { join } from 'node:path';
import { readText, writeFileAtomic } from '../../artifact/files.ts';
import { isFresh, writeManifest } from '../../artifact/manifest.ts';
import type { Geometry, InputHashes, NotApplicable } from '../../contract/evaluation.ts';
import { embedInputs } from '../inputs.ts';
import { loadSide } from '../vectors.ts';
import type { Workspace } from '../workspace.ts';
import { clusterRows } from './clusters.ts';
import { type MapPoints, mapPoints } from './corpus-map.ts';
import { geometryOf } from './geometry.ts';
import { topicNames } from './topics.ts';

const FILE = 'spaces.json';
const STAGE = 'spaces';

/** Needs that a topic should hold on average, so that its mean says something. */
const NEEDS_A_TOPIC = 25;
const MOST_TOPICS = 12;

/** What only the vectors know; spaces.json. Kept, so that a change of consumers or metrics loads no vector again. */
export interface Spaces {
  readonly geometry: Geometry | NotApplicable;
  readonly map: MapPoints | NotApplicable;
  /** Groups of documents under the old version; null for a corpus too small for two. */
  readonly topics: { readonly names: readonly string[]; readonly documents: Readonly<Record<string, number>> } | null;
  /** Ids of documents that each version cut. */
  readonly truncated: { readonly old: readonly string[]; readonly new: readonly string[] };
}

/** Whether the vectors' shape is already known for these inputs. */
export function hasSpaces(workspace: Workspace): Promise<boolean> {
  return isFresh(workspace.config.output, STAGE, spacesInputs(workspace));
}

function spacesInputs(workspace: Workspace): InputHashes {
  return { ...embedInputs(workspace), seed: workspace.config.seed, topics: topicsFor(workspace.dataset) };
}

/**
 * The shape of both versions' spaces, from the report folder or from the cached vectors.
 * @throws CutoverError STORE_VECTOR_MISSING when it isn't known yet and the cache was pruned since the vectors were embedded
 */
export async function readSpaces(workspace: Workspace): Promise<Spaces> {
  const { config } = workspace;
  const file = join(config.output, FILE);
  if (await hasSpaces(workspace)) return JSON.parse(await readText(file)) as Spaces;
  const spaces = await spacesOf(workspace);
  await writeFileAtomic(file, `${JSON.stringify(spaces)}\n`);
  await writeManifest(config.output, STAGE, spacesInputs(workspace), [FILE]);
  return spaces;
}

async function spacesOf(workspace: Workspace): Promise<Spaces> {
  const { dataset, config, clock, timings } = workspace;
  const old = (await loadSide(workspace, 'old')).document;
  const fresh = (await loadSide(workspace, 'new')).document;
  const start = clock();
  const geometry = geometryOf(old.vectors, fresh.vectors, config.seed);
  const map = mapPoints(old.vectors, fresh.vectors, config.seed);
  const k = topicsFor(dataset);
  const clusters = k < 2 ? null : clusterRows(old.vectors, k, config.seed);
  timings.record('measure.spaces', clock() - start, dataset.documents.length, 'documents');
  await timings.save();
  return {
    geometry,
    map,
    topics: clusters && {
      names: topicNames(dataset.documents, clusters, clusters.reduce((most, cluster) => Math.max(most, cluster), 0) + 1),
      documents: Object.fromEntries(old.vectors.ids.map((id, row) => [id, clusters[row] ?? -1])),
    },
    truncated: { old: old.truncatedIds, new: fresh.truncatedIds },
  };
}

/** As many topics as leave each enough needs, and no more than documents could fill. */
function topicsFor({ queries, documents }: Workspace['dataset']): number {
  const needs = new Set(queries.map(({ need }) => need)).size;
  return Math.min(MOST_TOPICS, Math.max(2, Math.round(needs / NEEDS_A_TOPIC)), Math.floor(documents.length / 5));
}
