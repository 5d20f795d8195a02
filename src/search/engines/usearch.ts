import { CutoverError } from '../../core/errors.ts';
import { installedPackage } from '../../system/packages.ts';
import { workerUrl } from '../../system/workers/worker-url.ts';
import { graphEngine } from '../graphs/graph-engine.ts';

const PACKAGE = 'usearch';

/**
 * HNSW by usearch, an optional package, filled from a thread a core; no two builds are alike, whatever the seed. float32 vectors,
 * inner product. A saved index answers the same again.
 * Source: https://unum-cloud.github.io/USearch/
 */
export const usearch = graphEngine({
  id: PACKAGE,
  title: 'HNSW graph (usearch, several threads)',
  reproducible: false,
  worker: () => workerUrl(import.meta.url, '../graphs/usearch-worker.ts'),
  block: 8192,
  filters: false,
  library,
});

function library(): string {
  const found = installedPackage(PACKAGE, import.meta.url);
  if (found === null) throw new CutoverError('SEARCH_PACKAGE_MISSING', { engine: PACKAGE, package: PACKAGE });
  return `${PACKAGE} ${found.version}`;
}
