import { dirname } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import type { InputHashes } from '../core/hash.ts';
import { sha256, sha256Json } from '../core/hash.ts';
import type { Config } from '../model/config.ts';
import type { Dataset } from '../model/dataset.ts';
import type { ResolvedVersion, Side, VersionSpec } from '../model/version.ts';
import { CUTOVER_VERSION, type Workspace } from '../project/workspace.ts';
import { STUDIES } from '../studies/registry.ts';

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
  return {
    ...settingInputs(workspace.config),
    ...dataInputs(workspace.dataset),
    ...versionInputs(versionsOf(workspace)),
    measures: measures.join(' '),
    studies: studies ?? 'none',
  };
}

/** What of evaluation.json's inputs the configuration alone says, whatever its policy. */
export function settingInputs(config: Config): InputHashes {
  return {
    cutover: CUTOVER_VERSION,
    search: sha256Json(config.search),
    seed: config.seed,
    consumers: sha256Json(config.consumers),
    rerankers: sha256Json(config.rerankers),
    projection: sha256Json(config.projection),
    production: sha256Json(config.production),
    // As written: these can be compared where there is neither data nor a model to hash.
    source: sha256(wherever(config, config.dataset)),
    spec: sha256(wherever(config, [specOf(config, 'old'), specOf(config, 'new')])),
  };
}

/** Where it stands, how fast a service may be asked, and what is checked when it is opened, decide no vector. */
function specOf(config: Config, side: Side): Omit<VersionSpec, 'file' | 'requests' | 'sha256'> {
  const { file: _file, requests: _requests, sha256: _sha256, ...spec } = config[side];
  return spec;
}

/** As text, paths below the configuration's folder the same wherever the project lies. */
function wherever({ file }: Config, value: object | string): string {
  return JSON.stringify(value).replaceAll(JSON.stringify(dirname(file)).slice(1, -1), '.');
}

/** What of evaluation.json's inputs the data set says. */
export function dataInputs(dataset: Dataset): InputHashes {
  const { corpus, queries, qrels } = dataset.hashes;
  const facts = {
    name: dataset.name,
    licence: dataset.licence,
    warnings: dataset.warnings,
    judging: dataset.judging ?? null,
    // Absent where there is none, so that what was measured before stays fresh.
    ...(dataset.sample === undefined ? {} : { sample: dataset.sample }),
    ...(dataset.weakGrades === undefined ? {} : { weakGrades: dataset.weakGrades }),
    slices: dataset.queries.map((query) => query.slices),
  };
  return { corpus, queries, qrels: qrels ?? 'none', dataset: sha256Json(facts) };
}

/** What of evaluation.json's inputs the two versions say. */
export function versionInputs({ old: before, new: after }: { readonly [S in Side]: ResolvedVersion }): InputHashes {
  return { old: before.cacheKey, new: after.cacheKey, versions: sha256Json([before, after]) };
}
