import { CutoverError } from '../core/errors.ts';
import { refuseNewer } from '../core/schema-version.ts';
import { type Columns, readArrow, writeArrow } from '../formats/arrow.ts';
import type { RankedList, Rankings, Run } from '../model/search.ts';

const KIND = 'cutover.rankings';
const SCHEMA = '1';

/**
 * Writes rankings as an Arrow IPC file, one row a result: `query`, `document` (dictionaries of all ids), `rank` from 1, `score`.
 * @param about kept with it, e.g. the version's fingerprint and the engine
 * @throws CutoverError FILE_UNWRITABLE
 */
export async function writeRankings(file: string, rankings: Rankings, about: Readonly<Record<string, string>> = {}): Promise<void> {
  const { k, neighbours, scores } = rankings;
  const places = Array.from(neighbours.keys()).filter((place) => (neighbours[place] ?? -1) >= 0);
  const columns: Columns = {
    query: { type: 'label', dictionary: rankings.queryIds, indices: Int32Array.from(places, (place) => Math.floor(place / k)) },
    document: { type: 'label', dictionary: rankings.documentIds, indices: Int32Array.from(places, (place) => neighbours[place] ?? -1) },
    rank: { type: 'integer', values: places.map((place) => (place % k) + 1) },
    score: { type: 'float', data: Float32Array.from(places, (place) => scores[place] ?? 0) },
  };
  await writeArrow(file, columns, { ...about, kind: KIND, schemaVersion: SCHEMA, k: String(k) });
}

/**
 * Reads what {@link writeRankings} wrote, the same in every value.
 * @throws CutoverError RANKINGS_MALFORMED, ARROW_MALFORMED, FILE_MISSING, FILE_UNREADABLE
 */
export async function readRankings(file: string): Promise<{ rankings: Rankings; about: Readonly<Record<string, string>> }> {
  for await (const { columns, metadata } of readArrow(file)) {
    const { kind, schemaVersion, k, ...about } = metadata;
    if (kind === KIND) refuseNewer(file, schemaVersion, Number(SCHEMA));
    if (kind !== KIND || schemaVersion !== SCHEMA) throw malformed(file, 'another kind of table, or of another schema version');
    return { rankings: toRankings(file, columns, Number(k)), about };
  }
  throw malformed(file, 'it is empty');
}

function malformed(file: string, reason: string): CutoverError {
  return new CutoverError('RANKINGS_MALFORMED', { file, reason });
}

function toRankings(file: string, { query, document, rank, score }: Columns, k: number): Rankings {
  if (query?.type !== 'label' || document?.type !== 'label' || rank?.type !== 'integer' || score?.type !== 'float')
    throw malformed(file, 'a column is missing');
  if (!Number.isInteger(k) || k < 1) throw malformed(file, 'its k is not a whole number');
  const size = query.dictionary.length * k;
  const neighbours = new Int32Array(size).fill(-1);
  const scores = new Float32Array(size);
  query.indices.forEach((row, i) => {
    const place = (rank.values[i] ?? 0) - 1;
    if (place < 0 || place >= k) throw malformed(file, `row ${i} has rank ${place + 1} of ${k}`);
    neighbours[row * k + place] = document.indices[i] ?? -1;
    scores[row * k + place] = score.data[i] ?? 0;
  });
  return { queryIds: query.dictionary, documentIds: document.dictionary, k, neighbours, scores };
}

/** Rankings as metrics see them: ids instead of rows. Queries without any result have an empty list. */
export function toRun(rankings: Rankings): Run {
  const { k, neighbours, scores, documentIds } = rankings;
  const listOf = (row: number): RankedList => {
    const places = neighbours.subarray(row * k, (row + 1) * k);
    const end = places.indexOf(-1);
    const found = end < 0 ? k : end;
    return {
      ids: Array.from(places.subarray(0, found), (place) => documentIds[place] ?? ''),
      scores: scores.subarray(row * k, row * k + found),
    };
  };
  return new Map(rankings.queryIds.map((id, row) => [id, listOf(row)]));
}

/** The first results of each query. */
export function firstOf(rankings: Rankings, depth: number): Rankings {
  const k = Math.min(depth, rankings.k);
  const rows = rankings.queryIds.keys();
  const places = Int32Array.from([...rows].flatMap((row) => Array.from({ length: k }, (_, rank) => row * rankings.k + rank)));
  return {
    ...rankings,
    k,
    neighbours: places.map((place) => rankings.neighbours[place] ?? -1),
    scores: Float32Array.from(places, (place) => rankings.scores[place] ?? 0),
  };
}
