import { CutoverError } from '../core/errors.ts';
import { refuseNewer } from '../core/schema-version.ts';
import { type Columns, readArrow, writeArrow } from '../formats/arrow.ts';
import type { Pairs } from './pairs.ts';

const KIND = 'cutover.pairs';
const SCHEMA = '1';

/** Pairs with their scores: pair i is left[rows[i]] with right[columns[i]]. */
export interface ScoredPairs extends Pairs {
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** Float32Array [pairs]. */
  readonly scores: Float32Array;
}

/**
 * Writes scored pairs as an Arrow IPC file, one row a pair: `left`, `right` (dictionaries of all ids), `score`.
 * @throws RangeError without any pair
 * @throws CutoverError FILE_UNWRITABLE
 */
export async function writePairs(file: string, { left, right, rows, columns, scores }: ScoredPairs): Promise<void> {
  if (rows.length === 0) throw new RangeError('There are no pairs to write.');
  const table: Columns = {
    left: { type: 'label', dictionary: left, indices: rows },
    right: { type: 'label', dictionary: right, indices: columns },
    score: { type: 'float', data: scores },
  };
  await writeArrow(file, table, { kind: KIND, schemaVersion: SCHEMA });
}

/**
 * Reads what {@link writePairs} wrote, the same in every value.
 * @throws CutoverError RANKINGS_MALFORMED, ARROW_MALFORMED, FILE_MISSING, FILE_UNREADABLE
 */
export async function readPairs(file: string): Promise<ScoredPairs> {
  for await (const { columns, metadata } of readArrow(file)) {
    const { left, right, score } = columns;
    if (metadata.kind === KIND) refuseNewer(file, metadata.schemaVersion, Number(SCHEMA));
    if (metadata.kind !== KIND || metadata.schemaVersion !== SCHEMA)
      throw malformed(file, 'another kind of table, or of another schema version');
    if (left?.type !== 'label' || right?.type !== 'label' || score?.type !== 'float') throw malformed(file, 'a column is missing');
    return { left: left.dictionary, right: right.dictionary, rows: left.indices, columns: right.indices, scores: score.data };
  }
  throw malformed(file, 'it is empty');
}

function malformed(file: string, reason: string): CutoverError {
  return new CutoverError('RANKINGS_MALFORMED', { file, reason });
}
