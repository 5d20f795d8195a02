import type { Silence } from '../../../model/dataset.ts';
import type { Prompts } from '../prompts.ts';
import type { Columns, TableRole } from './columns.ts';
import type { SeenStore } from './look.ts';

import type { SeenVectors } from './vector-files.ts';

/** One file or folder of a data set that is not in BEIR layout. */
export interface DatasetPart {
  readonly path: string;
  /** Key of the mapping → column; empty for a folder of Markdown. */
  readonly columns: Columns;
  /** Columns for `metadata` of a corpus, `slices` of queries. */
  readonly kinds: readonly string[];
}

export type DatasetAnswer =
  | { readonly layout: 'beir'; readonly path: string; readonly judged: boolean; readonly sliced: boolean }
  | { readonly layout: 'parts'; readonly corpus: DatasetPart; readonly queries: DatasetPart; readonly qrels: DatasetPart | null };

export interface VersionAnswer {
  readonly id: string;
  /** A version file that is there already, a module of the user's, a model, a service, or vectors made elsewhere. */
  readonly kind: 'file' | 'module' | 'model' | 'service' | 'vectors';
  /** Path relative to the folder, `<org>/<name>`, or what the user wrote. */
  readonly value: string;
  /** Of kind `service`. */
  readonly service?: ServiceChoice;
  /** Of kind `vectors`. */
  readonly vectors?: SeenVectors;
  readonly revision: string;
}

export interface StoreAnswer extends SeenStore {
  readonly name: string;
}

export type Ci = 'github' | 'gitlab' | 'none';

/** What a policy and the data set's settings are scaled by. */
export interface DataFacts {
  /** Documents that are judged, chunks counted once by their document: chance is of them. null where nobody counted them. */
  readonly documents: number | null;
  readonly queries: number;
  /** Documents with neither title nor text, where nothing says what becomes of them. */
  readonly empty: number;
  /** What it means that a document is not listed for a query, where the judgements don't state it; null without them. */
  readonly silence: Silence | null;
  /** Needs with a judged query. */
  readonly needs: number;
}

/** Everything that is written down. */
export interface Answers {
  readonly dataset: DatasetAnswer;
  readonly old: VersionAnswer;
  readonly new: VersionAnswer;
  readonly stores: readonly StoreAnswer[];
  readonly ci: Ci;
  /** Results that production asks for in one search. */
  readonly limit: number;
  readonly facts: DataFacts;
}

/** What the command line was told; paths are relative to the folder. */
export interface InitFlags {
  readonly old?: string | undefined;
  readonly new?: string | undefined;
  readonly dataset?: string | undefined;
  readonly corpus?: string | undefined;
  readonly queries?: string | undefined;
  readonly qrels?: string | undefined;
  /** `corpus.text=body` */
  readonly columns: readonly string[];
  readonly ci?: Ci | undefined;
  readonly limit?: number | undefined;
}

/** A file that the configuration written reads. */
export interface FileUse {
  readonly part: TableRole | 'store';
  /** Relative to the folder; for a server, the environment variable that names it. */
  readonly path: string;
  /** Nobody named it: it was there. */
  readonly byLooking: boolean;
  /** Every column and what becomes of it: a key of the mapping, or `left out`. Empty where none are mapped. */
  readonly columns: readonly { readonly column: string; readonly use: string }[];
}

/** Who answers: a person, or flags and defaults. */
export interface Asking {
  readonly folder: string;
  /** null where nobody can be asked. */
  readonly prompts: Prompts | null;
  readonly flags: InitFlags;
  /** What was taken without being asked or told; each a sentence. */
  readonly assumed: string[];
  /** Files that were taken, in the order of the configuration. */
  readonly reads: FileUse[];
}

/** A service as `--old` and `--new` name it. */
export interface ServiceChoice {
  /** null where the dialect says it. */
  readonly url: string | null;
  readonly dialect: string;
  readonly model: string;
  /** Environment variable of its key; null where it needs none, as far as is known. */
  readonly keyFrom: string | null;
}
