import { dialectOf } from '../embed/http/dialects.ts';
import { keyPair } from '../embed/http/key.ts';
import type { Config } from '../model/config.ts';
import type { VersionSpec } from '../model/version.ts';
import { withBaseTree } from './base-tree.ts';
import { isCi } from './ci.ts';
import type { Repository } from './repository.ts';
import { baseOf } from './repository.ts';
import type { StageOptions } from './workspace.ts';

/**
 * Which key may go to which host, as `VARIABLE@host`. In CI a configuration may come from anybody with a branch: there only pairs
 * count that the base branch's configuration has, or that `CUTOVER_KEYS` of the CI's own settings names.
 * @param base a ref to compare with; null asks the environment
 * @param load reads the configuration of that path
 * @returns null outside CI, where the configuration and the keys are of one person
 */
export async function keyPairsOf(
  repository: Repository,
  base: string | null,
  { env, configFile }: Pick<StageOptions, 'env' | 'configFile'>,
  load: (configFile: string) => Promise<Config>,
): Promise<readonly string[] | null> {
  if (!isCi(env)) return null;
  const granted = (env.CUTOVER_KEYS ?? '').split(/[\s,]+/).filter((pair) => pair !== '');
  return [...granted, ...(await pairsOfBase(repository, base, env, configFile, load).catch(() => []))];
}

/** A base that can't be read grants nothing. */
async function pairsOfBase(
  repository: Repository,
  base: string | null,
  env: StageOptions['env'],
  configFile: string,
  load: (configFile: string) => Promise<Config>,
): Promise<string[]> {
  // As it is by now: where the branch began, a service may have been that is given up.
  const { tip } = await baseOf(repository, base, env);
  return withBaseTree(repository, tip, async (tree) => {
    const config = await load(tree.at(configFile));
    const { rerank } = config.pipeline ?? {};
    const reranker = rerank?.source === 'service' && rerank.keyFrom !== null ? [keyPair(rerank.keyFrom, rerank.url)] : [];
    // Candidates of a sweep are no part of what a change is judged by: nobody has looked at where they send a key.
    return [...[config.old, config.new].flatMap(pairOf), ...reranker];
  });
}

/** Where a version sends its key, if it has one: to its own address, or to that of its dialect. */
function pairOf({ embedder, keyFrom, url, dialect }: VersionSpec): string[] {
  const to = url ?? (embedder === 'http' ? dialectOf(dialect).url : null);
  return keyFrom === undefined || to === null ? [] : [keyPair(keyFrom, to)];
}
