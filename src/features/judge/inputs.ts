import { join } from 'node:path';
import type { Config } from '../../model/config.ts';
import type { Dataset } from '../../model/dataset.ts';
import type { Evaluation } from '../../model/evaluation.ts';
import type { On } from '../../model/policy.ts';
import type { Verdict } from '../../model/verdict.ts';
import type { Side } from '../../model/version.ts';
import { loadProject, openDataset, type StageOptions } from '../../project/workspace.ts';
import { requireMeasuredOn } from '../../run/current.ts';
import { inputsWithin } from '../../run/freshness.ts';
import { readJudged } from '../../run/judged.ts';
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

/**
 * Reads what the last run left, and checks that it belongs together and to the data set as it is now.
 * @throws CutoverError DATASET_MAPPED; ARTIFACT_MISSING, ARTIFACT_STALE naming what differs, ARTIFACT_FOREIGN; anything wrong with the data set
 */
export async function judgeInputs(options: StageOptions): Promise<JudgeInputs> {
  const config = await loadProject(options);
  requireGradable(config.dataset);
  const { evaluation, verdict } = await readJudged(config.output);
  const dataset = await openDataset(config, options);
  await requireMeasuredOn(config.output, dataset);
  return { config, dataset, evaluation, verdict };
}

/**
 * The runs that the evaluation was measured on.
 * @throws CutoverError ARTIFACT_MISSING, ARTIFACT_STALE, ARTIFACT_FOREIGN
 */
export async function measuredRuns(folder: string, on: On): Promise<Runs> {
  const measured = await readManifest(folder, 'measure');
  // A later search for other inputs would not share them.
  await requireFresh(folder, 'search', inputsWithin('search', measured?.madeFrom ?? {}));
  const read = async (side: Side) => toRun((await readRankings(join(folder, searchFiles.rankings(side, on)))).rankings);
  return { old: await read('old'), new: await read('new') };
}
