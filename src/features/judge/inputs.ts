import { join } from 'node:path';
import { CutoverError } from '../../core/errors.ts';
import type { Config } from '../../model/config.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import type { On } from '../../model/policy.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Side } from '../../model/version.ts';
import { loadProject, openDataset, type StageOptions } from '../../project/workspace.ts';
import { readVerdict } from '../../run/gate.ts';
import { readEvaluation } from '../../run/measure.ts';
import { searchFiles } from '../../run/search.ts';
import { readRankings, toRun } from '../../search/run-table.ts';
import { readManifest, requireFresh } from '../../system/manifest.ts';
import { requireGradable } from './mapped-qrels.ts';
import type { Runs } from './spread.ts';

/** A finished run and the data set it was made from. */
export interface JudgeInputs {
  readonly config: Config;
  readonly dataset: Dataset;
  readonly evaluation: Evaluation;
  readonly verdict: Verdict;
}

function stale(file: string, stage: string, key: string, found: unknown, expected: unknown): CutoverError {
  const short = (value: unknown) => String(value ?? 'none').slice(0, 12);
  return new CutoverError('ARTIFACT_STALE', { file, stage, key, found: short(found), expected: short(expected) });
}

/**
 * Reads what the last run left, and checks that it belongs together and to the data set as it is now.
 * @throws CutoverError DATASET_MAPPED; ARTIFACT_MISSING, ARTIFACT_STALE naming what differs, ARTIFACT_FOREIGN; anything wrong with the data set
 */
export async function judgeInputs(options: StageOptions): Promise<JudgeInputs> {
  const config = await loadProject(options);
  requireGradable(config.dataset);
  const { evaluation, hash } = await readEvaluation(config.output);
  const verdict = await readVerdict(config.output);
  if (verdict.evaluation !== hash) throw stale(join(config.output, 'verdict.json'), 'gate', 'evaluation', verdict.evaluation, hash);
  const dataset = await openDataset(config, options);
  for (const key of ['corpus', 'queries', 'qrels'] as const)
    if (evaluation.dataset.hashes[key] !== dataset.hashes[key])
      throw stale(join(config.output, 'evaluation.json'), 'measure', key, evaluation.dataset.hashes[key], dataset.hashes[key]);
  return { config, dataset, evaluation, verdict };
}

/**
 * The runs that the evaluation was measured on.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE, ARTIFACT_FOREIGN
 */
export async function measuredRuns(folder: string, on: On): Promise<Runs> {
  const measured = await readManifest(folder, 'measure');
  const searched = await readManifest(folder, 'search');
  // Evaluation and neighbours share every input of the search; a later search for other inputs would not.
  const shared = Object.keys(searched?.madeFrom ?? {}).map((key) => [key, measured?.madeFrom[key] ?? 'nothing'] as const);
  await requireFresh(folder, 'search', Object.fromEntries(shared));
  const read = async (side: Side) => toRun((await readRankings(join(folder, searchFiles.rankings(side, on)))).rankings);
  return { old: await read('old'), new: await read('new') };
}
