import { documentText } from '../../dataset/corpus.ts';
import { parentOf } from '../../dataset/parents.ts';
import type { Dataset } from '../../model/dataset.ts';

/** Fewer needs decide little: the bounds of a rule are then wide. The gate takes no slice below it either. */
const FEW_NEEDS = 30;
/** Texts this short stand in documents by chance. */
const SHORTEST_LEAK = 20;

/** What is odd about a data set that loads, a sentence each: its warnings, and what a run alone would not tell. */
export function datasetFindings(dataset: Dataset, k: number): string[] {
  return [...dataset.warnings.filter((text) => !text.startsWith('Documents are chunked')), ...sizes(dataset, k), ...leaks(dataset)];
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

/** Queries whose whole text stands in a document: written from it, they make any version look good. */
function leaks({ documents, queries }: Dataset): string[] {
  const corpus = documents.map((document) => plain(documentText(document))).join('\n');
  const leaked = queries.filter(({ text }) => plain(text).length >= SHORTEST_LEAK && corpus.includes(plain(text)));
  const named = leaked
    .slice(0, 5)
    .map(({ id }) => `"${id}"`)
    .join(', ');
  return leaked.length === 0
    ? []
    : [`Queries whose whole text stands in a document: ${leaked.length} of ${queries.length} (${named}${leaked.length > 5 ? ', …' : ''}).`];
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
