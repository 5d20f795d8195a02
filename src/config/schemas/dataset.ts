import { z } from 'zod';
import { mapping, name } from './mapping.ts';

const column = (text: string) => name().exactOptional().describe(text);

const corpus = mapping({
  path: name().describe(
    'A .jsonl, .csv, .tsv, .parquet or .arrow file; a folder or pattern (`docs/**/*.md`) of Markdown, one document a file.',
  ),
  id: column('Column of the document id. Default: `_id` or `id`. Markdown: a key of the front matter; else the path below the folder.'),
  title: column('Column of the title. Default: `title`, where there is one. Markdown: front matter `title`, else the first heading.'),
  text: column('Column of the text. Default: `text`.'),
  parent: column('Column that names the judged document a chunk belongs to. Judgements then name parents.'),
  metadata: z.array(name()).default([]).describe('Columns kept beside a document.'),
});

const queries = mapping({
  path: name().describe('A .jsonl, .csv, .tsv, .parquet or .arrow file, or TREC topics (.topics, .xml, .sgml).'),
  id: column('Column of the query id. Default: `_id` or `id`. TREC topics: the number.'),
  text: column('Column of the text. Default: `text`. TREC topics: a field; default `title`, else `query`.'),
  need: column('Column of the need that paraphrases share. Default: `need`, where there is one.'),
  slices: z.array(name()).default([]).describe('Columns that divide the queries into slices.'),
  filter: z
    .array(name())
    .default([])
    .describe(
      'Columns that restrict a query to documents with the same value in the column of that name. An empty cell does not restrict.',
    ),
});

const qrels = mapping({
  path: name().describe('A .csv, .jsonl, .parquet or .arrow file, or judgements in BEIR (.tsv) or TREC (.txt, .qrels) format.'),
  query: column('Column of the query id. Default: `query-id`, `query_id`, `qid` or `query`.'),
  document: column('Column of the document id. Default: `corpus-id`, `doc_id`, `docid` or `document`.'),
  grade: column('Column of the grade, a whole number; 1 or more is relevant. Default: `score`, `grade` or `relevance`.'),
});

/** `dataset:` as a mapping. */
export const datasetSchema = mapping({
  name: name().exactOptional().describe('What the data set is called in reports. Default: the folder that the corpus stands in.'),
  licence: name().exactOptional().describe('Its licence, for the report.'),
  allowEmpty: z.boolean().default(false).describe('Take documents with neither title nor text.'),
  corpus: corpus.describe('The documents.'),
  queries: queries.describe('The queries.'),
  qrels: qrels.exactOptional().describe('The judgements. Without them, neighbours and scores are compared and quality is not measured.'),
});
