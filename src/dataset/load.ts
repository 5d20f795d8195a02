import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CutoverError, unreadable } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import type { CorpusSource, Dataset, DatasetMapping, DatasetSource, Document, Qrels } from '../model/dataset.ts';
import { type Clicks, openClicks } from './clicks.ts';
import { readCorpus } from './corpus.ts';
import { type Description, NO_DESCRIPTION, readDescription, verifySeal } from './description.ts';
import { filterCounts, filterFields, filterOddities } from './filters.ts';
import { contentHashes, sealFacts } from './hashes.ts';
import { judgingFolder, readJudging } from './judging-log.ts';
import { notesOf, oddities, selfFound } from './oddities.ts';
import { Problems } from './problems.ts';
import { findQrels, qrelsOf, type ReadJudgements, readJudgements, readMappedJudgements } from './qrels.ts';
import { readQueries } from './queries.ts';
import type { RowSource } from './records.ts';
import { knownIds, type Parts, referring } from './references.ts';
import { silenceOf } from './silence.ts';
import { folderFiles } from './sources/folder.ts';
import { corpusSource, queriesSource } from './sources/mapped.ts';
import { jsonRows } from './sources/rows.ts';

/** How strictly a data set is read. */
export interface DatasetOptions {
  /** How many problems to put in words; the rest are counted. Default 50. */
  readonly maxProblems?: number;
  /** Take documents with neither title nor text, as `"allowEmpty": true` in dataset.json does. */
  readonly allowEmpty?: boolean;
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const next = 'A data set is a folder with corpus.jsonl and queries.jsonl; name the folder, or map single files under `dataset:`';
  if (!found.isDirectory()) throw new CutoverError('FOLDER_IS_FILE', { file: folder, next });
}

async function judgementsOf(file: string, problems: Problems, read: () => Promise<ReadJudgements>): Promise<ReadJudgements> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    problems.addError(file, error);
    return { judgements: [], notes: [] };
  }
}

/** Chunks and whole documents in one corpus would be judged by two measures. */
function checkParents(documents: readonly Document[], file: string, problems: Problems): void {
  const chunks = documents.filter(({ parent }) => parent !== undefined).length;
  if (chunks > 0 && chunks < documents.length)
    problems.add(file, `${documents.length - chunks} of ${documents.length} documents have no parent; give every chunk one, or none`);
}

/** Where the parts of a data set are. */
interface Layout {
  readonly folder: string;
  readonly name: string;
  readonly licence: string | null;
  readonly description: Description;
  /** @param filters fields that filters of queries read, kept beside each document */
  readonly corpus: (filters: readonly string[]) => RowSource;
  readonly corpusFile: string;
  readonly queries: RowSource;
  readonly declared: readonly string[] | null;
  /** null where there are no judgements. */
  readonly qrels: { readonly file: string; read(parts: Parts): Promise<ReadJudgements> } | null;
  /** null where no click log replaces judgements. */
  readonly clicks: Clicks | null;
}

/** A data set folder: BEIR's files, or their equals in another format. */
async function folderLayout(folder: string, problems: Problems, ofQueries: Problems): Promise<Layout> {
  await requireFolder(folder);
  const description = await readDescription(join(folder, 'dataset.json'), problems);
  const found = await folderFiles(folder);
  const file = await findQrels(folder, description.qrels, problems);
  const plain = (path: string, to: Problems): RowSource => ({ file: path, rows: jsonRows(path, to) });
  return {
    folder,
    name: description.name ?? basename(resolve(folder)),
    licence: description.licence,
    description,
    corpus: (metadata) =>
      found.corpus === null
        ? { ...plain(join(folder, 'corpus.jsonl'), problems), metadata }
        : mappedCorpus(found.corpus, metadata, problems),
    corpusFile: found.corpus?.path ?? join(folder, 'corpus.jsonl'),
    queries: found.queries === null ? plain(join(folder, 'queries.jsonl'), ofQueries) : queriesSource(found.queries, ofQueries),
    declared: description.slices,
    qrels: file === null ? null : { file, read: () => readJudgements(file, problems) },
    clicks: null,
  };
}

function mappedCorpus(corpus: CorpusSource, filters: readonly string[], problems: Problems): RowSource {
  return corpusSource({ ...corpus, metadata: [...new Set([...corpus.metadata, ...filters])] }, problems);
}

function judgementSource({ qrels, clicks: source }: DatasetMapping, clicks: Clicks | null, problems: Problems): Layout['qrels'] {
  if (source !== undefined && clicks !== null)
    return { file: source.path, read: async (parts) => ({ judgements: await clicks.judgements(knownIds(parts), problems), notes: [] }) };
  return qrels === null ? null : { file: qrels.path, read: () => readMappedJudgements(qrels, problems) };
}

/** Files that a mapping names one by one. */
function mappedLayout(mapping: DatasetMapping, problems: Problems, ofQueries: Problems): Layout {
  const { corpus, queries } = mapping;
  const clicks =
    mapping.clicks === undefined ? null : openClicks(mapping.clicks, queries === null, queries === null ? ofQueries : problems);
  const asked = queries === null ? clicks?.queries : queriesSource(queries, ofQueries);
  if (asked == null) throw new TypeError('A mapping without queries has no clicks to make them from.');
  const folder = dirname(corpus.path.replace(/[*?{[].*$/, 'x'));
  return {
    folder,
    name: mapping.name ?? basename(folder),
    licence: mapping.licence,
    description: {
      ...NO_DESCRIPTION,
      allowEmpty: mapping.allowEmpty,
      skipEmpty: mapping.skipEmpty === true,
      judgements: mapping.judgements ?? null,
      byQuery: mapping.weight === 'queries',
      excludeSelf: mapping.excludeSelf === true,
    },
    corpus: (filters) => mappedCorpus(corpus, filters, problems),
    corpusFile: corpus.path,
    queries: asked,
    declared: queries?.slices ?? [],
    qrels: judgementSource(mapping, clicks, problems),
    clicks,
  };
}

/**
 * Reads, validates and hashes a data set. A folder in BEIR layout: `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`,
 * `text`, `metadata` with `need` and slice fields) or TREC topics, judgements in `qrels/test.tsv` or as TREC `qrels.txt`, and
 * `dataset.json` if there is one. Or a mapping that names files in other formats and their columns. Hashes are of content: the
 * same data in another format has the same.
 * Layout: Thakur et al. 2021, BEIR, doi:10.48550/arXiv.2104.08663.
 * @throws CutoverError DATASET_INVALID with every problem as `file:line: what`; DATASET_HASH_MISMATCH; FILE_MISSING, FILE_UNREADABLE
 * @example
 * const { documents, queries, qrels } = await loadDataset('datasets/helpdesk');
 */
export async function loadDataset(source: DatasetSource, options: DatasetOptions = {}): Promise<Dataset> {
  const problems = new Problems(options.maxProblems);
  // Queries are read first, since their filters say what is kept of documents; what is wrong is told in the order of the files.
  const ofQueries = new Problems(options.maxProblems);
  const layout = typeof source === 'string' ? await folderLayout(source, problems, ofQueries) : mappedLayout(source, problems, ofQueries);
  const { folder, description } = layout;
  const read = await readQueries(layout.queries, layout.declared, ofQueries);
  const corpus = layout.corpus(filterFields(read?.queries ?? []));
  const before = problems.count;
  const empty = options.allowEmpty === true || description.allowEmpty ? 'take' : description.skipEmpty ? 'skip' : 'refuse';
  const { documents, leftOut } = await readCorpus(corpus, empty, problems);
  const isWhole = problems.count === before;
  problems.absorb(ofQueries);
  if (documents !== null) checkParents(documents, layout.corpusFile, problems);
  if (documents !== null && read !== null && filterCounts({ documents, queries: read.queries })?.empty === read.queries.length)
    problems.add(layout.queries.file, 'the filter of every query matches no document; compare its values with those of the corpus');
  const parts = { documents, queries: read?.queries ?? null, leftOut, isWhole, names: namesOf(layout) };
  const { qrels, notes } = await qrelsIn(layout, parts, problems);
  const judgedIn = judgingFolder(source);
  const needs = new Set(read?.queries.filter(({ id }) => (qrels?.get(id)?.size ?? 0) > 0).map(({ need }) => need)).size;
  const judging = judgedIn === null ? null : await readJudging(judgedIn, { needs, sealed: description.judging }, problems);
  problems.throwIfAny(folder);
  // Both are there: a missing file is a problem, and problems were thrown.
  if (documents === null || read === null) throw new TypeError(`Unread files of ${folder} were not reported.`);
  const queries = layout.clicks?.queries == null ? read.queries : read.queries.filter(({ id }) => qrels?.has(id));
  const content = contentHashes(documents, queries, qrels);
  verifySeal(join(folder, 'dataset.json'), description, sealFacts({ documents, queries, qrels, hashes: content }));
  // What a query may find is part of the question: nothing that was found under another rule is fresh.
  const hashes = description.excludeSelf ? { ...content, queries: sha256(`${content.queries} without self`) } : content;
  const silence = silenceOf(qrels, description.judgements, (layout.clicks?.weakGrades ?? description.weakGrades) !== null);
  return {
    name: layout.name,
    folder,
    licence: layout.licence,
    documents,
    queries,
    qrels,
    hashes,
    ...(silence === null ? {} : { silence }),
    ...(description.byQuery ? { weight: 'queries' } : {}),
    sliceFields: read.sliceFields,
    notes: notesOf(documents, qrels),
    warnings: [
      ...filterOddities(documents, queries, qrels),
      ...(leftOut.size > 0 ? [`Documents with neither title nor text: ${leftOut.size}; they are left out.`] : []),
      ...oddities(documents, queries, qrels),
      ...(description.excludeSelf ? [] : selfFound(documents, queries)),
      ...notes,
      ...read.warnings,
      ...(layout.clicks?.warnings() ?? []),
    ],
    ...(judging === null ? {} : { judging }),
    ...(description.excludeSelf ? { excludeSelf: true } : {}),
    ...history(layout),
  };
}

/** Where a data set and its grades came from, as far as that is not from people and as a whole. */
function history({ description: { sample, weakGrades }, clicks }: Layout): Pick<Dataset, 'sample' | 'weakGrades'> {
  const weak = clicks?.weakGrades ?? weakGrades;
  return { ...(sample === null ? {} : { sample }), ...(weak === null ? {} : { weakGrades: weak }) };
}

function namesOf({ corpusFile, queries }: Layout): Parts['names'] {
  return { corpus: basename(corpusFile), queries: basename(queries.file) };
}

async function qrelsIn(
  { qrels }: Layout,
  parts: Parts,
  problems: Problems,
): Promise<{ readonly qrels: Qrels | null; readonly notes: readonly string[] }> {
  if (qrels === null) return { qrels: null, notes: [] };
  const read = await judgementsOf(qrels.file, problems, () => qrels.read(parts));
  const { judgements, notes } = referring(qrels.file, read, parts, problems);
  return { qrels: qrelsOf(judgements), notes };
}
