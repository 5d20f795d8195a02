/** Names by which columns are known where nobody names them, in lower case, the likeliest first. */
export const USUAL_COLUMNS = {
  id: ['_id', 'id'],
  qrels: {
    query: ['query-id', 'query_id', 'queryid', 'qid', 'query', 'topic', 'topic_id'],
    document: ['corpus-id', 'corpus_id', 'doc_id', 'doc-id', 'docid', 'document_id', 'document', 'docno', 'doc'],
    grade: ['score', 'grade', 'relevance', 'rel', 'label', 'judgement', 'judgment'],
  },
} as const;
