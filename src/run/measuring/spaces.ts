import { join } from 'node:path';
import type { InputHashes } from '../../core/hash.ts';
import type { VectorStore } from '../../embed/cache/vector-store.ts';
import { topicNames } from '../../measure/slices/topics.ts';
import { bySize, clustering } from '../../measure/spaces/clusters.ts';
import type { Geometry, NotApplicable } from '../../model/evaluation.ts';
import type { VectorSet } from '../../model/vectors.ts';
import type { Side } from '../../model/version.ts';
import { openStore, type Text, textsOf } from '../../project/vectors.ts';
import type { Workspace } from '../../project/workspace.ts';
import { pickVectors } from '../../search/prepared.ts';
import { readText, writeFileAtomic } from '../../system/files.ts';
import { isFresh, writeManifest } from '../../system/manifest.ts';
import { inputsOf, partsOf, STAGES } from '../freshness.ts';
import { type MapPoints, mapPoints, mapRows } from './corpus-map.ts';
import { geometryOf, geometryRows } from './geometry.ts';

const [FILE] = STAGES.spaces.writes;
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
  return inputsOf('spaces', partsOf(workspace), { topics: topicsFor(workspace.dataset) });
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
  const { seed } = config;
  const start = clock();
  const count = dataset.documents.length;
  const k = topicsFor(dataset);
  const groups = k < 2 ? null : clustering(count, k, seed);
  const rows = { geometry: geometryRows(count, seed), map: mapRows(count, seed), topics: groups?.sample ?? [] };
  const texts = textsOf(workspace, 'document');
  const store = await openStore(workspace, 'old');
  const old = await lookAt(store, texts, 'old', [...rows.geometry, ...rows.map, ...rows.topics]);
  const clusters = groups && (await assignAll(store, texts, groups.fit(old.vectorsOf(rows.topics))));
  const fresh = await lookAt(await openStore(workspace, 'new'), texts, 'new', [...rows.geometry, ...rows.map]);
  const geometry = geometryOf(old.vectorsOf(rows.geometry), fresh.vectorsOf(rows.geometry), seed);
  const map = mapPoints(old.vectorsOf(rows.map), fresh.vectorsOf(rows.map), seed);
  timings.record('measure.spaces', clock() - start, count, 'documents');
  await timings.save();
  return {
    geometry,
    map,
    topics: clusters && {
      names: topicNames(dataset.documents, clusters, clusters.reduce((most, cluster) => Math.max(most, cluster), 0) + 1),
      documents: Object.fromEntries(dataset.documents.map(({ id }, row) => [id, clusters[row] ?? -1])),
    },
    truncated: { old: old.truncated, new: fresh.truncated },
  };
}

/** Some documents of one version, whose corpus may be larger than memory. */
interface Sampled<S extends Side> {
  /** Ids of the whole corpus. */
  readonly truncated: readonly string[];
  /** @param rows of the corpus, ascending, that were asked for */
  vectorsOf(rows: readonly number[]): VectorSet<S>;
}

async function lookAt<S extends Side>(store: VectorStore, texts: readonly Text[], side: S, wanted: readonly number[]): Promise<Sampled<S>> {
  const rows = [...new Set(wanted)].sort((a, b) => a - b);
  const sampled = rows.flatMap((row) => texts[row] ?? []);
  const { vectors } = await store.load(side, 'document', sampled);
  const place = new Map(rows.map((row, at) => [row, at]));
  return {
    truncated: (await store.facts('document', texts)).truncatedIds,
    vectorsOf: (asked) =>
      pickVectors(
        vectors,
        asked.map((row) => place.get(row) ?? -1),
      ),
  };
}

/** The group of each of the old version's documents, in the order of the data set, largest group first. */
async function assignAll(store: VectorStore, texts: readonly Text[], assign: (vectors: VectorSet) => Int32Array): Promise<Int32Array> {
  const rowOf = new Map(texts.map(({ id }, row) => [id, row]));
  const assigned = new Int32Array(texts.length);
  for await (const block of store.blocks('old', 'document', texts))
    assign(block).forEach((group, i) => {
      assigned[rowOf.get(block.ids[i] ?? '') ?? -1] = group;
    });
  return bySize(assigned);
}

/** As many topics as leave each enough needs, and no more than documents could fill. */
function topicsFor({ queries, documents }: Workspace['dataset']): number {
  const needs = new Set(queries.map(({ need }) => need)).size;
  return Math.min(MOST_TOPICS, Math.max(2, Math.round(needs / NEEDS_A_TOPIC)), Math.floor(documents.length / 5));
}
