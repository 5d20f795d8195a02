import { extname } from 'node:path';
import { nearest } from '../../core/nearest.ts';
import type { ClickSource, CorpusSource, QrelsSource, QueriesSource } from '../../model/dataset.ts';
import type { Problems } from '../problems.ts';
import { meantKey, type Raw, type Row, type RowSource, recordOf } from '../records.ts';
import { isMarkdown, markdownRows } from './markdown.ts';
import { headlessTable, openTable, TABLES, type Table } from './rows.ts';
import { TOPICS, topicRows } from './topics.ts';

/** Names by which columns are known where nobody names them, in lower case, the likeliest first. */
export const USUAL_COLUMNS = {
  query: { id: ['_id', 'id', 'qid', 'query_id', 'query-id'], text: ['text', 'query'] },
  corpus: { id: ['_id', 'id', 'docid', 'doc_id', 'docno'] },
  qrels: {
    query: ['query-id', 'query_id', 'queryid', 'qid', 'query', 'topic', 'topic_id'],
    document: ['corpus-id', 'corpus_id', 'doc_id', 'doc-id', 'docid', 'document_id', 'document', 'docno', 'doc'],
    grade: ['score', 'grade', 'relevance', 'rel', 'label', 'judgement', 'judgment'],
  },
} as const;

/** A key of the mapping: the column that was named, or the usual ones. */
interface Wanted {
  readonly key: string;
  readonly named: string | null;
  readonly usual: readonly string[];
  readonly required: boolean;
}

const USUAL = {
  ...USUAL_COLUMNS.qrels,
  // In a log "query" is what somebody typed.
  loggedQuery: ['query-id', 'query_id', 'qid'],
  loggedText: ['query_text', 'query', 'text'],
} as const;

/** Rows of a corpus as BEIR has them: `_id`, `title`, `text`, and where they are mapped `parent` and `metadata`. */
export function corpusSource(source: CorpusSource, problems: Problems): RowSource {
  const keys: Wanted[] = [
    { key: '_id', named: source.id, usual: USUAL_COLUMNS.corpus.id, required: true },
    { key: 'title', named: source.title, usual: ['title'], required: false },
    { key: 'text', named: source.text, usual: ['text'], required: source.title === null },
    ...(source.parent === null ? [] : [{ key: 'parent', named: source.parent, usual: [], required: true }]),
  ];
  const extra = { key: 'metadata', columns: source.metadata, required: true };
  return {
    file: source.path,
    rows: mappedRows(source.path, 'corpus', keys, extra, problems),
    idName: source.id ?? 'the id',
    metadata: source.metadata,
  };
}

/** Rows of queries as BEIR has them: `_id`, `text` and `metadata` with the need and the slices. */
export function queriesSource(source: QueriesSource, problems: Problems): RowSource {
  const topics = TOPICS.test(source.path);
  const filter = source.filter ?? [];
  const keys: Wanted[] = [
    { key: '_id', named: source.id, usual: topics ? ['num'] : USUAL_COLUMNS.query.id, required: true },
    { key: 'text', named: source.text, usual: topics ? ['title', 'query'] : USUAL_COLUMNS.query.text, required: true },
    { key: 'need', named: source.need, usual: topics ? [] : ['need'], required: false },
  ];
  const extra = { key: 'metadata', columns: [...new Set([...source.slices, ...filter])], required: true };
  const rows = mappedRows(source.path, 'queries', keys, extra, problems);
  return { file: source.path, rows: withFilter(rows, filter), idName: source.id ?? 'the id' };
}

/** The filter's columns as BEIR's metadata have them: under `filter`. An empty cell doesn't restrict. */
async function* withFilter(rows: AsyncGenerator<Row>, columns: readonly string[]): AsyncGenerator<Row> {
  for await (const row of rows) {
    const metadata = recordOf(row.record.metadata) ?? {};
    const filter = Object.fromEntries(columns.flatMap((name) => ((metadata[name] ?? '') === '' ? [] : [[name, metadata[name]] as const])));
    yield columns.length === 0 ? row : { ...row, record: { ...row.record, metadata: { ...metadata, filter } } };
  }
}

/** The columns that a file of judgements with these is read by. */
export function qrelsColumns(source: QrelsSource, columns: readonly string[]): Readonly<Record<'query' | 'document' | 'grade', string>> {
  const of = (key: 'query' | 'document' | 'grade') => source[key] ?? USUAL[key].find((name) => columns.includes(name)) ?? USUAL[key][0];
  return { query: of('query'), document: of('document'), grade: of('grade') };
}

/** Rows of judgements: `query`, `document`, `grade`. */
export function qrelsRows(source: QrelsSource, problems: Problems): AsyncGenerator<Row> {
  const keys: Wanted[] = (['query', 'document', 'grade'] as const).map((key) => ({
    key,
    named: source[key],
    usual: USUAL[key],
    required: true,
  }));
  return mappedRows(source.path, 'qrels', keys, { key: 'metadata', columns: [], required: false }, problems);
}

/**
 * Rows of a click log: `query`, `text`, `document`, `clicks`, `impressions`, as far as the log has them.
 * @param makesQueries whether queries are made from it: then it must have their texts, else their ids
 */
export function clickRows(source: ClickSource, makesQueries: boolean, problems: Problems): AsyncGenerator<Row> {
  const keys: Wanted[] = [
    { key: 'query', named: source.query, usual: USUAL.loggedQuery, required: !makesQueries },
    { key: 'text', named: source.text, usual: makesQueries ? USUAL.loggedText : [], required: makesQueries },
    { key: 'document', named: source.document, usual: USUAL.document, required: true },
    { key: 'clicks', named: source.clicks, usual: ['clicks'], required: true },
    ...(source.impressions === null ? [] : [{ key: 'impressions', named: source.impressions, usual: [], required: true }]),
  ];
  return mappedRows(source.path, 'clicks', keys, { key: 'metadata', columns: [], required: false }, problems);
}

interface Extra {
  readonly key: string;
  readonly columns: readonly string[];
  readonly required: boolean;
}

async function* mappedRows(path: string, part: string, keys: readonly Wanted[], extra: Extra, problems: Problems): AsyncGenerator<Row> {
  const table = await tableOf(path, part, keys, problems);
  if (table === null) {
    const endings = `${TABLES.join(', ')}${part === 'queries' ? ', .topics, .xml, .sgml' : ''}`;
    problems.add(
      path,
      `"${extname(path)}" is no format known for ${part}; known are ${endings}${part === 'corpus' ? ', and Markdown' : ''}`,
    );
    return;
  }
  const missing = missingColumns(table, part, keys, extra);
  for (const text of missing) problems.add(table.header, text);
  if (missing.length > 0) return;
  const wanted = [...keys.flatMap(({ named, usual }) => (named === null ? usual : [named])), ...extra.columns];
  // Where a file has a header, that has been compared.
  const named = table.columns === null ? keys.flatMap(({ named: name }) => name ?? []) : [];
  for await (const { where, place, record } of table.rows(wanted)) {
    const meantHere = meantKey({ ...recordOf(record.metadata), ...record }, named);
    if (meantHere !== null) problems.add(where, meantHere);
    yield { where, place, record: shaped(record, keys, extra) };
  }
}

async function tableOf(path: string, part: string, keys: readonly Wanted[], problems: Problems): Promise<Table | null> {
  if (part === 'queries' && TOPICS.test(path)) return { columns: null, header: path, rows: () => topicRows(path, problems) };
  if (part === 'corpus' && (await isMarkdown(path)))
    return { columns: null, header: path, rows: () => withPathAsId(markdownRows(path, problems)) };
  const table = await openTable(path, problems);
  const mayLackHeader = (part === 'queries' || part === 'corpus') && keys.every(({ named }) => named === null);
  if (table === null || !mayLackHeader) return table;
  const known = keys.flatMap(({ usual }) => usual);
  return (await headlessTable(path, table, known, problems)) ?? table;
}

/** The path is a Markdown file's id unless its front matter has one. */
async function* withPathAsId(rows: AsyncGenerator<Row>): AsyncGenerator<Row> {
  for await (const row of rows) yield { ...row, record: { ...row.record, _id: row.record.path } };
}

/** Usual names that a complaint lists. */
const NAMED = 4;

/** What a header lacks, a sentence each, with what it has. */
function missingColumns({ columns }: Table, part: string, keys: readonly Wanted[], extra: Extra): string[] {
  if (columns === null) return [];
  const has = columns.length === 0 ? 'it has no header' : `it has ${columns.join(', ')}`;
  const lacking = keys.filter(
    ({ named, usual, required }) =>
      (named !== null && !columns.includes(named)) || (required && named === null && !usual.some((name) => columns.includes(name))),
  );
  return [
    ...lacking.map(({ key, named, usual }) =>
      named === null
        ? `has no column ${usual
            .slice(0, NAMED)
            .map((name) => `"${name}"`)
            .join(' or ')}; ${has}. Name it in the configuration: dataset.${part}.${key.replace(/^_/, '')}`
        : `has no column "${named}", which dataset.${part}.${key.replace(/^_/, '')} names; ${has}${meant(named, columns)}`,
    ),
    ...extra.columns.filter((name) => !columns.includes(name)).map((name) => `has no column "${name}"; ${has}${meant(name, columns)}`),
  ];
}

function meant(name: string, columns: readonly string[]): string {
  const near = nearest(name, columns);
  return near === null ? '' : `. Did you mean "${near}"?`;
}

function shaped(record: Raw, keys: readonly Wanted[], extra: Extra): Raw {
  const entries = keys.flatMap(({ key, named, usual, required }) => {
    const names = named === null ? usual : [named];
    const value = names
      .map((name) => fieldOf(record, name))
      .find((found) => found !== undefined && found !== null && (required || found !== ''));
    return value === undefined ? [] : [[key, value] as const];
  });
  const more = extra.columns.flatMap((name) => {
    const value = fieldOf(record, name);
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(entries), ...(extra.columns.length > 0 ? { [extra.key]: Object.fromEntries(more) } : {}) };
}

/** A column, or a field of that name in `metadata`; numbers as they are written. */
function fieldOf(record: Raw, name: string): unknown {
  const value = record[name] ?? recordOf(record.metadata)?.[name];
  return (typeof value === 'number' && Number.isFinite(value)) || typeof value === 'boolean' ? String(value) : value;
}
