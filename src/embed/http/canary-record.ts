import { readFile } from 'node:fs/promises';
import { CutoverError, reasonOf, systemCode } from '../../core/errors.ts';
import { refuseNewer } from '../../core/schema-version.ts';
import { CANARY_TEXTS } from '../canary.ts';
import { LONG_CANARIES } from './long-canaries.ts';

const KIND = 'cutover.canaries';
const SCHEMA_VERSION = 2;

/** Answers as they are kept. */
export interface CanaryRecord {
  /** One a text of `CANARY_TEXTS`, unit length. */
  readonly answers: readonly Float32Array[];
  /**
   * Answers to the long canaries by their length in tokens, as far as the service took them. null in a record of schema version 1,
   * which has none.
   */
  readonly long: ReadonlyMap<number, Float32Array> | null;
}

/** The text of a record's file. Vectors are float32 in base64. */
export function recordText(model: string, { answers, long }: CanaryRecord): string {
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

/** The text of a record; null where there is no such file. @throws CutoverError FILE_UNREADABLE */
export async function readRecord(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw new CutoverError('FILE_UNREADABLE', { file, reason: reasonOf(error) }, { cause: error });
  }
}

/** @throws CutoverError CANARIES_MALFORMED, ARTIFACT_NEWER */
export function parseRecord(file: string, model: string, text: string): CanaryRecord {
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
