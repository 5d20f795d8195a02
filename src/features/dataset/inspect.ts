import { loadDataset } from '../../dataset/load.ts';
import { loadProject, openDataset, type StageOptions } from '../../project/workspace.ts';
import { datasetFindings } from './findings.ts';
import { type DatasetStats, datasetStats } from './stats.ts';

export interface InspectOptions extends StageOptions {
  /** A data set folder instead of the configuration's; null takes that. */
  readonly folder: string | null;
}

export interface CheckedDataset {
  readonly name: string;
  /** What is odd, a sentence each; empty where nothing is. */
  readonly findings: readonly string[];
}

/** Neighbours kept where no configuration says it. */
const USUAL_K = 100;

/** @throws CutoverError DATASET_INVALID with everything that is wrong; anything wrong with the configuration */
export async function checkDataset(options: InspectOptions): Promise<CheckedDataset> {
  const config = options.folder === null ? await loadProject(options) : null;
  const dataset = config === null ? await loadDataset(options.folder ?? '') : await openDataset(config, options);
  return { name: dataset.name, findings: datasetFindings(dataset, config?.search.k ?? USUAL_K) };
}

/** @throws CutoverError as {@link checkDataset} */
export async function statsOf(options: InspectOptions): Promise<DatasetStats> {
  const dataset = options.folder === null ? await openDataset(await loadProject(options), options) : await loadDataset(options.folder);
  return datasetStats(dataset);
}
