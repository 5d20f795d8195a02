import type { Document, Qrels, Query } from '../model/dataset.ts';
import { documentText } from './corpus.ts';
import { parentsOf } from './parents.ts';

function grades(qrels: Qrels): number[] {
  return [...qrels.values()].flatMap((documents) => [...documents.values()]);
}

function ofDocuments(documents: readonly Document[]): string[] {
  const empty = documents.filter((document) => documentText(document) === '').length;
  const [titled, ...moreTitled] = documents.filter(({ title, text }) => text.trim() === '' && title.trim() !== '');
  const filled = documents.map(documentText).filter((text) => text !== '');
  const repeated = filled.length - new Set(filled).size;
  return [
    ...(empty > 0 ? [`Documents with neither title nor text: ${empty} of ${documents.length}; they are embedded as empty text.`] : []),
    ...(titled !== undefined
      ? [`Documents with a title only: ${moreTitled.length + 1} of ${documents.length}, such as "${titled.id}".`]
      : []),
    ...(repeated > 0 ? [`Documents that repeat the text of another: ${repeated} of ${documents.length}; where they tie, ids decide.`] : []),
  ];
}

function ofJudgements(queries: readonly Query[], qrels: Qrels): string[] {
  const unjudged = queries.filter(({ id }) => !qrels.has(id)).length;
  const hopeless = [...qrels.values()].filter((documents) => ![...documents.values()].some((grade) => grade >= 1)).length;
  const all = grades(qrels);
  const negative = all.filter((grade) => grade < 0).length;
  return [
    ...(unjudged > 0
      ? [`Queries without judgement: ${unjudged} of ${queries.length}; they count for neighbour overlap and not for quality.`]
      : []),
    ...(hopeless > 0 ? [`Judged queries with nothing relevant: ${hopeless} of ${qrels.size}; they score 0.`] : []),
    ...(negative > 0 ? [`Negative grades: ${negative} of ${all.length} judgements; they count as not relevant.`] : []),
  ];
}

/** What is odd but not wrong, each with how often. */
export function oddities(documents: readonly Document[], queries: readonly Query[], qrels: Qrels | null): string[] {
  return [...ofDocuments(documents), ...(qrels === null ? [] : ofJudgements(queries, qrels))];
}

export const NO_JUDGEMENTS =
  'No judgements were found (qrels/test.tsv or qrels.txt): neighbours and scores are compared, quality is not measured.';

/** What decides how the figures are read. */
export function notesOf(documents: readonly Document[], qrels: Qrels | null): string[] {
  const parents = parentsOf({ documents });
  const chunks =
    parents === null
      ? []
      : [
          `Documents are chunked: ${documents.length} chunks of ${parents.ids.length} judged documents. A judged document is found through its best chunk; measures are over judged documents, recall of the index is over chunks.`,
        ];
  return [...chunks, ...(qrels === null ? [NO_JUDGEMENTS] : [])];
}

/** How many queries find themselves: a document has the id and the text of the query, as in ArguAna. */
export function selfFound(documents: readonly Document[], queries: readonly Query[]): string[] {
  const texts = new Map(documents.map((document) => [document.id, documentText(document)]));
  const own = queries.filter(({ id, text }) => texts.get(id)?.endsWith(text.trim()) === true).length;
  if (own === 0) return [];
  return [
    `Queries that are a document of the corpus, under the same id: ${own} of ${queries.length}; each finds itself first. excludeSelf: true (in dataset.json, or under \`dataset\`) leaves a query's own document out, as BEIR and MTEB do.`,
  ];
}
