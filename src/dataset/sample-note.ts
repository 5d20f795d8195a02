import type { Sha256 } from '../core/brand.ts';
import type { DatasetSample } from '../model/dataset.ts';
import type { Problems } from './problems.ts';
import { type Raw, recordOf } from './records.ts';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isHash = (value: unknown): value is Sha256 => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** `sample` of dataset.json. A note that is not whole would only look like one, so it is a problem. */
export function sampleIn(value: unknown, file: string, problems: Problems): DatasetSample | null {
  if (value === undefined || value === null) return null;
  const note = noteOf(recordOf(value) ?? {});
  if (note === null) problems.add(file, 'sample is not what `cutover dataset sample` writes; restore it, or draw the sample again');
  return note;
}

function noteOf({ of, seed, judged, neighbours, drawn, rest }: Raw): DatasetSample | null {
  const source = recordOf(of);
  const hashes = recordOf(source?.hashes);
  if (source === null || hashes === null || typeof source.name !== 'string') return null;
  const { documents, queries } = source;
  const { corpus, queries: queryHash } = hashes;
  if (!isHash(corpus) || !isHash(queryHash)) return null;
  if (!isCount(documents) || !isCount(queries) || !isCount(seed) || !isCount(judged) || !isCount(drawn) || !isCount(rest)) return null;
  const near = neighbours === null ? null : recordOf(neighbours);
  if (neighbours !== null && (near === null || !isCount(near.k) || !isCount(near.documents))) return null;
  return {
    of: { name: source.name, hashes: { corpus, queries: queryHash }, documents, queries },
    seed,
    judged,
    neighbours: near === null ? null : { k: near.k as number, documents: near.documents as number },
    drawn,
    rest,
  };
}
