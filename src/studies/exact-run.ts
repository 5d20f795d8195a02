import type { Rankings } from '../model/search.ts';
import type { Side } from '../model/version.ts';
import { SEARCH_ENGINES } from '../search/registry.ts';
import { answering } from './answers.ts';
import type { StudyContext, VersionVectors } from './study.ts';

/** Exact neighbours of every query; of chunked documents, the judged ones. @param depth neighbours kept; the configuration's k unless given */
export async function exactRun<S extends Side>(
  { config, dataset, signal }: Pick<StudyContext, 'config' | 'dataset' | 'signal'>,
  { documents, queries }: VersionVectors<S>,
  depth = config.search.k,
): Promise<Rankings> {
  const index = await SEARCH_ENGINES.exact.open(documents, config.search, null, { seed: config.seed, signal });
  try {
    return await answering(index, dataset).search(queries, depth);
  } finally {
    await index.close();
  }
}
