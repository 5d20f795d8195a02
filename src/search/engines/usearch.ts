import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CutoverError, systemCode } from '../../errors.ts';
import { workerUrl } from '../../runtime/worker-url.ts';
import { graphEngine } from '../graph-engine.ts';

const PACKAGE = 'usearch';

/**
 * HNSW by usearch, an optional package, filled from a thread a core: faster to build, and no two builds are alike, whatever
 * the seed. float32 vectors, inner product. A saved index answers the same again.
 * Source: https://unum-cloud.github.io/USearch/
 */
export const usearch = graphEngine({
  id: PACKAGE,
  title: 'HNSW graph (usearch, several threads)',
  reproducible: false,
  worker: () => workerUrl(import.meta.url, '../usearch-worker.ts'),
  block: 8192,
  filters: false,
  library,
});

function library(): string {
  try {
    const main = createRequire(import.meta.url).resolve(PACKAGE);
    const root = main.slice(0, main.lastIndexOf(join(PACKAGE, 'javascript')));
    const { version } = JSON.parse(readFileSync(join(root, PACKAGE, 'package.json'), 'utf8')) as { version: string };
    return `${PACKAGE} ${version}`;
  } catch (error) {
    if (systemCode(error) === 'MODULE_NOT_FOUND')
      throw new CutoverError('SEARCH_PACKAGE_MISSING', { engine: PACKAGE, package: PACKAGE }, { cause: error });
    throw error;
  }
}
