import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Dataset, Document, Qrels, Query } from '../contract/dataset.ts';
import { CutoverError, reasonOf, systemCode } from '../errors.ts';
import { readCorpus } from './corpus.ts';
import { readDescription, verifySeal } from './description.ts';
import { contentHashes, sealFacts } from './hashes.ts';
import { readJudging } from './judging-log.ts';
import { oddities } from './oddities.ts';
import { Problems } from './problems.ts';
import { findQrels, type Judgement, qrelsOf, readJudgements } from './qrels.ts';
import { readQueries } from './queries.ts';

export interface DatasetOptions {
  /** How many problems to put in words; the rest are counted. Default 50. */
  readonly maxProblems?: number;
  /** Take documents with neither title nor text, as `"allowEmpty": true` in dataset.json does. */
  readonly allowEmpty?: boolean;
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') throw new CutoverError('FILE_MISSING', { file: folder }, { cause: error });
    throw new CutoverError('FILE_UNREADABLE', { file: folder, reason: reasonOf(error) }, { cause: error });
  });
  if (!found.isDirectory())
    throw new CutoverError('FILE_UNREADABLE', {
      file: folder,
      reason: 'it is a file; a data set is a folder with corpus.jsonl and queries.jsonl',
    });
}

async function judgementsOf(file: string, problems: Problems): Promise<readonly Judgement[]> {
  try {
    return await readJudgements(file, problems);
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    problems.add(file, error.code === 'FILE_MISSING' ? 'does not exist' : error.message);
    return [];
  }
}

/** Judgements of what isn't there. A file that could not be read at all is one problem, not one a line. */
function checkReferences(
  judgements: readonly Judgement[],
  documents: readonly Document[] | null,
  queries: readonly Query[] | null,
  problems: Problems,
): void {
  const documentIds = documents === null ? null : new Set(documents.map(({ id }) => id));
  const queryIds = queries === null ? null : new Set(queries.map(({ id }) => id));
  for (const { query, document, where } of judgements) {
    if (queryIds !== null && !queryIds.has(query)) problems.add(where, `query "${query}" is not in queries.jsonl`);
    if (documentIds !== null && !documentIds.has(document)) problems.add(where, `document "${document}" is not in corpus.jsonl`);
  }
}

async function readQrelsOf(
  folder: string,
  named: string | null,
  documents: readonly Document[] | null,
  queries: readonly Query[] | null,
  problems: Problems,
): Promise<Qrels | null> {
  const file = await findQrels(folder, named, problems);
  if (file === null) return null;
  const judgements = await judgementsOf(file, problems);
  checkReferences(judgements, documents, queries, problems);
  return qrelsOf(judgements);
}

/**
 * Reads, validates and hashes a data set in BEIR layout: `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`,
 * `metadata` with `need` and slice fields), judgements in `qrels/test.tsv` or as TREC `qrels.txt`, and `dataset.json` if there is one.
 * Layout: Thakur et al. 2021, BEIR, doi:10.48550/arXiv.2104.08663.
 * @throws CutoverError DATASET_INVALID with every problem as `file:line: what`; DATASET_HASH_MISMATCH; FILE_MISSING, FILE_UNREADABLE
 * @example
 * const { documents, queries, qrels } = await loadDataset('datasets/helpdesk');
 */
export async function loadDataset(folder: string, options: DatasetOptions = {}): Promise<Dataset> {
  await requireFolder(folder);
  const problems = new Problems(options.maxProblems);
  const sealed = join(folder, 'dataset.json');
  const description = await readDescription(sealed, problems);
  const allowEmpty = options.allowEmpty ?? description.allowEmpty;
  const documents = await readCorpus(join(folder, 'corpus.jsonl'), allowEmpty, problems);
  const read = await readQueries(join(folder, 'queries.jsonl'), description.slices, problems);
  const qrels = await readQrelsOf(folder, description.qrels, documents, read?.queries ?? null, problems);
  const judging = await readJudging(folder, problems);
  problems.throwIfAny(folder);
  // Both are there: a missing file is a problem, and problems were thrown.
  if (documents === null || read === null) throw new TypeError(`Unread files of ${folder} were not reported.`);
  const { queries, sliceFields } = read;
  const hashes = contentHashes(documents, queries, qrels);
  verifySeal(sealed, description, sealFacts({ documents, queries, qrels, hashes }));
  return {
    name: description.name ?? basename(resolve(folder)),
    folder,
    licence: description.licence,
    documents,
    queries,
    qrels,
    hashes,
    sliceFields,
    warnings: [...oddities(documents, queries, qrels), ...read.warnings],
    ...(judging === null ? {} : { judging }),
  };
}
