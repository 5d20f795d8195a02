import type { Sha256 } from '../core/brand.ts';

/** One document of a corpus, or one chunk of it. */
export interface Document {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** The judged document that this chunk belongs to; missing where documents are not chunked. */
  readonly parent?: string;
  /** Fields that the data set's mapping keeps or filters read; missing where it keeps none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** One query, with what divides it from others. */
export interface Query {
  readonly id: string;
  readonly text: string;
  /** Paraphrases of one need share it; the query's own id where the data set names none. Resampling goes by need. */
  readonly need: string;
  /** Slice field → value, e.g. `style → typo`. */
  readonly slices: Readonly<Record<string, string>>;
  /** Metadata field → accepted values, ascending: only documents that have one of them in each field are found. Missing: all are. */
  readonly filter?: Readonly<Record<string, readonly string[]>>;
}

/** A file, folder or pattern of a data set; each key beside `path` names a column, null where the usual name is taken. */
export interface CorpusSource {
  readonly path: string;
  readonly id: string | null;
  readonly title: string | null;
  readonly text: string | null;
  /** Column of the judged document that a chunk belongs to; null where documents are not chunked. */
  readonly parent: string | null;
  /** Columns kept beside a document. */
  readonly metadata: readonly string[];
}

/** File of queries and its columns; null where the usual name is looked for. */
export interface QueriesSource {
  readonly path: string;
  readonly id: string | null;
  readonly text: string | null;
  readonly need: string | null;
  /** Columns that divide the queries into slices. */
  readonly slices: readonly string[];
  /** Columns that restrict a query to documents with the same value in the column of that name. */
  readonly filter?: readonly string[];
}

/** File of judgements and its columns; null where the usual name is looked for. */
export interface QrelsSource {
  readonly path: string;
  readonly query: string | null;
  readonly document: string | null;
  readonly grade: string | null;
}

/** A search log with counts, and the rule that makes grades of them. */
export interface ClickSource {
  readonly path: string;
  /** Column of the query id; null: the usual name, or where queries are made from the log their text says which they are. */
  readonly query: string | null;
  /** Column of the query text; read where the log is where queries come from. */
  readonly text: string | null;
  readonly document: string | null;
  readonly clicks: string | null;
  /** Column of how often the document was shown for the query; null where nobody counted. */
  readonly impressions: string | null;
  readonly rule: ClickRule;
  /** What a document that the corpus lacks does: it is a fault of the log, or its rows are left out and counted. */
  readonly unknownDocuments: 'refuse' | 'skip';
}

/** How a grade is made of counts: grade i from the i-th threshold on. */
export interface ClickRule {
  /** `rate`: clicks over impressions. */
  readonly by: 'clicks' | 'rate';
  /** Ascending, above 0. */
  readonly thresholds: readonly number[];
  /** Pairs shown less often have no grade; no meaning without impressions. */
  readonly minimumImpressions: number;
}

/**
 * What it means that a document is not listed for a query. `complete`: it is not relevant. `pooled`: the best of some versions' lists
 * were judged, and nobody knows of the others. `sampled`: pairs were drawn to be judged, and nobody knows of the others.
 */
export type Judgements = (typeof JUDGEMENTS)[number];

/** What a document without a judgement is: not relevant, unknown because no list put it into the pool, unknown because few were drawn. */
export const JUDGEMENTS = ['complete', 'pooled', 'sampled'] as const;

/** What silence of the judgements means, and how that is known. */
export interface Silence {
  readonly means: Judgements;
  /** True where the data set says so; else it was taken from the judgements themselves. */
  readonly stated: boolean;
  /** In a clause: what in the judgements says so. */
  readonly reason: string;
}

/** Grades that no person gave. */
export interface WeakGrades {
  readonly source: 'clicks';
  /** How they were made, in words. */
  readonly rule: string;
}

/** A data set whose files are named one by one. Paths are absolute. */
export interface DatasetMapping {
  readonly name: string | null;
  readonly licence: string | null;
  readonly allowEmpty: boolean;
  /** Leave empty documents out, and their judgements. */
  readonly skipEmpty?: boolean;
  /** Leave the document that has a query's id out of what it finds. */
  readonly excludeSelf?: boolean;
  readonly corpus: CorpusSource;
  /** null where they are made from `clicks`. */
  readonly queries: QueriesSource | null;
  /** null where there are no judgements, or where `clicks` make them. */
  readonly qrels: QrelsSource | null;
  /** What it means that a document is not listed for a query; missing where it is taken from the judgements themselves. */
  readonly judgements?: Judgements;
  /** Each query counts once in every mean; missing where each need does. */
  readonly weight?: 'queries';
  /** Missing where no log replaces judgements. */
  readonly clicks?: ClickSource;
}

/** A data set folder, or where each of its parts is. */
export type DatasetSource = string | DatasetMapping;

/** query id → document id → grade (integer; 1 or more is relevant, negative counts as 0 gain). */
export type Qrels = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** A data set read, validated and hashed. Documents and queries ascend by id (code units). */
export interface Dataset {
  readonly name: string;
  readonly folder: string;
  readonly licence: string | null;
  readonly documents: readonly Document[];
  readonly queries: readonly Query[];
  /** null when the data set has no judgements at all: quality is then not applicable. */
  readonly qrels: Qrels | null;
  readonly hashes: DatasetHashes;
  /** What it means that a document is not listed for a query; missing without judgements. */
  readonly silence?: Silence;
  /** Each query counts once in every mean; missing where each need does. */
  readonly weight?: 'queries';
  /** Slice fields that every query has a value for. */
  readonly sliceFields: readonly string[];
  /** What is odd but not wrong: queries without judgement, negative grades, documents without text. */
  readonly warnings: readonly string[];
  /** What is no oddity, but decides how the figures are read: that documents are chunked, that nothing is judged. Fields say it too. */
  readonly notes: readonly string[];
  /** A query does not find the document that has its id. Missing where it may. */
  readonly excludeSelf?: true;
  /** Missing where no judgements were imported since the data set was made. */
  readonly judging?: Judging;
  /** Missing where the data set was not drawn from a larger one. */
  readonly sample?: DatasetSample;
  /** Missing where people gave the grades. */
  readonly weakGrades?: WeakGrades;
}

/** How a data set was drawn from a larger one. Documents are judged documents: where they are chunked, all chunks of one go together. */
export interface DatasetSample {
  /** What it was drawn from. */
  readonly of: {
    readonly name: string;
    readonly hashes: Pick<DatasetHashes, 'corpus' | 'queries'>;
    readonly documents: number;
    readonly queries: number;
  };
  readonly seed: number;
  /** Documents kept because a kept query has a judgement of them. */
  readonly judged: number;
  /** Further documents kept because they were among the first `k` of a kept query under the old version; null where none was kept for that. */
  readonly neighbours: { readonly k: number; readonly documents: number } | null;
  /** Documents drawn at random of the `rest`, which nothing else kept. */
  readonly drawn: number;
  readonly rest: number;
}

/**
 * How judgements came in after the data set was made. Each import lets the gate be tried again on other numbers, so a pass
 * after many of them is weaker evidence than one at the first try.
 */
export interface Judging {
  /** Imports that changed the judgements. */
  readonly imports: number;
  /** ISO dates of the first and the last import of any kind. */
  readonly since: string;
  readonly last: string;
  /** Everyone whose grades are recorded, ascending. */
  readonly judges: readonly string[];
  /** Judgements that imports added, and replaced. */
  readonly added: number;
  readonly replaced: number;
  /** As of the last import. */
  readonly agreement: readonly Agreement[];
  /** Sizes that the data set was gated at before needs were added, oldest first; missing where none were. */
  readonly looks?: readonly JudgingLook[];
}

/** That needs were added: whoever did may have looked at a verdict on those that were there. */
export interface JudgingLook {
  /** ISO date of the first import that added needs after it. */
  readonly date: string;
  /** Judged needs before. */
  readonly needs: number;
  /** The evaluation that the sheet was made from; null where nobody knows, so that it counts for every pair of versions. */
  readonly of: LookedAt | null;
}

/** An evaluation whose verdict somebody saw: first 12 hex digits of its hash and of the versions' fingerprints. */
export interface LookedAt {
  readonly evaluation: string;
  readonly old: string;
  readonly new: string;
}

/** How far two judges agree on what both graded. */
export interface Agreement {
  /** Ascending; `data set` stands for the grades that came with it. */
  readonly judges: readonly [string, string];
  /** Query-document pairs that both graded. */
  readonly pairs: number;
  /** Cohen's kappa with quadratic weights; null where both gave one and the same grade throughout, which leaves nothing to agree on. */
  readonly kappa: number | null;
}

/** SHA-256 of canonical content, not of file bytes: order of lines and white space of the JSON don't matter. */
export interface DatasetHashes {
  readonly corpus: Sha256;
  readonly queries: Sha256;
  readonly qrels: Sha256 | null;
}
