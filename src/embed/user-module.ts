import { pathToFileURL } from 'node:url';
import type { Sha256 } from '../core/brand.ts';
import { CutoverError, reasonOf } from '../core/errors.ts';
import type { Role } from '../model/version.ts';

/** What a user's module gets beside the texts. */
export interface EmbedRequest {
  readonly role: Role;
  /** The version's `options`, as they are written. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** A user's own embedder, checked. */
export interface UserModule {
  /** Answers in the texts' order. @throws CutoverError MODULE_FAILED, MODULE_INVALID, INTERRUPTED */
  embed(texts: readonly string[], request: EmbedRequest): Promise<readonly ArrayLike<number>[]>;
  /** What identifies its weights; null where it exports none. */
  readonly fingerprint: string | null;
  readonly close: () => Promise<void>;
}

const BATCH = 32;

/**
 * Imports an ES module that exports, by name or inside its default export:
 * - `embed(texts, { role, options, signal })`, which resolves to one list of numbers a text (or the default export is that function)
 * - `fingerprint`, optional: a text that names the weights and changes with them, or a function of `{ options }` that returns it
 * - `batchSize`, optional: texts a call, 32 unless said; 1 where an answer depends on what else is in the call
 * - `close()`, optional
 *
 * @param hash of the file: an edited file is another module, even in a process that has imported it before
 * @throws CutoverError MODULE_FAILED when it throws while it starts, MODULE_INVALID
 */
export async function loadUserModule(file: string, hash: Sha256, options: EmbedRequest['options']): Promise<UserModule> {
  const failed = (doing: string, error: unknown): CutoverError =>
    new CutoverError('MODULE_FAILED', { file, doing, reason: reasonOf(error) }, { cause: error });
  const url = pathToFileURL(file);
  url.searchParams.set('sha256', hash);
  const module = await import(url.href).catch((error: unknown) => {
    throw failed('it was imported', error);
  });
  const { embed, fingerprint, batchSize = BATCH, close } = exportsOf(module);
  if (typeof embed !== 'function') throw invalid(file, 'exports no function `embed`');
  if (typeof batchSize !== 'number' || !Number.isInteger(batchSize) || batchSize < 1)
    throw invalid(file, `exports batchSize ${batchSize}, which is no whole number of 1 or more`);
  return {
    embed: async (texts, request) => {
      const answers: ArrayLike<number>[] = [];
      for (let start = 0; start < texts.length; start += batchSize) {
        if (request.signal?.aborted) throw new CutoverError('INTERRUPTED', {});
        const batch = texts.slice(start, start + batchSize);
        const answer: unknown = await Promise.resolve()
          .then(() => embed(batch, request))
          .catch((error: unknown) => {
            if (request.signal?.aborted) throw new CutoverError('INTERRUPTED', {});
            throw failed(`embedding ${batch.length} texts`, error);
          });
        answers.push(...checkAnswer(answer, batch.length, file));
      }
      return answers;
    },
    fingerprint: await identityOf(fingerprint, options, file).catch((error: unknown) => {
      throw error instanceof CutoverError ? error : failed('it was asked for its fingerprint', error);
    }),
    close: async () => {
      if (typeof close === 'function') await close();
    },
  };
}

function invalid(file: string, reason: string): CutoverError {
  return new CutoverError('MODULE_INVALID', { file, reason });
}

function exportsOf(module: Record<string, unknown>): Record<string, unknown> {
  const { default: main } = module;
  if (typeof main === 'function') return { ...module, embed: module.embed ?? main };
  return typeof main === 'object' && main !== null ? { ...main, ...module } : module;
}

async function identityOf(fingerprint: unknown, options: EmbedRequest['options'], file: string): Promise<string | null> {
  const value: unknown = typeof fingerprint === 'function' ? await fingerprint({ options }) : (fingerprint ?? null);
  if (value === null || (typeof value === 'string' && value !== '')) return value;
  throw invalid(file, `says its fingerprint is ${JSON.stringify(value)}, which is no text`);
}

function checkAnswer(answer: unknown, count: number, file: string): readonly ArrayLike<number>[] {
  if (!Array.isArray(answer)) throw invalid(file, `answered ${count} texts with ${kindOf(answer)} instead of a list`);
  if (answer.length !== count) throw invalid(file, `answered ${count} texts with ${answer.length} vectors`);
  const wrong = answer.find((vector) => !isVector(vector));
  if (wrong !== undefined || answer.includes(undefined))
    throw invalid(file, `answered a text with ${kindOf(wrong)} instead of a list of numbers`);
  return answer;
}

function isVector(value: unknown): boolean {
  if (value instanceof Float32Array || value instanceof Float64Array) return true;
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'a list that holds more than numbers' : `a value of type ${typeof value}`;
}
