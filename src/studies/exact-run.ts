import type { Rankings } from '../contract/search.ts';
import type { StudyContext, VersionVectors } from '../contract/study.ts';
import type { Side } from '../contract/version.ts';
import { SEARCH_ENGINES } from '../search/registry.ts';

/** Exact neighbours of every query. @param depth neighbours kept; the configuration's k unless given */
export async function exactRun<S extends Side>(
  { config, signal }: Pick<StudyContext, 'config' | 'signal'>,
  { documents, queries }: VersionVectors<S>,
  depth = config.search.k,
): Promise<Rankings> {
  const index = await SEARCH_ENGINES.exact.open(documents, config.search, null, { seed: config.seed, signal });
  try {
    return await index.search(queries, depth);
  } finally {
    await index.close();
  }
}
