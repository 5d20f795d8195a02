import { z } from 'zod';
import { JUDGEMENTS } from '../../model/dataset.ts';
import { mapping, name } from './mapping.ts';

const column = (text: string) => name().exactOptional().describe(text);

const corpus = mapping({
  path: name().describe(
    'A .jsonl, .csv, .tsv, .parquet or .arrow file; a folder or pattern (`docs/**/*.md`) of Markdown, one document a file.',
  ),
  id: column(
    'Column of the document id. Default: `_id`, `id`, `docid`, `doc_id` or `docno`; a TSV of two columns needs no header. Markdown: a key of the front matter; else the path below the folder.',
  ),
  title: column('Column of the title. Default: `title`, where there is one. Markdown: front matter `title`, else the first heading.'),
  text: column('Column of the text. Default: `text`.'),
  parent: column('Column that names the judged document a chunk belongs to. Judgements then name parents.'),
  metadata: z.array(name()).default([]).describe('Columns kept beside a document.'),
});

const queries = mapping({
  path: name().describe('A .jsonl, .csv, .tsv, .parquet or .arrow file, or TREC topics (.topics, .xml, .sgml).'),
  id: column(
    'Column of the query id. Default: `_id`, `id`, `qid` or `query_id`; a TSV of two columns needs no header. TREC topics: the number.',
  ),
  text: column('Column of the text. Default: `text`, else `query`. TREC topics: a field; default `title`, else `query`.'),
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

/** What reaches a grade unless the mapping says otherwise: conventions, to be set by what clicks mean in your search. */
export const CLICK_DEFAULTS = { clicks: [3, 10], rate: [0.1, 0.3], minimumImpressions: 10 } as const;

const grade = mapping({
  by: z
    .enum(['clicks', 'rate'])
    .exactOptional()
    .describe('Count clicks, or the click-through rate: clicks over impressions. Default: `rate` where `impressions` are named.'),
  thresholds: z
    .array(z.number().positive())
    .min(1)
    .exactOptional()
    .describe('Grade 1 from the first on, 2 from the second, …; ascending. Default: [0.1, 0.3] for `rate`, [3, 10] for `clicks`.'),
  minimumImpressions: z
    .int()
    .min(1)
    .default(CLICK_DEFAULTS.minimumImpressions)
    .describe('A document shown less often for a query has no grade.'),
});

/** `dataset.clicks:`. */
export const clicksSchema = mapping({
  path: name().describe('A .jsonl, .csv, .tsv, .parquet or .arrow file. Rows of the same query and document add up.'),
  query: column('Column of the query id. Default: `query-id`, `query_id` or `qid`; without `queries`, an id is made of the text.'),
  text: column('Column of the query text, read where no `queries` are mapped. Default: `query_text`, `query` or `text`.'),
  document: column('Column of the document id. Default: `corpus-id`, `doc_id`, `docid` or `document`.'),
  clicks: column('Column of the clicks, a whole number. Default: `clicks`.'),
  impressions: column('Column of how often the document was shown for the query. Default: none; then clicks alone are graded.'),
  grade: grade.prefault({}).describe('The rule that makes a grade of the counts.'),
  unknownDocuments: z
    .enum(['refuse', 'skip'])
    .default('refuse')
    .describe('A document that the corpus does not have: refuse the log, or skip such rows and say how many.'),
});

/** `dataset:` as a mapping. */
export const datasetSchema = mapping({
  name: name().exactOptional().describe('What the data set is called in reports. Default: the folder that the corpus is in.'),
  licence: name().exactOptional().describe('Its licence, for the report.'),
  allowEmpty: z.boolean().default(false).describe('Take documents with neither title nor text.'),
  skipEmpty: z.boolean().default(false).describe('Leave documents with neither title nor text out, and their judgements.'),
  excludeSelf: z
    .boolean()
    .default(false)
    .describe("Leave the document that has a query's id out of what the query finds, as BEIR and MTEB do for ArguAna."),
  corpus: corpus.describe('The documents.'),
  queries: queries
    .exactOptional()
    .describe('The queries. May be left out where `clicks` are mapped: the log is then where they come from.'),
  qrels: qrels.exactOptional().describe('The judgements. Without them, neighbours and scores are compared and quality is not measured.'),
  judgements: z
    .enum(JUDGEMENTS)
    .exactOptional()
    .describe(
      'What it means that a document is not listed for a query: `complete`: not relevant; `pooled` or `sampled`: nobody knows. Default: `pooled` where documents with grade 0 are listed, else `complete`.',
    ),
  weight: z
    .enum(['needs', 'queries'])
    .default('needs')
    .describe('What counts once in every mean: each need, whatever the number of queries that paraphrase it, or each query.'),
  clicks: clicksSchema
    .exactOptional()
    .describe('A search log instead of judgements. Its grades are weak, by position bias above all; verdict and reports say so.'),
});
