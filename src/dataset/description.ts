import { join } from 'node:path';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError, reasonOf } from '../core/errors.ts';
import { type DatasetSample, type DatasetSource, JUDGEMENTS, type Judgements, type WeakGrades } from '../model/dataset.ts';
import { readTextIfAny } from '../system/files.ts';
import type { SealFacts } from './hashes.ts';
import { Problems } from './problems.ts';
import { type Raw, recordOf } from './records.ts';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isHash = (value: unknown): value is Sha256 => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** `sample` of dataset.json. A note that is not whole would only look like one, so it is a problem. */
function sampleIn(value: unknown, file: string, problems: Problems): DatasetSample | null {
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

/** `dataset.json`, what of it is read; other keys are for people. */
export interface Description {
  readonly name: string | null;
  readonly licence: string | null;
  /** Slice fields; null where it names none. */
  readonly slices: readonly string[] | null;
  /** File of judgements, relative to the folder. */
  readonly qrels: string | null;
  /** Take documents that have neither title nor text. */
  readonly allowEmpty: boolean;
  /** Leave such documents out, and their judgements. */
  readonly skipEmpty: boolean;
  /** Leave the document that has a query's id out of what it finds. */
  readonly excludeSelf: boolean;
  /** Sealed hashes and counts, as written there. */
  readonly hashes: Raw;
  readonly counts: Raw;
  /** The end of the judging log, as sealed; null where it isn't. */
  readonly judging: Raw | null;
  /** How it was drawn from a larger data set; null where it wasn't. */
  readonly sample: DatasetSample | null;
  /** Who gave the grades where no person did; null where people did. */
  readonly weakGrades: WeakGrades | null;
  /** What it means that a document is not listed for a query; null where it doesn't say. */
  readonly judgements: Judgements | null;
  /** Each query counts once in a mean, and not each need. */
  readonly byQuery: boolean;
}

/** What a data set without dataset.json says of itself. */
export const NO_DESCRIPTION: Description = {
  name: null,
  licence: null,
  slices: null,
  qrels: null,
  allowEmpty: false,
  skipEmpty: false,
  excludeSelf: false,
  hashes: {},
  counts: {},
  judging: null,
  sample: null,
  weakGrades: null,
  judgements: null,
  byQuery: false,
};

function textOf(value: unknown, key: string, file: string, problems: Problems): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && value !== '') return value;
  problems.add(file, `${key} must be text`);
  return null;
}

function objectOf(value: unknown, key: string, file: string, problems: Problems): Raw {
  const record = recordOf(value ?? {});
  if (record === null) problems.add(file, `${key} must be a JSON object`);
  return record ?? {};
}

/** A hash under a name that nothing checks would only look like a seal. */
function hashesIn(value: unknown, file: string, problems: Problems): Raw {
  const hashes = objectOf(value, 'hashes', file, problems);
  for (const key of Object.keys(hashes))
    if (!['corpus', 'queries', 'qrels'].includes(key)) problems.add(file, `hashes.${key}: unknown key; known here: corpus, queries, qrels`);
  return hashes;
}

function slicesIn(value: unknown, file: string, problems: Problems): readonly string[] | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value) && value.every((field) => typeof field === 'string' && field !== '')) return [...new Set(value as string[])];
  problems.add(file, 'slices must be a list of field names');
  return null;
}

/** A mark that nothing reads would let weak grades pass for human ones. */
function weakGradesIn(value: unknown, file: string, problems: Problems): WeakGrades | null {
  if (value === undefined || value === null) return null;
  const { source, rule } = recordOf(value) ?? {};
  if (source === 'clicks' && typeof rule === 'string' && rule !== '') return { source, rule };
  problems.add(file, 'weakGrades must be { "source": "clicks", "rule": "…" }, with the rule in words');
  return null;
}

function judgementsIn(value: unknown, file: string, problems: Problems): Judgements | null {
  if (value === undefined || value === null) return null;
  const known = JUDGEMENTS.find((one) => one === value);
  if (known === undefined) problems.add(file, `judgements must be one of ${JUDGEMENTS.map((one) => `"${one}"`).join(', ')}`);
  return known ?? null;
}

function parse(text: string, file: string, problems: Problems): Raw | null {
  try {
    const record = recordOf(JSON.parse(text.replace(/^\uFEFF/, '')));
    if (record === null) problems.add(file, 'expected a JSON object');
    return record;
  } catch (error) {
    problems.add(file, `not valid JSON: ${reasonOf(error)}`);
    return null;
  }
}

/** Reads dataset.json; a missing one says nothing. */
export async function readDescription(file: string, problems: Problems): Promise<Description> {
  const text = await readTextIfAny(file);
  if (text === null) return NO_DESCRIPTION;
  const record = parse(text, file, problems);
  if (record === null) return NO_DESCRIPTION;
  for (const key of ['allowEmpty', 'skipEmpty', 'excludeSelf'])
    if (typeof (record[key] ?? false) !== 'boolean') problems.add(file, `${key} must be true or false`);
  if (![undefined, null, 'needs', 'queries'].includes(record.weight as string)) problems.add(file, 'weight must be "needs" or "queries"');
  if (record.allowEmpty === true && record.skipEmpty === true)
    problems.add(file, 'allowEmpty takes empty documents and skipEmpty leaves them out; keep one of the two');
  return {
    name: textOf(record.name, 'name', file, problems),
    licence: textOf(record.licence ?? record.license, 'licence', file, problems),
    slices: slicesIn(record.slices, file, problems),
    qrels: textOf(record.qrels, 'qrels', file, problems),
    allowEmpty: record.allowEmpty === true,
    skipEmpty: record.skipEmpty === true,
    excludeSelf: record.excludeSelf === true,
    hashes: hashesIn(record.hashes, file, problems),
    counts: objectOf(record.counts, 'counts', file, problems),
    judging: record.judging === undefined ? null : objectOf(record.judging, 'judging', file, problems),
    sample: sampleIn(record.sample, file, problems),
    weakGrades: weakGradesIn(record.weakGrades, file, problems),
    judgements: judgementsIn(record.judgements, file, problems),
    byQuery: record.weight === 'queries',
  };
}

/**
 * How the rows of a data set are read, whatever they are: what silence means, what counts once, which slices there are. Only what is said;
 * a seal, names and the licence are none of it.
 */
export async function meaningOf(source: DatasetSource): Promise<object> {
  if (typeof source !== 'string') {
    const { allowEmpty, skipEmpty = false, excludeSelf = false, judgements, weight, queries } = source;
    return given({ slices: queries?.slices, allowEmpty, skipEmpty, excludeSelf, judgements, byQuery: weight === 'queries' });
  }
  const { slices, allowEmpty, skipEmpty, excludeSelf, weakGrades, judgements, byQuery } = await readDescription(
    join(source, 'dataset.json'),
    new Problems(),
  );
  return given({ slices, allowEmpty, skipEmpty, excludeSelf, weakGrades, judgements, byQuery });
}

function given(said: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => (value ?? false) !== false));
}

function differences(label: string, sealed: Raw, found: object): string[] {
  const actual = found as Raw;
  return Object.entries(sealed).flatMap(([key, value]) =>
    key in actual && actual[key] !== value ? [`${label}.${key}: sealed ${String(value)}, found ${String(actual[key])}`] : [],
  );
}

/**
 * Compares what dataset.json seals with what was read. Keys it doesn't have are not compared.
 * @throws CutoverError DATASET_HASH_MISMATCH with every difference
 */
export function verifySeal(file: string, { hashes, counts }: Description, facts: SealFacts): void {
  const details = [...differences('hashes', hashes, facts.hashes), ...differences('counts', counts, facts.counts)];
  if (details.length > 0) throw new CutoverError('DATASET_HASH_MISMATCH', { file }, { details });
}
