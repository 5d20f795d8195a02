import { sha256Json } from '../artifact/hash.ts';
import type { Sha256 } from '../contract/brand.ts';
import type { InputHashes } from '../contract/evaluation.ts';
import type { ResolvedVersion, Side } from '../contract/version.ts';
import { STUDIES } from '../studies/registry.ts';
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

/** What studies.json depends on. */
export function studyInputs(workspace: Workspace): InputHashes {
  const studies = Object.values(STUDIES).map((study) => [study.id, study.inputs(workspace.config, versionsOf(workspace))]);
  return { ...searchInputs(workspace), studies: sha256Json(studies) };
}

export function versionsOf({ embedders }: Pick<Workspace, 'embedders'>): { readonly [S in Side]: ResolvedVersion } {
  return { old: embedders.old.version, new: embedders.new.version };
}

/** What evaluation.json depends on. @param studies hash of studies.json; null where no study ran */
export function measureInputs(workspace: Workspace, measures: readonly string[], studies: Sha256 | null): InputHashes {
  const { config, dataset, embedders } = workspace;
  const { old: before, new: after } = embedders;
  return {
    ...searchInputs(workspace),
    measures: measures.join(' '),
    studies: studies ?? 'none',
    consumers: sha256Json(config.consumers),
    rerankers: sha256Json(config.rerankers),
    projection: sha256Json(config.projection),
    dataset: sha256Json({
      name: dataset.name,
      licence: dataset.licence,
      warnings: dataset.warnings,
      judging: dataset.judging ?? null,
      // Absent where there is none, so that what was measured before stays fresh.
      ...(dataset.sample === undefined ? {} : { sample: dataset.sample }),
      ...(dataset.weakGrades === undefined ? {} : { weakGrades: dataset.weakGrades }),
      slices: dataset.queries.map((query) => query.slices),
    }),
    versions: sha256Json([before.version, after.version]),
  };
}
