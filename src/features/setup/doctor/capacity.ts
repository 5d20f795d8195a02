import type { Config } from '../../../model/config.ts';
import type { Dataset } from '../../../model/dataset.ts';
import type { ResolvedVersion } from '../../../model/version.ts';
import { graphBytes, storedBytes } from '../../../project/index-size.ts';
import { type DoctorCheck, finding, type Machine, ok } from './check.ts';

/** Taken where a version doesn't say how long its vectors are. */
const USUAL_DIMENSION = 768;

/** Bytes that a run needs, about. */
export interface Need {
  /** Texts, the vectors of one version and its index: versions are searched one after the other. */
  readonly memory: number;
  /** Vectors and indexes of both versions, with none of them in the cache. */
  readonly disk: number;
}

/** What a run over a corpus needs. @param versions null for one that was not found */
export function needOf(
  { documents, queries }: Dataset,
  versions: readonly (ResolvedVersion | null)[],
  config: Pick<Config, 'search'>,
): Need {
  const texts = documents.length + queries.length;
  const sides = versions.map((version) => {
    const dimension = dimensionOf(version);
    const graph = graphBytes(documents.length, dimension, config.search.hnsw.m);
    return { memory: texts * dimension * 4 + graph, disk: storedBytes(texts, dimension) + graph };
  });
  // UTF-16 in memory.
  const characters = [...documents, ...queries].reduce((sum, { text }) => sum + text.length, 0);
  return { memory: 2 * characters + Math.max(...sides.map(({ memory }) => memory)), disk: sides.reduce((sum, { disk }) => sum + disk, 0) };
}

function dimensionOf(version: ResolvedVersion | null): number {
  const known = version?.decides.dimensions ?? version?.decides.dimension;
  return typeof known === 'number' ? known : USUAL_DIMENSION;
}

export function memoryCheck(need: Need, machine: Machine, bytes: (count: number) => string): DoctorCheck {
  const { total, free } = machine.memory();
  const found = `about ${bytes(need.memory)} for texts, vectors and index; ${bytes(free)} of ${bytes(total)} free`;
  const next = 'Take a machine with more memory, or a sample of the corpus.';
  if (need.memory > total) return finding('bad', 'memory', 'memory', found, next);
  return need.memory > free ? finding('warn', 'memory', 'memory', found, next) : ok('memory', 'memory', found);
}

export async function diskCheck(need: Need, machine: Machine, cache: string, bytes: (count: number) => string): Promise<DoctorCheck> {
  const free = await machine.freeDisk(cache);
  const found = `at most ${bytes(need.disk)} for vectors and indexes; ${bytes(free)} free`;
  const next = 'Free some, run `cutover cache prune`, or name another folder under `cache`.';
  return need.disk > free ? finding('bad', 'disk', 'disk', found, next) : ok('disk', 'disk', found);
}
