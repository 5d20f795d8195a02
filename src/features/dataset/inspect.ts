import { DEFAULT_POLICY } from '../../config/policy.ts';
import { documentText } from '../../dataset/corpus.ts';
import { loadDataset } from '../../dataset/load.ts';
import { NO_JUDGEMENTS } from '../../dataset/oddities.ts';
import { parentOf } from '../../dataset/parents.ts';
import type { Dataset } from '../../model/dataset.ts';
import { loadProject, openDataset, type StageOptions } from '../../project/workspace.ts';
import { type DatasetStats, datasetStats } from './stats.ts';

/** Fewer needs decide little: the bounds of a rule are then wide. The gate takes no slice below it either. */
const FEW_NEEDS = 30;
/** Texts this short are in documents by chance. */
const SHORTEST_LEAK = 20;

/** What is odd about a data set that loads, a sentence each: its warnings, and what a run alone would not tell. */
function datasetFindings(dataset: Dataset, k: number): string[] {
  const unjudged = dataset.qrels === null ? [NO_JUDGEMENTS] : [];
  return [...dataset.warnings, ...unjudged, ...sizes(dataset, k), ...leaks(dataset)];
}

function sizes({ documents, queries, qrels }: Dataset, k: number): string[] {
  const judged = queries.filter(({ id }) => qrels === null || qrels.has(id));
  const needs = new Set(judged.map(({ need }) => need)).size;
  const judgedDocuments = new Set(documents.map(parentOf)).size;
  return [
    ...(judgedDocuments <= k
      ? [
          `Documents: ${judgedDocuments}, no more than search.k (${k}); every list holds the whole corpus, so recall at k is 1 and means nothing.`,
        ]
      : []),
    ...(needs < FEW_NEEDS
      ? [`${qrels === null ? 'Needs' : 'Judged needs'}: ${needs}, fewer than ${FEW_NEEDS}; most rules will stay inconclusive.`]
      : []),
  ];
}

/** Queries whose whole text is in a document: written from it, they make any version look good. */
function leaks({ documents, queries }: Dataset): string[] {
  const corpus = documents.map((document) => plain(documentText(document))).join('\n');
  const leaked = queries.filter(({ text }) => plain(text).length >= SHORTEST_LEAK && corpus.includes(plain(text)));
  const named = leaked
    .slice(0, 5)
    .map(({ id }) => `"${id}"`)
    .join(', ');
  return leaked.length === 0
    ? []
    : [`Queries whose whole text is in a document: ${leaked.length} of ${queries.length} (${named}${leaked.length > 5 ? ', …' : ''}).`];
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

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
  if (options.folder !== null) return datasetStats(await loadDataset(options.folder), DEFAULT_POLICY);
  const config = await loadProject(options);
  return datasetStats(await openDataset(config, options), config.policy);
}
