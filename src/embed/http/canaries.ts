import type { Sha256 } from '../../core/brand.ts';
import { CutoverError, reasonOf } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import { refuseNewer } from '../../core/schema-version.ts';
import { readTextIfAny, writeFileAtomic } from '../../system/files.ts';
import { CANARY_TEXTS, LONG_CANARIES } from '../canary-texts.ts';
import { finishVector } from '../vector.ts';
import { TextRefused } from './client.ts';

const KIND = 'cutover.canaries';
const SCHEMA_VERSION = 2;

/** Answers as they are kept. */
interface CanaryRecord {
  /** One a text of `CANARY_TEXTS`, unit length. */
  readonly answers: readonly Float32Array[];
  /**
   * Answers to the long canaries by their length in tokens, as far as the service took them. null in a record of schema version 1,
   * which has none.
   */
  readonly long: ReadonlyMap<number, Float32Array> | null;
}

/** The text of a record's file. Vectors are float32 in base64. */
function recordText(model: string, { answers, long }: CanaryRecord): string {
  const record = {
    kind: KIND,
    schemaVersion: SCHEMA_VERSION,
    model,
    answers: answers.map(base64),
    long: [...(long ?? [])].map(([tokens, vector]) => ({ tokens, answer: base64(vector) })),
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

/** @throws CutoverError CANARIES_MALFORMED, ARTIFACT_NEWER */
function parseRecord(file: string, model: string, text: string): CanaryRecord {
  const malformed = (reason: string) => new CutoverError('CANARIES_MALFORMED', { file, reason });
  let record: { kind?: unknown; schemaVersion?: unknown; model?: unknown; answers?: unknown; long?: unknown };
  try {
    record = JSON.parse(text);
  } catch (error) {
    throw malformed(reasonOf(error));
  }
  if (record?.kind === KIND) refuseNewer(file, record.schemaVersion, SCHEMA_VERSION);
  const { kind, schemaVersion, answers, long } = record ?? {};
  if (kind !== KIND || (schemaVersion !== 1 && schemaVersion !== 2)) throw malformed('it is not a record of this schema version');
  if (record.model !== model)
    throw malformed(
      `it was recorded of the model ${JSON.stringify(record.model)}, this version names ${JSON.stringify(model)}; two versions with one id would share it`,
    );
  if (!Array.isArray(answers) || answers.length !== CANARY_TEXTS.length) throw malformed('it lacks answers');
  const vectorIn = (answer: unknown): Float32Array => {
    const bytes = Buffer.from(String(answer), 'base64');
    if (bytes.length === 0 || bytes.length % 4 !== 0) throw malformed('an answer is no list of float32');
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  };
  const vectors = answers.map(vectorIn);
  if (schemaVersion === 1) return { answers: vectors, long: null };
  if (!Array.isArray(long)) throw malformed('it lacks the answers to long texts');
  const entries = long.map((entry: { tokens?: unknown; answer?: unknown } | null) => {
    const { tokens } = LONG_CANARIES.find((canary) => canary.tokens === entry?.tokens) ?? {};
    if (tokens === undefined) throw malformed('it has an answer to a long text that is not known here');
    return [tokens, vectorIn(entry?.answer)] as const;
  });
  return { answers: vectors, long: new Map(entries) };
}

/**
 * A service answers a text a little differently from call to call (batches, kinds of graphics card: cosines of 0.9999 and
 * above); another model, or the same one quantised, is further off than this.
 */
export const SAME_MODEL = 0.9995;
/** Asked again between batches: short, and unlike each other; and the longest of those up to so many tokens. */
const SPOT_CHECKS = [1, 3] as const;
const LONGEST_SPOT_CHECK = 1200;

type Ask = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

/** Where a version's record is kept, and how the service is asked. */
export interface CanarySource {
  readonly file: string;
  readonly model: string;
  /** Long canaries up to this length are asked: what a version cuts, its window cannot be seen by. */
  readonly longest: number;
  /** Writes nothing: a record that is made now is let go again. */
  readonly dry: boolean;
  readonly ask: Ask;
}

/** A service's answers to the canary texts, as they were when it was first asked. They stand for its weights. */
export interface Canaries extends CanaryRecord {
  /** SHA-256 of the record; what goes into the fingerprint. */
  readonly hash: Sha256;
  /** True where they were recorded just now. */
  readonly fresh: boolean;
}

/**
 * The recorded answers of a version, made on first use, each kept as float32 in base64. The file belongs into the repository:
 * by it the fingerprint is the same on every machine, although no two answers are the same to the last digit.
 * @throws CutoverError CANARIES_MALFORMED, FILE_UNREADABLE, FILE_UNWRITABLE, and what asking throws
 */
export async function openCanaries(source: CanarySource): Promise<Canaries> {
  const { file, model, dry } = source;
  const text = await readTextIfAny(file);
  if (text !== null) return { ...parseRecord(file, model, text), hash: sha256(text), fresh: false };
  const record = await askedRecord(source);
  const written = recordText(model, record);
  if (!dry) await writeFileAtomic(file, written);
  return { ...record, hash: sha256(written), fresh: true };
}

async function askedRecord({ ask, longest }: CanarySource): Promise<CanaryRecord> {
  const answers = (await ask(CANARY_TEXTS)).map(unit);
  const long = new Map<number, Float32Array>();
  for (const { tokens, text } of LONG_CANARIES.filter((canary) => canary.text.length <= longest)) {
    const vector = await answerTo(text, ask);
    // What is too long for it is where its window ends.
    if (vector === null) break;
    long.set(tokens, unit(vector, CANARY_TEXTS.length + long.size));
  }
  return { answers, long };
}

async function answerTo(text: string, ask: Ask): Promise<Float32Array | null> {
  try {
    return (await ask([text]))[0] ?? null;
  } catch (error) {
    if (error instanceof TextRefused) return null;
    throw error;
  }
}

/**
 * Asks again and compares. @param which all canary texts, or the few for between
 * @throws CutoverError HTTP_MODEL_CHANGED when an answer is not what was recorded
 */
export async function verifyCanaries(
  recorded: Canaries,
  which: 'all' | 'some',
  { ask, file, longest }: CanarySource,
  url: string,
): Promise<void> {
  const changed = (text: string, found: string) =>
    new CutoverError('HTTP_MODEL_CHANGED', { url, file, text, cosine: found, expected: SAME_MODEL });
  const places = which === 'all' ? [...CANARY_TEXTS.keys()] : [...SPOT_CHECKS];
  const answers = await ask(places.map((place) => CANARY_TEXTS[place] ?? ''));
  for (const [i, place] of places.entries()) {
    const cosine = cosineOf(recorded.answers[place], answers[i]);
    if (cosine < SAME_MODEL) throw changed(`canary text ${place + 1}`, `a cosine of ${cosine.toFixed(4)}`);
  }
  for (const { tokens, text } of longOnes(recorded, which, longest)) {
    const answer = await answerTo(text, ask);
    const cosine = cosineOf(recorded.long?.get(tokens), answer ?? undefined);
    if (cosine >= SAME_MODEL) continue;
    throw changed(`the canary of ${tokens} tokens`, answer === null ? 'a refusal' : `a cosine of ${cosine.toFixed(4)}`);
  }
}

/** What a version cuts it never sends whole: how long the service's window is beyond that is no matter to it. */
function longOnes({ long }: Canaries, which: 'all' | 'some', longest: number): typeof LONG_CANARIES {
  const known = LONG_CANARIES.filter(({ tokens, text }) => long?.has(tokens) === true && text.length <= longest);
  return which === 'all' ? known : known.filter(({ tokens }) => tokens <= LONGEST_SPOT_CHECK).slice(-1);
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
