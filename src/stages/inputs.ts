import { sha256Json } from '../artifact/hash.ts';
import type { InputHashes } from '../contract/evaluation.ts';
import { CUTOVER_VERSION, type Workspace } from './workspace.ts';

/** What the embed stage's output depends on. */
export function embedInputs({ dataset, embedders }: Workspace): InputHashes {
  return {
    cutover: CUTOVER_VERSION,
    corpus: dataset.hashes.corpus,
    queries: dataset.hashes.queries,
    old: embedders.old.version.cacheKey,
    new: embedders.new.version.cacheKey,
  };
}

/** What the neighbours depend on. Judgements are among it: scores of judged pairs are taken here. */
export function searchInputs(workspace: Workspace): InputHashes {
  const { config, dataset } = workspace;
  return { ...embedInputs(workspace), qrels: dataset.hashes.qrels ?? 'none', search: sha256Json(config.search), seed: config.seed };
}

/** What evaluation.json depends on. */
export function measureInputs(workspace: Workspace, measures: readonly string[]): InputHashes {
  const { config, dataset, embedders } = workspace;
  const { old: before, new: after } = embedders;
  return {
    ...searchInputs(workspace),
    measures: measures.join(' '),
    consumers: sha256Json(config.consumers),
    dataset: sha256Json({
      name: dataset.name,
      licence: dataset.licence,
      warnings: dataset.warnings,
      slices: dataset.queries.map((query) => query.slices),
    }),
    versions: sha256Json([before.version, after.version]),
  };
}
