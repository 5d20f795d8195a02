import { readFile } from 'node:fs/promises';
import type { Sha256 } from '../../core/brand.ts';
import { CutoverError, reasonOf, systemCode } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { refuseNewer } from '../../core/schema-version.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { CANARY_TEXTS } from '../canary.ts';
import { finishVector } from '../vector.ts';

const KIND = 'cutover.canaries';
/**
 * A service answers a text a little differently from call to call (batches, kinds of graphics card: cosines of 0.9999 and
 * above); another model, or the same one quantised, is further off than this.
 */
export const SAME_MODEL = 0.9995;
/** Re-sent between batches: short, and unlike each other. */
const SPOT_CHECKS = [1, 3] as const;

type Ask = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

/** A service's answers to the canary texts, as they were when it was first asked. They stand for its weights. */
export interface Canaries {
  /** SHA-256 of the record; what goes into the fingerprint. */
  readonly hash: Sha256;
  readonly vectors: readonly Float32Array[];
  /** True where they were recorded just now. */
  readonly fresh: boolean;
}

/**
 * The recorded answers of a version, made on first use, each kept as float32 in base64. The file belongs into the repository:
 * by it the fingerprint is the same on every machine, although no two answers are the same to the last digit.
 * @throws CutoverError CANARIES_MALFORMED, FILE_UNWRITABLE, and what asking throws
 */
export async function openCanaries(file: string, model: string, ask: Ask): Promise<Canaries> {
  const text = await textOf(file);
  if (text !== null) return { hash: sha256(text), vectors: parse(file, model, text), fresh: false };
  const vectors = (await ask(CANARY_TEXTS)).map(unit);
  const record = {
    kind: KIND,
    schemaVersion: 1,
    model,
    answers: vectors.map((vector) => Buffer.from(vector.buffer).toString('base64')),
  };
  const written = `${JSON.stringify(record, null, 2)}\n`;
  await writeFileAtomic(file, written);
  return { hash: sha256(written), vectors, fresh: true };
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw new CutoverError('FILE_UNREADABLE', { file, reason: reasonOf(error) }, { cause: error });
  }
}

function parse(file: string, model: string, text: string): Float32Array[] {
  const malformed = (reason: string) => new CutoverError('CANARIES_MALFORMED', { file, reason });
  let record: { kind?: unknown; schemaVersion?: unknown; model?: unknown; answers?: unknown };
  try {
    record = JSON.parse(text);
  } catch (error) {
    throw malformed(reasonOf(error));
  }
  if (record?.kind === KIND) refuseNewer(file, record.schemaVersion, 1);
  if (record?.kind !== KIND || record.schemaVersion !== 1) throw malformed('it is not a record of this schema version');
  if (record.model !== model) throw malformed(`it was recorded of ${JSON.stringify(record.model)}, not of ${JSON.stringify(model)}`);
  if (!Array.isArray(record.answers) || record.answers.length !== CANARY_TEXTS.length) throw malformed('it lacks answers');
  return record.answers.map((answer: unknown) => {
    const bytes = Buffer.from(String(answer), 'base64');
    if (bytes.length === 0 || bytes.length % 4 !== 0) throw malformed('an answer is no list of float32');
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  });
}

/**
 * Asks again and compares. @param which all canary texts, or the few for between
 * @throws CutoverError HTTP_MODEL_CHANGED when an answer is not what was recorded
 */
export async function verifyCanaries(
  recorded: Canaries,
  which: 'all' | 'some',
  ask: Ask,
  about: { url: string; file: string },
): Promise<void> {
  const places = which === 'all' ? [...CANARY_TEXTS.keys()] : [...SPOT_CHECKS];
  const answers = await ask(places.map((place) => CANARY_TEXTS[place] ?? ''));
  for (const [i, place] of places.entries()) {
    const cosine = cosineOf(recorded.vectors[place], answers[i]);
    if (cosine >= SAME_MODEL) continue;
    throw new CutoverError('HTTP_MODEL_CHANGED', { ...about, text: place + 1, cosine: cosine.toFixed(4), expected: SAME_MODEL });
  }
}

function unit(vector: Float32Array, i: number): Float32Array {
  return finishVector(vector, { version: 'canary', dimensions: null, normalize: true }, 'document', `canary ${i + 1}`);
}

/** 0 where the dimensions differ. */
function cosineOf(recorded: Float32Array | undefined, answer: Float32Array | undefined): number {
  if (recorded === undefined || answer === undefined || recorded.length !== answer.length) return 0;
  const now = unit(answer, 0);
  let dot = 0;
  for (const [i, value] of recorded.entries()) dot += value * (now[i] ?? 0);
  return dot;
}
