import { join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import { parentOf } from '../../dataset/parents.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Run } from '../../model/search.ts';
import { searchFiles } from '../../run/search.ts';
import { readRankings, toRun } from '../../search/run-table.ts';
import { readTrecRun } from '../../search/trec-run.ts';
import { sha256File } from '../../system/files.ts';
import { manifestFile, readManifest } from '../../system/manifest.ts';

/**
 * The old version's first `k` neighbours of every query: a TREC run, or what the search stage found by full scan.
 * @param from a TREC run, or the report folder of a search
 * @throws CutoverError SAMPLE_NEIGHBOURS_FOREIGN where they are of other data or not as deep; ARTIFACT_MISSING, ARTIFACT_STALE
 */
export async function oldNeighbours(
  from: { readonly run: string } | { readonly report: string },
  k: number,
  dataset: Dataset,
): Promise<Run> {
  const [file, run] = 'run' in from ? [from.run, await readTrecRun(from.run)] : await searched(from.report, dataset);
  const known = new Set(dataset.documents.map(parentOf));
  const size = Math.min(k, known.size);
  for (const { id } of dataset.queries) {
    const ids = run.get(id)?.ids ?? [];
    const foreign = ids.find((document) => !known.has(document));
    if (foreign !== undefined) throw foreignRun(file, `document "${foreign}" of query "${id}" is not in this corpus`);
    // A filter may leave fewer documents than asked for; nothing is then left out.
    if (ids.length < size && dataset.queries.every(({ filter }) => filter === undefined))
      throw foreignRun(file, `query "${id}" has ${ids.length} neighbours, ${size} are asked for`);
  }
  return run;
}

function foreignRun(file: string, reason: string): CutoverError {
  return new CutoverError('SAMPLE_NEIGHBOURS_FOREIGN', { file, reason });
}

/** By full scan, not as served: what the index misses may still outrank a relevant document. */
async function searched(folder: string, { hashes }: Dataset): Promise<readonly [file: string, run: Run]> {
  const manifest = await readManifest(folder, 'search');
  const name = searchFiles.rankings('old', 'exact');
  const file = join(folder, name);
  if (manifest === null) throw new CutoverError('ARTIFACT_MISSING', { file: manifestFile(folder, 'search'), stage: 'search' });
  for (const key of ['corpus', 'queries'] as const)
    if (manifest.madeFrom[key] !== hashes[key]) {
      const found = String(manifest.madeFrom[key]).slice(0, 12);
      throw new CutoverError('ARTIFACT_STALE', { file, stage: 'search', key, found, expected: hashes[key].slice(0, 12) });
    }
  if ((await sha256File(file)) !== manifest.files[name])
    throw new CutoverError('ARTIFACT_FOREIGN', { file, reason: 'its content is not what the manifest recorded' });
  return [file, toRun((await readRankings(file)).rankings)];
}
