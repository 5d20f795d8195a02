/** Files of a data set, and of each what a mapping may name: usual names of columns, the likeliest first. */
const USUAL = {
  corpus: {
    id: ['_id', 'id', 'doc_id', 'docid', 'document_id', 'corpus-id', 'sku', 'uid', 'pid', 'key', 'slug', 'path', 'url'],
    title: ['title', 'headline', 'heading', 'subject', 'name'],
    text: ['text', 'body', 'content', 'description', 'passage', 'abstract', 'chunk', 'document'],
    parent: ['parent', 'parent_id', 'parent-id', 'parent_doc_id'],
  },
  queries: {
    id: ['_id', 'id', 'qid', 'query_id', 'query-id', 'queryid', 'topic'],
    text: ['text', 'query', 'question', 'search', 'utterance', 'title'],
    need: ['need', 'need_id', 'intent'],
  },
  qrels: {
    query: ['query-id', 'query_id', 'queryid', 'qid', 'query', 'topic'],
    document: ['corpus-id', 'corpus_id', 'doc_id', 'docid', 'document_id', 'document', 'doc', 'sku', 'pid', 'id'],
    grade: ['score', 'rel', 'relevance', 'grade', 'label', 'rating', 'judgement', 'judgment'],
  },
  store: {
    id: ['id', '_id', 'doc_id', 'docid', 'document_id', 'chunk_id', 'sku', 'uid', 'pid', 'key'],
    vector: ['vector', 'embedding', 'embeddings', 'emb', 'values'],
    text: ['text', 'content', 'body', 'chunk', 'document'],
  },
} as const satisfies Record<string, Record<string, readonly string[]>>;

/** Columns that say of what kind a text is. */
const KINDS: ReadonlySet<string> = new Set(['lang', 'language', 'locale', 'category', 'style', 'type', 'segment', 'product', 'source']);

export type TableRole = 'corpus' | 'queries' | 'qrels';

/** Without these a file can't play its role. */
export const REQUIRED = {
  corpus: ['id', 'text'],
  queries: ['id', 'text'],
  qrels: ['query', 'document', 'grade'],
} as const satisfies Record<TableRole, readonly string[]>;

/** Key of the mapping → column. */
export type Columns = Readonly<Record<string, string>>;

/** What a file's columns most likely mean; a key without a usual name is left out, and no column is named twice. */
export function guessColumns(role: keyof typeof USUAL, columns: readonly string[]): Columns {
  const guessed: Record<string, string> = {};
  for (const [key, usual] of Object.entries<readonly string[]>(USUAL[role])) {
    const free = columns.filter((column) => !Object.values(guessed).includes(column));
    const found = usual.flatMap((name) => free.find((column) => column.toLowerCase() === name) ?? [])[0];
    if (found !== undefined) guessed[key] = found;
  }
  return guessed;
}

/** Keys of the mapping of one file. */
export function keysOf(role: TableRole): readonly string[] {
  return Object.keys(USUAL[role]);
}

/** Columns that could divide queries into slices, or be filtered on. */
export function kindColumns(columns: readonly string[], used: Columns): string[] {
  const taken = new Set(Object.values(used));
  return columns.filter((column) => KINDS.has(column.toLowerCase()) && !taken.has(column));
}

/** True where every required key of the role has a usual name among the columns. */
export function fits(role: TableRole, columns: readonly string[]): boolean {
  const guessed = guessColumns(role, columns);
  return REQUIRED[role].every((key) => key in guessed);
}
